import Foundation
import TestSupport
import Testing

@Suite("A study is checked and reported")
struct StudyReportTests {
  private static let study = PackageFiles.path("Examples/edge-2020.yaml")

  @Test("The study of the thesis is reported as Markdown, CSV and LaTeX")
  func reports() throws {
    let sandbox = try Sandbox()
    let printed = try sandbox.assay("study", "report", Self.study, "--published", "--markdown", "-")
    #expect(printed.status == 0, "\(printed.standardError)")
    // Nobody published the records of a stress test.
    #expect(
      printed.standardError.split(separator: "\n").allSatisfy { $0.contains("no results for the figure stress-") },
      "\(printed.standardError)")
    #expect(printed.standardOutput.contains("(0.8398 ± 0.0373) × speed on PC + (0.00085 ± 0.00471)"))
    #expect(try sandbox.assay("study", "report", Self.study, "--published").standardOutput == printed.standardOutput)

    let files = try sandbox.shell(
      "\"$ASSAY\" study report '\(Self.study)' --published --markdown s.md --csv c --latex l")
    #expect(files.status == 0 && files.standardOutput.isEmpty, "\(files)")
    #expect(try String(contentsOfFile: sandbox.path("s.md"), encoding: .utf8) == printed.standardOutput)
    #expect(FileManager.default.fileExists(atPath: sandbox.path("c/table-5.3.csv")))
    #expect(FileManager.default.fileExists(atPath: sandbox.path("l/report.tex")))
  }

  @Test("Without results there is nothing to report, and it says so")
  func nothing() throws {
    let result = try Sandbox().assay("study", "report", Self.study)
    #expect(result.status == 64 && result.standardError.contains("--published"), "\(result)")
  }

  @Test("Problems of a study have file, line and column")
  func problems() throws {
    let sandbox = try Sandbox()
    try sandbox.write(Data("study: 1\nname: a\nmodles: []\n".utf8), to: "study.yaml")
    for command in ["check", "report --published"] {
      let result = try sandbox.shell("\"$ASSAY\" study \(command) study.yaml")
      #expect(
        result.status == 65 && result.standardError.contains("study.yaml:3:1: A study has no 'modles'."), "\(result)")
    }
    let missing = try sandbox.assay("study", "check", "nosuch.yaml")
    #expect(missing.status == 74 && missing.standardError.contains("Cannot read the study nosuch.yaml"), "\(missing)")
    // The models of the thesis are on no machine.
    let models = try sandbox.assay("study", "check", Self.study)
    #expect(models.status == 65 && models.standardError.contains("There is no model"), "\(models)")

    try sandbox.write(Data("study: 1\nname: a\nhosts: {name: here}\n".utf8), to: "right.yaml")
    let right = try sandbox.assay("study", "check", sandbox.path("right.yaml"))
    #expect(right.status == 0 && right.standardOutput.contains("is right: 1 host, 0 models"), "\(right)")
  }
}
