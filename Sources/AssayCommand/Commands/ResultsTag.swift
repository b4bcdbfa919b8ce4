import ArgumentParser
import ResultStore

struct ResultsTag: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Adds a tag to saved runs, or removes it.",
    discussion: "A tag may name several runs. assay bench --baseline moves a tag to the runs that it measures.")

  static let examples = ["assay results tag last quiet-machine"]

  @OptionGroup var location: StoreArguments

  @Argument(help: .init("The run: an id, a tag, last or last~1.", valueName: "run"))
  var reference: String

  @Argument(help: "Up to 64 letters, digits and -_.+ with a letter first.")
  var tag: String

  @Flag(help: "Remove the tag.")
  var remove = false

  func run() throws {
    let tag = try RunTag(tag)
    let store = try location.open(for: .existing)
    let ids = try store.ids(for: RunReference(reference))
    remove ? try store.untag(ids, tag) : try store.tag(ids, tag)
  }
}
