import AssayCore
import Foundation
import Testing

@testable import Report

@Suite("A page shows names from outside as text")
struct PageTests {
  private static let hostile =
    "</script><script>alert(1)</script><!-- \u{2028}\u{1B}[31m\"'&<img src=x onerror=alert(2)>"

  @Test("A run that failed after it had measured says so in its first line, and why")
  func failed() {
    var run = SampleRuns.steady
    run.report.status = .failed
    run.report.error = AssayError(.crashed, "The worker crashed (SIGSEGV). It had run for 3 h.")
    #expect(RunSection(run).verdict.hasPrefix("Steady. The run failed: The worker crashed (SIGSEGV). Median"))
    run.report.error = nil
    #expect(RunSection(run).words == "Steady. The run failed.")
  }

  @Test("A page shows why records are missing beside the findings that are stored")
  func recordsProblem() {
    var run = SampleRuns.steady
    run.recordsProblem = "The record log of this run is missing."
    #expect(RunSection(run).withoutRecords.text.contains("The record log of this run is missing."))
  }

  @Test("A page says what the engine made of the model, and nothing where the engine does not tell")
  func execution() {
    var run = SampleRuns.steady
    let title = "What the engine made of the model"
    #expect(!RunSection(run).tables.text.contains(title))
    run.report.execution = Execution(
      precision: "FP32+FP16", placement: OperationPlacement(onDevice: 30, onCPU: 1, kindsOnCPU: ["RESHAPE"]),
      build: .init(milliseconds: 1250, bytes: 4096))
    run.report.deviceMilliseconds = 0.25
    let html = RunSection(run).tables.text
    for sentence in [
      "Runs 30 of 31 operations on the device, 1 on the CPU (RESHAPE).", "Computes in FP32+FP16.",
      "Built in 1.3 s, 4.0 KiB.", "Takes 0.2500 ms on the device, without copies, in the warm-up.",
    ] {
      #expect(html.contains("<li>\(sentence)</li>"), "\(html.prefix(2000))")
    }
    #expect(html.contains(title))
  }

  @Test("No name becomes markup, whether of a model, a machine, a sensor or a finding")
  func escapes() throws {
    var run = SampleRuns.fourModes
    let name = Self.hostile
    run.title = name
    run.report = SampleRuns.cell("/models/\(name)")
    run.report.engine.library = name
    run.report.execution = Execution(
      precision: name, placement: OperationPlacement(onDevice: 1, onCPU: 1, kindsOnCPU: [name]))
    run.host?.board = name
    run.telemetry = TelemetrySeries(
      sensors: [Sensor(id: name, name: name, quantity: .temperature, source: name)],
      unavailable: [UnavailableSensor(name: name, reason: name)], seconds: [0, 1], values: [[40, 41]],
      events: [TelemetryEvent(seconds: 1, kind: .resumed, detail: name)])
    run.steadiness?.findings = [Finding(.recorded(sentence: name), strength: .weak)]
    run.steadiness?.problems = [.recorded(name)]
    let html = ReportPage([run, run], bundle: "/* nothing */").html()
    for forbidden in ["<img", "<!--", "alert(1)</script>", "\u{2028}", "\u{1B}"] {
      let place = html.range(of: forbidden)
      #expect(place == nil, "\(forbidden.debugDescription) stands in the page")
    }
    // As many as the page itself has: one for each chart, the bundle, and its own.
    let charts = html.split(separator: "<figure").count - 1
    #expect(html.split(separator: "</script>").count - 1 == charts + 2)
    #expect(charts > 6)
  }
}
