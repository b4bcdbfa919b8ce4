import ArgumentParser
import ResultStore

struct ResultsDelete: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Deletes saved runs and their record logs permanently.",
    discussion: "A tag stands for all runs that have it. If one run is unknown, none is deleted.")

  static let examples = ["assay results delete last"]

  @OptionGroup var location: StoreArguments

  @Argument(help: "The runs: ids, tags, last or last~1.")
  var runs: [String]

  func run() throws {
    let store = try location.open(for: .existing)
    let ids = try store.ids(for: runs)
    try store.delete(ids)
    print("Deleted \(ids.map(String.init).joined(separator: ", ")).")
  }
}
