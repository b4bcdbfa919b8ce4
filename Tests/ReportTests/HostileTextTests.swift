import AssayCore
import Testing

@testable import Report

@Suite("Names from outside stay text in tables, lists and exports")
struct HostileTextTests {
  /// A terminal would obey it, Markdown would make a row, markup, an image and a link of it, and a spreadsheet a formula.
  private static let name =
    "=1+1|x\n| y | \u{1B}]0;title\u{7}\u{9B}2J\u{202E}<img src=x>&amp;![i](http://h/i.png)`*b*~~\\|"

  private static let forbidden: [Unicode.Scalar] = ["\u{1B}", "\u{7}", "\u{9B}", "\u{202E}"]

  private static let cell: CellReport = {
    var cell = SampleRuns.cell("/models/\(name)", on: Target(engine: name, device: name))
    cell.engine = EngineReport(name: name, version: name, library: name)
    cell.device = name
    cell.status = .failed
    cell.error = AssayError(.crashed, "It crashed: \(name)", advice: name, outputTail: "line 1\n\(name)")
    cell.execution = Execution(
      precision: name, placement: OperationPlacement(onDevice: 1, onCPU: 1, kindsOnCPU: [name]))
    cell.recordLog = "/a b; rm -rf x.records"
    cell.warnings = [.fallback(message: name), .signatureChosen(name, of: [name])]
    return cell
  }()

  private static let host: HostDescription = {
    var host = SampleRuns.host
    host.cpu = name
    host.board = name
    host.os = name
    host.governor = name
    return host
  }()

  private func expectText(_ text: String, _ what: String) {
    for scalar in Self.forbidden {
      #expect(!text.unicodeScalars.contains(scalar), "\(what) holds \(scalar.escaped(asASCII: true))")
    }
  }

  private func expectMarkdown(_ text: String, columns: Int, rows: Int, _ what: String) {
    expectText(text, what)
    let table = text.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(table.count == rows + 2, "\(what): \(text)")
    for row in table { #expect(Self.cellCount(row) == columns, "\(what): \(row)") }
    for mark in ["<img", "![i]", "*b*", "~~"] { #expect(!text.contains(mark), "\(what) holds \(mark): \(text)") }
  }

  /// As GitHub counts: a bar that follows a backslash ends no cell, unless that backslash follows another.
  private static func cellCount(_ row: Substring) -> Int {
    var count = -1
    var isEscaped = false
    for character in row {
      if character == "|", !isEscaped { count += 1 }
      isEscaped = character == "\\" && !isEscaped
    }
    return count
  }

  @Test("The results of a run, as a table, Markdown and CSV")
  func run() {
    let report = RunReport(host: Self.host, cells: [Self.cell, Self.cell])
    expectText(RunTables(report).terminal(), "the table")
    for isVerbose in [false, true] {
      expectText(report.terminal(on: Screen(columns: 80, isVerbose: isVerbose)), "the screen")
    }
    expectMarkdown(RunTables(report).markdown(), columns: 11, rows: 2, "Markdown")
    #expect(RunTables(report).terminal().contains("assay results export '/a b; rm -rf x.records'"))
    var noted = Self.cell
    noted.origin = RunOrigin(branch: "=1+1", note: "=1+1\u{9B}\n|x")
    let csv = RunReport(host: Self.host, cells: [noted]).csv()
    expectText(csv, "CSV")
    #expect(!csv.contains(",=1") && !csv.contains(",\"=1") && csv.contains(",'=1+1|x | y | ?]0;title"), "\(csv)")
    #expect(csv.split(separator: "\n").count == 2, "\(csv)")
  }

  @Test("JSON escapes what a terminal would obey, and means the same")
  func json() {
    expectText(RunDocuments.json([Self.name]), "JSON")
    #expect(RunDocuments.json(["\u{9B}µ\u{202E}"]).contains(#""\u009bµ\u202e""#))
  }

  @Test("A comparison, as a table, Markdown and CSV")
  func comparison() {
    let sides = [1, 2].map { _ in
      ComparisonSide(name: Self.name, medianMilliseconds: 1, count: 10, host: Self.host, report: Self.cell)
    }
    let report = ComparisonReport(
      host: Self.host, cells: sides, reference: 1, comparisons: [], interleaving: nil,
      notes: [.recorded(Self.name), .threadsDiffer])
    for isVerbose in [false, true] {
      expectText(report.terminal(on: Screen(columns: 80, isVerbose: isVerbose)), "the screen")
    }
    expectMarkdown(report.markdown(), columns: 7, rows: 2, "Markdown")
    expectText(report.csv(), "CSV")
    #expect(report.csv().contains("\n1,\"'=1+1") || report.csv().contains("\n1,'=1+1"), "\(report.csv())")
  }

  @Test("The list of runs, the story of a run, and the diagnosis of a machine")
  func runs() {
    let run = StoredRun(
      id: 1, created: "2026-11-26T02:05:09.123Z", tags: [Self.name], assay: Self.name, host: Self.host,
      report: Self.cell, environment: ["OMP_NUM_THREADS": Self.name], log: nil)
    expectMarkdown(RunList.markdown([run]), columns: 12, rows: 1, "Markdown")
    let telemetry = TelemetrySeries(
      sensors: [Sensor(id: "a", name: Self.name, quantity: .clock, source: Self.name)],
      unavailable: [UnavailableSensor(name: Self.name, reason: Self.name)], seconds: [1], values: [[1000]],
      events: [TelemetryEvent(seconds: 1, kind: .resumed, detail: Self.name)])
    expectText(RunStory(run, log: "intact", telemetry: telemetry).text(), "the story")
    let engine = EngineDiagnosis(
      name: Self.name, displayName: Self.name, formats: [],
      opened: OpenedEngine(
        name: Self.name, displayName: Self.name, formats: [], version: Self.name, library: Self.name, origin: Self.name,
        devices: [DeviceDescription(name: Self.name, hardware: Self.name)], problems: [Self.name]), error: nil)
    expectText(DiagnosisText.engines([engine]), "the engines")
    expectText(
      DiagnosisText.all(DiagnosisReport(host: Self.host, engines: [engine])), "the diagnosis")
  }
}
