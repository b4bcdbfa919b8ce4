import AssayCore
import Testing

@testable import Report

@Suite("A long run can be seen in a terminal")
struct TerminalPlotTests {
  @Test(
    "No line is wider than the terminal but sentences, and nothing depends on colour",
    arguments: SampleRuns.Name.allCases, [0, 80, 200])
  func width(name: SampleRuns.Name, width: Int) throws {
    let run = name.run
    let report = try #require(run.steadiness)
    let text = TerminalPlot(report, telemetry: run.telemetry, width: width).text()
    let sentences = report.findings.map(\.sentence)
    for sentence in sentences { #expect(text.contains(sentence)) }
    for line in text.split(separator: "\n") where !sentences.contains(where: { line.hasSuffix($0) }) {
      // A title is no picture and may be cut by a narrow terminal.
      guard line.hasPrefix(" ") else { continue }
      #expect(line.count <= max(width, 60), "\(line)")
    }
    #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
  }

  @Test("A shift is marked at its time, and the line steps up there")
  func shift() throws {
    let report = try #require(SampleRuns.throttling.steadiness)
    let lines = TerminalPlot(report, width: 111).text().split(separator: "\n")
    let mark = try #require(lines[1].firstIndex(of: "▼"))
    // Column 55 of 100 is 6000 s of 10 800 s, behind the labels.
    #expect(lines[1].distance(from: lines[1].startIndex, to: mark) == 10 + 55)
    let steps = lines[2...].prefix(12).filter { $0.count > 65 && Array($0)[65] != " " }
    #expect(steps.count > 2, "the step is drawn as a line: \(lines[2...13].joined(separator: "\n"))")
  }

  @Test("Missing readings are gaps, and sensors without any are left out")
  func sensors() throws {
    let report = try #require(SampleRuns.steady.steadiness)
    let telemetry = TelemetrySeries(
      sensors: ["one", "two"].map { Sensor(id: $0, name: $0, quantity: .temperature, source: $0) },
      seconds: [0, 1, 2], values: [[40, nil, 50], [nil, nil, nil]])
    let text = TerminalPlot(report, telemetry: telemetry, width: 80).text()
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("  one ") })
    #expect(line.contains("▁       "))
    #expect(line.hasSuffix("40.00 – 50.00 °C"))
    #expect(!text.contains("two"))
  }

  @Test("Without records the plot says so, with the problems")
  func empty() {
    var report = SteadinessReport(count: 0, seconds: 0)
    report.problems = [.truncated(expected: 5, found: 0)]
    #expect(
      TerminalPlot(report, width: 80).text()
        == "There are no records to draw.\nProblems with the records\n  The log ends early: of 5 records in its header, 0 are there.\n"
    )
  }

  @Test("A single record, and equal ones, are drawn")
  func single() {
    let report = SampleRuns.report(seconds: 0.001, pieces: 1) { _, _ in 2 }
    #expect(TerminalPlot(report, width: 60).text().contains("2.0"))
  }
}
