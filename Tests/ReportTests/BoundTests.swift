import AssayCore
import Testing

@testable import Report

@Suite("However much there is, a page and a text stay small and say how much it is")
struct BoundTests {
  private static let many = 100_000
  private static let grouped = Figures.grouped(many)

  private static let sensors = (0..<5000).map {
    Sensor(id: "load.\($0)", name: "Load \($0)", quantity: .load, source: "/x")
  }

  private static let run: ReportedRun = {
    var run = SampleRuns.throttling
    var telemetry = TelemetrySeries(
      sensors: sensors, unavailable: (0..<many).map { UnavailableSensor(name: "u\($0)", reason: "none") },
      seconds: [0, 1], values: sensors.map { _ in [1, 2] },
      events: (0..<many).map { TelemetryEvent(seconds: Double($0), kind: .sensorLost, detail: "event \($0)") })
    telemetry.eventCount = 4 * many
    run.telemetry = telemetry
    run.report.warnings = (0..<many).map { .fallback(message: "warning \($0)") }
    run.steadiness?.problems = (0..<many).map { .recorded("problem \($0)") }
    run.steadiness?.findings = (0..<many).map { Finding(.recorded(sentence: "finding \($0)"), strength: .weak) }
    run.report.error = AssayError(.crashed, String(repeating: "x", count: 5 << 20))
    if let shift = run.steadiness?.shifts.first {
      run.steadiness?.shifts = Array(repeating: shift, count: many)
    }
    return run
  }()

  @Test("A page of very many events, sensors, findings, warnings, problems and shifts has less than a megabyte")
  func page() throws {
    #expect(Self.run.steadiness?.shifts.count == Self.many, "the sample has a shift")
    let html = ReportPage([Self.run], bundle: "").html()
    #expect(html.utf8.count < 1 << 20, "\(html.utf8.count) bytes")
    #expect(html.contains("Events (200 of \(Figures.grouped(4 * Self.many)), evenly chosen)"))
    #expect(html.contains("event 0<") && html.contains("event \(Self.many - 1)<"))
    #expect(
      html.contains("Warnings (200 of")
        && html.contains("Problems with the records (200 of \(Self.grouped), the first)"))
    #expect(html.contains("and \(Figures.grouped(Self.many - 50)) more"))
    #expect(html.contains("Sensors (200 of 5\u{202F}000, evenly chosen)"))
  }

  @Test("A page of 1000 runs has the charts of the first, a list of the others, and says so")
  func runs() {
    let runs = (0..<1000).map { index in
      var run = SampleRuns.steady
      run.report.runID = Int64(index)
      return run
    }
    let html = ReportPage(runs, bundle: "").html()
    #expect(html.utf8.count < 8 << 20, "\(html.utf8.count) bytes")
    #expect(html.contains("Charts and tables show the first 40 of 1\u{202F}000 runs, this table the first 500."))
    #expect(html.contains("href=\"#run-40\"") && !html.contains("href=\"#run-41\"") && html.contains(">run 499</th>"))
    #expect(html.split(separator: "<section id=\"run-").count - 1 == 40)
  }

  @Test("Texts for a terminal and Markdown are as short")
  func texts() throws {
    let steadiness = try #require(Self.run.steadiness)
    let plot = TerminalPlot(steadiness, telemetry: Self.run.telemetry, width: 80).text()
    #expect(plot.utf8.count < 100_000, "\(plot.utf8.count) bytes")
    #expect(plot.contains("Findings (50 of \(Self.grouped), the first)"))
    var cell = Self.run.report
    cell.steadiness = steadiness
    cell.error = nil
    let tables = RunTables(RunReport(host: SampleRuns.host, cells: [cell]))
    #expect(tables.terminal().utf8.count < 100_000)
    #expect(tables.markdown().contains("**Findings (200 of"))
    let run = StoredRun(
      id: 1, created: "2026-11-26T02:05:09.123Z", tags: [], assay: "1", host: SampleRuns.host, report: cell,
      environment: [:], log: nil)
    let story = RunStory(run, log: "intact", telemetry: Self.run.telemetry).text()
    #expect(story.utf8.count < 100_000, "\(story.utf8.count) bytes")
    #expect(story.contains("and \(Figures.grouped(4 * Self.many - 50)) more"))
  }
}
