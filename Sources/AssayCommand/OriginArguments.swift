import ArgumentParser

/// What runs are kept with: an option of every command that measures.
struct OriginArguments: ParsableArguments {
  @Option(help: .init("Keep this text with the runs, beside the commit of the current folder.", valueName: "text"))
  var note: String?
}
