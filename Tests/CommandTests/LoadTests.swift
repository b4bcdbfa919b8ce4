import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("An open loop sends queries whatever the model makes of them")
struct LoadTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// A model whose inferences take exactly 10 ms, by the clock of the synthetic engine: a stream does 100 a second.
  private func run(_ options: [String]) throws -> (result: ProgramResult, load: LoadReport?, cell: CellReport?) {
    let model = try sandbox.write(
      Data(#"{"clock": "simulated", "latency": {"base_us": 10000}}"#.utf8), to: "exact.synthetic")
    let result = try sandbox.start(
      [Sandbox.program("assay"), "load", model, "--streams", "1", "--json", sandbox.path("results.json")] + options
    ).wait()
    let cell = try? sandbox.report().cells.first
    return (result, cell?.load, cell)
  }

  @Test("Below what the model can do, every query takes as long as the model")
  func even() throws {
    let (result, load, cell) = try run(["--rate", "50/s", "--duration", "4s"])
    let report = try #require(load, "\(result)")
    #expect(result.status == 0 && report.queries == 200 && report.dropped == 0, "\(result)")
    #expect(cell?.latency?.maximum == 10 && report.arrivedPerSecond == 50 && report.breaksAt == nil)
  }

  @Test("A burst waits for itself")
  func burst() throws {
    let (result, load, cell) = try run(["--rate", "40/s", "--burst", "4", "--duration", "4s"])
    #expect(load?.queries == 160 && load?.dropped == 0, "\(result)")
    // Of four that arrive together, the last waits for three.
    #expect(cell?.latency?.minimum == 10 && cell?.latency?.maximum == 40, "\(result)")
  }

  @Test("A ramp is drawn as latency against rate, with the point where it breaks")
  func ramp() throws {
    let (result, load, _) = try run(["--rate", "20..200/s", "--duration", "20s"])
    let report = try #require(load, "\(result)")
    let rate = try #require(report.breaksAt, "\(result)")
    #expect(rate > 95 && rate < 125, "\(result)")
    #expect(report.curve.count == 20 && report.dropped > 0)
    #expect(
      result.standardOutput.contains("◀ breaks") && result.standardOutput.contains("It breaks at about"), "\(result)")
  }

  @Test(
    "The page draws latency against rate",
    .enabled(if: InstalledCharts.folder != nil, "The tools that draw charts are not installed"))
  func page() throws {
    try InstalledCharts.link(into: sandbox)
    #expect(try run(["--rate", "20..200/s", "--duration", "20s"]).result.status == 0)
    let page = sandbox.path("report.html")
    #expect(try sandbox.assay("report", "last", "-o", page).status == 0)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("Latency against rate") && html.contains("Queries by when they arrived"))
    // The rate explains the latencies.
    #expect(html.contains("It breaks at about") && !html.contains("heats up") && !html.contains("rose by"))
  }

  @Test("Under overload the queue is bounded, and drops are counted and shown")
  func overload() throws {
    let (result, load, cell) = try run(["--rate", "200/s", "--duration", "5s", "--queue", "10"])
    let report = try #require(load, "\(result)")
    #expect(report.queries == 1000 && abs(report.dropped - 490) < 20, "\(result)")
    // No query waits for more than those before it in the queue.
    #expect(cell?.latency.map { $0.maximum <= 120 } == true, "\(result)")
    #expect(result.standardOutput.contains("were dropped: more than 10 waited"), "\(result)")
  }

  @Test("Random arrivals are the same for the same seed, and others for another")
  func random() throws {
    let options = ["--rate", "80/s", "--duration", "4s", "--random"]
    let first = try run(options).load
    #expect(try run(options).load?.curve == first?.curve)
    #expect(try run(options + ["--seed", "2"]).load?.curve != first?.curve)
    #expect((first?.curve.compactMap(\.p99).max() ?? 0) > 10)
  }

  @Test("Recorded times are replayed, and the run repeats")
  func recorded() throws {
    let times = try sandbox.write(Data("5.0\n5.1\n5.1\n5.3\n".utf8), to: "times.txt")
    let (result, load, cell) = try run(["--arrivals", times])
    #expect(result.status == 0 && load?.queries == 4 && load?.dropped == 0, "\(result)")
    #expect(cell?.latency?.maximum == 20 && cell?.latency?.minimum == 10, "\(result)")
    guard case .load(let measure) = cell?.spec.measure else { return #expect(Bool(false), "\(result)") }
    #expect(measure.arrivals.file?.sha256?.count == 64)
    #expect(try sandbox.assay("results", "repeat", "last").status == 0)
  }

  @Test(
    "A damaged file of times is refused by line, before anything is measured",
    arguments: [
      ("0\n0.5\n0.2\n", "line 3: 0.2 comes before 0.5 of line 2"), ("0\nnan\n", "line 2: 'nan' is not a time"),
      ("0\n-1\n", "line 2: '-1' is not a time"), ("", "has no times"),
    ])
  func damaged(text: String, message: String) throws {
    let times = try sandbox.write(Data(text.utf8), to: "times.txt")
    let (result, _, _) = try run(["--arrivals", times])
    #expect(result.status == 65 && result.standardError.contains(message), "\(result)")
    #expect(sandbox.recordLogs.isEmpty)
  }

  @Test("A file that is not there is named")
  func missing() throws {
    let (result, _, _) = try run(["--arrivals", sandbox.path("none.txt")])
    #expect(result.status == 65 && result.standardError.contains("none.txt, which --arrivals names"), "\(result)")
  }

  @Test(
    "A senseless command line is refused",
    arguments: [
      ([], "--rate 50/s"), (["--rate", "0/s"], "more than 0"), (["--rate", "-5"], "more than 0"),
      (["--rate", "nan"], "--rate"), (["--rate", "10.."], "--rate"), (["--rate", "10..0/s"], "more than 0"),
      (["--rate", "10/s", "--arrivals", "x"], "--arrivals"), (["--arrivals", "x", "--burst", "2"], "--burst"),
      (["--rate", "10/s", "--burst", "0"], "--burst"), (["--rate", "10/s", "--queue", "0"], "--queue"),
      (["--rate", "10/s", "--duration", "0s"], "--duration"),
    ])
  func refused(options: [String], word: String) throws {
    let (result, _, _) = try run(options)
    #expect(result.status == 64 && result.standardError.contains(word), "\(result)")
    #expect(sandbox.recordLogs.isEmpty)
  }

  @Test("More queries than a run can have are refused with what to change")
  func tooMany() throws {
    let (result, _, _) = try run(["--rate", "1000000/s", "--duration", "1h"])
    #expect(result.status == 64 && result.standardError.contains("lower --rate"), "\(result)")
  }
}
