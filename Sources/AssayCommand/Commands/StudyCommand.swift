import ArgumentParser
import AssayCore
import Foundation
import PublishedResults
import Study

struct StudyCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "study", abstract: "Checks, measures and reports the cells of a study file.",
    discussion: "A study file declares models, targets, hosts and measures in YAML, and what to show of them.",
    subcommands: [StudyCheck.self, StudyRunCommand.self, StudyReport.self])

  static let examples = ["assay study run study.yaml"]
}

/// The file of a study: an argument of every command on studies.
struct StudyArgument: ParsableArguments {
  @Argument(help: .init("The study file.", valueName: "file"), completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  /// - Parameter checksFiles: whether models and images must be there.
  func read(checksFiles: Bool = false) throws(AssayError) -> StudyFile {
    let published = PublishedResults.shipped
    return try StudyReader(
      publishedTables: published.tables.map(\.number), publishedSources: published.sources.map(\.name)
    ).read(file, checksFiles: checksFiles)
  }
}

struct StudyCheck: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Tells everything that is wrong in a study file, by line and column.",
    discussion: "It reads the files that the study includes, and looks for its models and images.")

  static let examples = ["assay study check study.yaml"]

  @OptionGroup var study: StudyArgument

  func run() throws {
    let found = try study.read(checksFiles: true)
    print("\(study.file) is right: \(found.summary).")
  }
}

extension StudyFile {
  /// `4 hosts, 20 models, 5 targets, 3 measures, 12 tables and figures`
  var summary: String {
    func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
    let items = outline.sections.flatMap(\.items).count
    return [
      count(hosts.count, "host"), count(models.count, "model"), count(targets.count, "target"),
      count(measures.count, "measure"), items == 1 ? "1 table or figure" : "\(items) tables and figures",
    ].joined(separator: ", ")
  }
}
