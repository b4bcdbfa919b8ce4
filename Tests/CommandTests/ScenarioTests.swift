import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Scenarios issue queries by MLPerf's rules and judge the result")
struct ScenarioTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// A model whose inferences take exactly 10 ms, by the clock of the synthetic engine.
  private func exact(_ name: String = "exact") throws -> String {
    try sandbox.write(Data(#"{"clock": "simulated", "latency": {"base_us": 10000}}"#.utf8), to: "\(name).synthetic")
  }

  private func run(
    _ scenario: String, _ options: [String] = []
  ) throws -> (result: ProgramResult, scenario: ScenarioReport?, cell: CellReport?) {
    let result = try sandbox.start(
      [
        Sandbox.program("assay"), "scenario", exact(), "--scenario", scenario, "--json", sandbox.path("results.json"),
      ] + options
    ).wait()
    let cell = try? sandbox.report().cells.first
    return (result, cell?.scenario, cell)
  }

  private func constraint(_ kind: ScenarioConstraint.Kind, of report: ScenarioReport) -> ScenarioConstraint? {
    report.constraints.first { $0.kind == kind }
  }

  @Test("Single-stream gives the estimate of early stopping, by the numbers of the rules")
  func singleStream() throws {
    let (result, scenario, cell) = try run("single-stream")
    let report = try #require(scenario, "\(result)")
    #expect(result.status == 0, "\(result)")
    #expect(report.isValid && report.estimate == 10 && report.percentile == 10)
    // 10 s of 10 ms each; of 1000 queries, 77 are left out.
    #expect(report.queries == 1000 && report.samples == 1000 && report.discarded == 77)
    #expect(report.sampleCount == 1024 && report.streams == 1)
    #expect(cell?.latency?.count == 1000)
    #expect(result.standardOutput.contains("quick rules: 10 s, 128 queries, p90"), "\(result)")
    #expect(result.standardOutput.contains("VALID"), "\(result)")
  }

  @Test("Multi-stream counts queries of eight samples")
  func multiStream() throws {
    let (result, scenario, cell) = try run("multi-stream")
    let report = try #require(scenario, "\(result)")
    #expect(report.isValid && report.percentile == 80 && report.estimate == 80)
    #expect(report.queries == 662 && report.samples == 662 * 8 && cell?.latency?.count == 662 * 8)
  }

  @Test("Offline counts samples of all streams")
  func offline() throws {
    let (result, scenario, _) = try run("offline", ["--streams", "2", "--min-duration", "1s"])
    let report = try #require(scenario, "\(result)")
    #expect(report.isValid && report.queries == 1 && report.streams == 2)
    #expect(abs((report.completedPerSecond ?? 0) - 200) < 2, "\(report)")
    #expect(report.percentile == nil && report.estimate == nil)
  }

  @Test("A server is timed from its schedule: what waits for a busy stream is charged for it")
  func server() throws {
    let options = ["--streams", "1", "--rate", "50/s", "--latency-bound", "100ms"]
    let (result, scenario, cell) = try run("server", options)
    let report = try #require(scenario, "\(result)")
    #expect(result.status == 0 && report.isValid, "\(result)")
    // A queue with Poisson arrivals and half its time busy: some queries wait, and none is faster than the model.
    let latency = try #require(cell?.latency)
    #expect(latency.minimum == 10 && latency.mean > 12 && latency.mean < 20, "\(latency)")
    #expect(report.lateQueries == 0 && abs((report.scheduledPerSecond ?? 0) - 50) < 3, "\(report)")
  }

  @Test("A server that misses its bound is invalid, with what to do about it, and status 3")
  func missedBound() throws {
    let (result, scenario, _) = try run(
      "server", ["--streams", "1", "--rate", "95/s", "--latency-bound", "15ms", "--min-duration", "2s"])
    let report = try #require(scenario, "\(result)")
    #expect(result.status == 3 && !report.isValid, "\(result)")
    #expect(constraint(.latency, of: report)?.isMet == false)
    #expect(result.standardOutput.contains("INVALID") && result.standardOutput.contains("lower --rate"), "\(result)")
  }

  @Test("Too few queries for early stopping make a result invalid, with the number that is needed")
  func tooFew() throws {
    let (result, scenario, _) = try run(
      "multi-stream", ["--min-queries", "100", "--min-duration", "1s"])
    let report = try #require(scenario, "\(result)")
    #expect(result.status == 3 && !report.isValid && report.estimate == nil, "\(result)")
    #expect(constraint(.earlyStopping, of: report)?.needed == 662)
    #expect(result.standardOutput.contains("--min-queries 662"), "\(result)")
  }

  @Test("Every number of the rules can be replaced, and is shown")
  func overrides() throws {
    let (result, scenario, cell) = try run(
      "single-stream",
      ["--rules", "mlperf", "--min-duration", "1s", "--min-queries", "90", "--percentile", "95", "--samples", "7"])
    let report = try #require(scenario, "\(result)")
    #expect(report.queries == 100 && report.sampleCount == 7)
    #expect(cell?.spec.measure.scenario?.rules.base == .mlperf)
    #expect(result.standardOutput.contains("mlperf rules: 1 s, 90 queries, p95"), "\(result)")
  }

  @Test("A batch holds the samples of a query")
  func batch() throws {
    let (result, scenario, _) = try run("multi-stream", ["--batch", "8", "--min-duration", "1s"])
    let report = try #require(scenario, "\(result)")
    #expect(report.percentile == 10 && report.queries == 662 && report.samples == 662 * 8, "\(report)")
  }

  @Test("--summary writes LoadGen's form, and a saved run keeps the result")
  func summary() throws {
    let path = sandbox.path("summary.txt")
    let (result, scenario, _) = try run("single-stream", ["--min-duration", "2s", "--summary", path])
    #expect(result.status == 0, "\(result)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for line in [
      "Scenario : SingleStream", "90.0th percentile latency (ns) : 10000000", "Result is : VALID",
      " * Would discard 9 highest latency queries.", "min_query_count : 128",
      "qsl_rng_seed : 2085463073848966840",
    ] {
      #expect(text.contains(line + "\n"), "\(line) is not in:\n\(text)")
    }
    #expect(text.contains("not by LoadGen"))
    let shown = try sandbox.assay("results", "show", "last", "--json")
    #expect(shown.standardOutput.contains("\"estimate_ms\" : 10"), "\(shown)")
    #expect(scenario?.isValid == true)
  }

  @Test(
    "The page has the result and each constraint",
    .enabled(if: InstalledCharts.folder != nil, "The tools that draw charts are not installed"))
  func page() throws {
    try InstalledCharts.link(into: sandbox)
    #expect(try run("single-stream").result.status == 0)
    let page = sandbox.path("report.html")
    #expect(try sandbox.assay("report", "last", "-o", page).status == 0)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("What a valid run must reach") && html.contains("p90 ≤ 10.00 ms"))
  }

  @Test("--find-peak finds the rate that a queue of this model holds, and confirms it by a full run")
  func peak() throws {
    let (result, scenario, cell) = try run(
      "server", ["--streams", "1", "--latency-bound", "30ms", "--find-peak", "--min-duration", "20s"])
    let report = try #require(scenario, "\(result)")
    #expect(result.status == 0 && report.isValid, "\(result)")
    let rate = try #require(cell?.spec.measure.scenario?.rate)
    // The model does 100 a second; that p99 is within three inferences leaves about a third.
    #expect(rate > 15 && rate < 60, "\(result)")
    let trials = try #require(report.peakTrials)
    #expect(trials.contains { $0.isHeld } && trials.contains { !$0.isHeld } && trials.count < 25)
    // Short runs are not saved.
    #expect(try sandbox.savedRuns().count <= 4)
  }

  @Test("A bound that no rate holds ends the search with what was tried")
  func noPeak() throws {
    let (result, scenario, _) = try run(
      "server", ["--streams", "1", "--latency-bound", "5ms", "--find-peak", "--min-duration", "1s"])
    #expect(result.status == 3 && scenario?.isValid == false, "\(result)")
    #expect(result.standardOutput.contains("No rate down to"), "\(result)")
  }

  @Test("Accuracy mode without images is refused")
  func accuracy() throws {
    let result = try sandbox.assay("scenario", exact(), "--scenario", "offline", "--mode", "accuracy")
    #expect(result.status == 64 && result.standardError.contains("--images"), "\(result)")
  }

  @Test("An interrupted scenario keeps its records and is not valid")
  func interrupted() throws {
    let model = try sandbox.model(microseconds: 500)
    let program = try sandbox.start([
      Sandbox.program("assay"), "scenario", model, "--scenario", "single-stream", "--min-duration", "10min", "--json",
      sandbox.path("results.json"),
    ])
    _ = try program.wait(for: "Some records") { sandbox.recordLogs.first }
    usleep(1_500_000)
    program.send(SIGINT)
    let result = try program.wait()
    #expect(result.status == 130, "\(result)")
    let cell = try #require(try sandbox.report().cells.first)
    #expect(cell.status == .interrupted && cell.scenario?.isValid != true, "\(result)")
  }

  @Test(
    "A senseless command line is refused with what to give instead",
    arguments: [
      (["--scenario", "server", "--rate", "0/s", "--latency-bound", "1ms"], "more than 0"),
      (["--scenario", "server", "--rate", "-5", "--latency-bound", "1ms"], "more than 0"),
      (["--scenario", "server", "--rate", "nan", "--latency-bound", "1ms"], "--rate"),
      (["--scenario", "server", "--rate", "1e12/s", "--latency-bound", "1ms"], "lower --rate"),
      (["--scenario", "server", "--rate", "1e-9/s", "--latency-bound", "1ms"], "raise --rate"),
      (["--scenario", "server", "--mode", "accuracy", "--images", ".", "--find-peak"], "leave out --find-peak"),
      (["--scenario", "server", "--rate", "20/s"], "--latency-bound"),
      (["--scenario", "server", "--latency-bound", "1ms"], "--find-peak"),
      (["--scenario", "server", "--rate", "20/s", "--latency-bound", "0ms"], "--latency-bound"),
      (["--scenario", "single-stream", "--rate", "20/s"], "Only server"),
      (["--scenario", "single-stream", "--streams", "2"], "--streams"),
      (["--scenario", "single-stream", "--find-peak"], "--find-peak"),
      (["--scenario", "offline", "--percentile", "90"], "--percentile"),
      (["--scenario", "single-stream", "--percentile", "100"], "--percentile"),
      (["--scenario", "single-stream", "--samples-per-query", "8"], "--samples-per-query"),
      (["--scenario", "single-stream", "--min-queries", "0"], "--min-queries"),
      (["--scenario", "single-stream", "--samples", "0"], "--samples"),
      (["--scenario", "single-stream", "--batch", "2"], "--batch"),
      (["--scenario", "multi-stream", "--batch", "3"], "--batch"),
      (["--scenario", "burst"], "--scenario"), ([], "--scenario"),
      (["--scenario", "offline", "--limit", "3"], "--images"),
    ])
  func refused(options: [String], word: String) throws {
    let result = try sandbox.start([Sandbox.program("assay"), "scenario", exact()] + options).wait()
    #expect(result.status == 64, "\(result)")
    #expect(result.standardError.contains(word), "\(result)")
    #expect(sandbox.recordLogs.isEmpty)
  }

  @Test("More samples than there is memory for are refused")
  func tooManySamples() throws {
    let vast = try sandbox.write(
      Data(#"{"inputs": [{"name": "i", "type": "float32", "shape": [1, 100000000]}]}"#.utf8), to: "vast.synthetic")
    let result = try sandbox.assay("scenario", vast, "--scenario", "offline", "--samples", "100000")
    #expect(result.status == 64 && result.standardError.contains("--samples "), "\(result)")
  }

  @Test(
    "A model that fails in the middle costs its cell alone",
    arguments: ["single-stream", "offline"])
  func failure(scenario: String) throws {
    let model = try sandbox.model(event: ("fail", 300))
    let result = try sandbox.assay(
      "scenario", model, "--scenario", scenario, "--min-duration", "1s", "--json", sandbox.path("results.json"))
    #expect(result.status == 1, "\(result)")
    #expect(try sandbox.report().cells.first?.status == .failed)
  }
}
