import ArgumentParser
import AssayCore
import Report
import ResultStore

struct ResultsMerge: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Adds the runs of other stores to this one.",
    discussion: """
      Runs that both have are added once. A run that differs here and there stays as it is here, and is named; so is a damaged one. \
      Copy a store together with the folder records beside it. Stores of one folder share it, so they are merged into one of another \
      folder.
      """)

  static let examples = ["assay results merge results.sqlite"]

  @OptionGroup var location: StoreArguments

  @Argument(help: .init("The databases of the other stores.", valueName: "store"))
  var others: [String]

  func run() throws {
    let store = try location.open(for: .saving)
    var isWhole = true
    for path in others {
      let report = try store.merge(ResultStore(path: path, for: .existing))
      Terminal.message(StudyRunText.merged(path, report.added, same: report.same))
      for conflict in report.conflicts {
        Terminal.message(
          "assay: Run \(conflict.there) of \(path) differs from run \(conflict.here), which is the same one. It was left out."
        )
      }
      for error in report.damaged { Terminal.message("assay: \(path): \(error)") }
      if !report.keptTags.isEmpty {
        Terminal.message(
          "These tags stay with the runs here alone: \(report.keptTags.sorted().joined(separator: ", "))")
      }
      isWhole = isWhole && report.conflicts.isEmpty && report.damaged.isEmpty
    }
    if !isWhole { throw ExitCode(ExitStatus.damaged) }
  }
}
