import ArgumentParser

struct ResultsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "results", abstract: "Lists, shows, exports, tags, repeats and deletes saved runs.",
    discussion: """
      A run is named by its id (17), a tag, last, or last~1 for the run before it. Every run is saved in \
      $XDG_DATA_HOME/assay/results.sqlite unless --store or --no-save says otherwise.
      """,
    subcommands: [
      ResultsList.self, ResultsShow.self, ResultsExport.self, ResultsTag.self, ResultsRepeat.self, ResultsDelete.self,
    ])
}
