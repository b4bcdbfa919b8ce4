import ArgumentParser

struct ResultsCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "results", abstract: "Lists, shows, follows, exports, tags, repeats, merges and deletes saved runs.",
    discussion: """
      Refer to a run by its id (17), a tag, last, or last~1 for the run before it. Runs are saved in \
      $XDG_DATA_HOME/assay/results.sqlite, unless --store or --no-save is given.
      """,
    subcommands: [
      ResultsList.self, ResultsShow.self, ResultsTrend.self, ResultsExport.self, ResultsTag.self, ResultsRepeat.self,
      ResultsMerge.self, ResultsDelete.self,
    ])

  static let examples = ["assay results show last"]
}
