import ArgumentParser
import AssayCore
import Report

/// Where results go.
struct OutputArguments: ParsableArguments {
  @Option(help: .init("Write the results as JSON to a file (- for standard output).", valueName: "file"))
  var json: String?

  @Option(help: .init("Write the results as CSV, one row per cell.", valueName: "file"))
  var csv: String?

  @Option(help: .init("Write the results as a Markdown table.", valueName: "file"))
  var markdown: String?

  @Option(
    help: .init(
      "Write events as JSON lines to a file while measuring (- for standard output).", valueName: "file"))
  var events: String?

  @OptionGroup var kept: OriginArguments

  @Flag(name: [.short, .long], help: "Show no progress and no tables. Errors still go to standard error.")
  var quiet = false

  @Flag(name: [.short, .long], help: "Show everything: what each input gets, all columns, warnings and notes.")
  var verbose = false

  @Option(help: .init("Colour on the terminal: auto, always or never. NO_COLOR turns it off.", valueName: "when"))
  var color = ColorChoice.auto

  /// Whether to show tables: nothing else goes to standard output.
  var showsTable: Bool { !quiet && !writesDocument }

  /// Whether standard output carries a document or events.
  var writesDocument: Bool { [json, csv, markdown, events].contains("-") }

  func validate() throws {
    if quiet && verbose { throw ValidationError("Give either --quiet or --verbose.") }
    guard [json, csv, markdown, events].count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("Only one of --json, --csv, --markdown and --events can go to standard output.")
    }
  }

  /// Opens the files before anything is measured, so that a missing folder costs no results.
  func open() throws(AssayError) -> OutputFiles {
    try OutputFiles(
      json: json, csv: csv, markdown: markdown, screen: showsTable ? screen : nil)
  }

  var screen: Screen { Terminal.screen(color, isVerbose: verbose) }
}

/// When to use colour.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// The open files of a command.
struct OutputFiles {
  private enum Form {
    case json, csv, markdown
    case terminal(Screen)
  }

  private var files: [(sink: TextSink, form: Form)] = []

  init(json: String? = nil, csv: String? = nil, markdown: String? = nil, screen: Screen? = nil) throws(AssayError) {
    if let json { files.append((try TextSink(path: json), .json)) }
    if let csv { files.append((try TextSink(path: csv), .csv)) }
    if let markdown { files.append((try TextSink(path: markdown), .markdown)) }
    if let screen { files.append((try TextSink(path: "-"), .terminal(screen))) }
  }

  /// Writes all files, even if one of them fails.
  func write(_ report: some ReportDocuments) throws(AssayError) {
    var failure: AssayError?
    for (sink, form) in files {
      do throws(AssayError) {
        try sink.write(Self.text(of: report, as: form))
        try sink.close()
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  private static func text(of report: some ReportDocuments, as form: Form) -> String {
    switch form {
    case .json: RunDocuments.json(report)
    case .csv: report.csv()
    case .markdown: report.markdown()
    case .terminal(let screen): report.terminal(on: screen)
    }
  }
}
