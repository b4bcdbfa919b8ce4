import AssayCore
import Foundation
import RecordLog
import TestSupport
import Testing

@Suite("assay streams measures a grid of parallel streams")
struct ParallelStreamsTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private static let quick = ["--min-time", "0.2", "--max-time", "1", "--warm-up", "0"]

  private func streams(
    _ script: String, _ options: [String], prefix: String = "", seconds: Double = 120
  ) throws -> (result: ProgramResult, report: RunReport) {
    let model = try sandbox.write(Data(script.utf8), to: "net.synthetic")
    let arguments =
      ["streams", model, "-e", "synthetic", "--json", sandbox.path("results.json")] + Self.quick + options
    let line = "\(prefix) exec \"$@\""
    let result = try sandbox.start(["/bin/sh", "-c", line, "sh", Sandbox.program("assay")] + arguments).wait(
      seconds: seconds)
    return (result, try sandbox.report())
  }

  @Test("Every point is measured, shuffled by the seed, and the points that people look for are named")
  func grid() throws {
    let script = #"{"latency": {"base_us": 1000}, "clock": "simulated"}"#
    let (result, report) = try streams(script, ["--streams", "1,2,4", "--threads", "1,2", "--seed", "7"])
    #expect(result.status == 0, "\(result)")
    let points = report.cells.map { "\($0.options.streams)x\($0.options.threads)" }
    #expect(Set(points).count == 6 && points != points.sorted())
    for cell in report.cells {
      #expect(cell.status == .ok && cell.streams?.counts.count == cell.options.streams)
      // Every simulated inference takes a millisecond, however many streams there are.
      #expect(abs((cell.rate?.samples ?? 0) - 1000 * Double(cell.options.streams)) < 1, "\(cell.rate?.samples ?? 0)")
      #expect(cell.latency?.p50 == 1)
    }
    let frontier = try #require(report.frontiers?.first)
    #expect(frontier.cells.map { report.cells[$0].options.streams } == [1, 1, 2, 2, 4, 4])
    #expect(report.cells[try #require(frontier.maximumThroughput)].options.streams == 4)
    #expect(report.cells[try #require(frontier.knee)].options.streams == 4)
    #expect(frontier.oversubscription != nil || (report.host.allowedCores >= 8))
    for text in ["Minimum latency: ", "Maximum throughput: 4 streams", "Knee: 4 streams", "Samples/s against"] {
      #expect(result.standardOutput.contains(text), "\(result.standardOutput)")
    }
  }

  @Test("A search measures some points for a short time, and the best in full")
  func search() throws {
    let script = #"{"latency": {"base_us": 1000}, "clock": "simulated"}"#
    let (result, report) = try streams(script, ["--streams", "auto:1,2,3,4,6,8,12,16", "--threads", "1"])
    #expect(result.status == 0, "\(result)")
    let frontier = try #require(report.frontiers?.first)
    let best = report.cells[try #require(frontier.maximumThroughput)]
    #expect(best.options.streams == 16 && best.spec.measure.rule.minimumSeconds == 0.2)
    let search = try #require(frontier.search)
    #expect(search.points == 8 && search.measured == report.cells.count - 1 && search.measured <= 8)
    #expect(report.cells.count { $0.spec.measure.rule.minimumSeconds == 0.2 } == 1)
    #expect(result.standardOutput.contains("Searched: \(search.measured) of 8 points"), "\(result)")
    // The point that was measured twice has one line.
    let lines = result.standardOutput.split(separator: "\n")
    #expect(lines.count { $0.hasSuffix(" short") || $0.hasSuffix(", short") } == search.measured - 1, "\(result)")
  }

  @Test("A search goes round points that fail, and ends where all do")
  func searchOfFailing() throws {
    let event = #""event": {"kind": "fail", "at": 0, "session": 3}"#
    let script = #"{"latency": {"base_us": 200}, "clock": "simulated", \#(event)}"#
    let (result, report) = try streams(script, ["--streams", "auto:1,2,4,8", "--threads", "1"])
    #expect(result.status == 1, "\(result)")
    let best = try #require(report.frontiers?.first?.maximumThroughput)
    #expect(report.cells[best].options.streams <= 2)
    let none = try streams(
      #"{"event": {"kind": "fail", "at": 0, "session": 1}}"#, ["--streams", "auto:1,2", "--threads", "1"])
    #expect(none.result.status == 1 && none.report.frontiers?.first?.maximumThroughput == nil, "\(none.result)")
    #expect(none.report.cells.count == 2, "no point is measured in full")
  }

  @Test("A search that misses a goal everywhere says so")
  func searchOfGoal() throws {
    let script = #"{"latency": {"base_us": 1000}, "clock": "simulated"}"#
    let (result, report) = try streams(
      script, ["--streams", "auto:1,2,4", "--threads", "1", "--max-latency", "0.5ms"])
    #expect(result.status == 3 && report.frontiers?.first?.withinGoals == nil, "\(result)")
    #expect(result.standardOutput.contains("No point reaches the goal."), "\(result)")
  }

  @Test("Streams that take turns are compared by throughput, too")
  func compared() throws {
    let model = try sandbox.write(
      Data(#"{"latency": {"base_us": 1000, "jitter": 0.02}, "clock": "simulated"}"#.utf8), to: "net.synthetic")
    let (result, report) = try sandbox.compare(
      ["\(model)@synthetic,streams=2,threads=1", "\(model)@synthetic,streams=1,threads=1"],
      ["--warm-up", "0", "--max-time", "3"])
    #expect(result.status == 0, "\(result)")
    let comparison = try #require(report.comparisons.first)
    let throughput = try #require(comparison.throughput, "\(result)")
    #expect(abs(throughput.ratio - 0.5) < 0.05 && abs(comparison.ratio - 1) < 0.05, "\(result)")
    #expect(throughput.verdict == .slower && throughput.wideInterval?.contains { $0 >= 1 } == false)
    #expect(result.standardOutput.contains("× the throughput of"), "\(result)")
    // Read again from the store.
    let (again, saved) = try sandbox.compare(["last~1", "last"])
    #expect(again.status == 0 && abs((saved.comparisons.first?.throughput?.ratio ?? 0) - 0.5) < 0.05, "\(again)")
  }

  @Test("An operand with senseless streams is refused", arguments: ["streams=0", "streams=x", "streams=5000"])
  func refusedOperand(option: String) throws {
    let result = try sandbox.assay("compare", "net.synthetic@synthetic,\(option)", "net.synthetic@synthetic")
    #expect(result.status == 64 && result.standardError.contains("streams=N"), "\(result)")
  }

  @Test(
    "The page draws the frontier",
    .enabled(if: InstalledCharts.folder != nil, "The tools that draw charts are not installed"))
  func page() throws {
    try InstalledCharts.link(into: sandbox)
    let script = #"{"latency": {"base_us": 1000}, "clock": "simulated"}"#
    #expect(try streams(script, ["--streams", "1,2,4", "--threads", "1"]).result.status == 0)
    let page = sandbox.path("report.html")
    #expect(try sandbox.assay("report", "1", "2", "3", "-o", page).status == 0)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("Throughput against latency") && html.contains("Maximum throughput: 4 streams"))
    let verdict = #/<p class="verdict">synthetic: lowest mean latency 1.*most throughput .*\/s with 4 streams/#
    #expect(html.contains(verdict))
  }

  @Test("The most throughput within a limit is named, and a limit that no point keeps is status 3")
  func goals() throws {
    let script = #"{"latency": {"base_us": 1000}, "clock": "simulated"}"#
    let met = try streams(script, ["--streams", "1,2", "--threads", "1", "--max-latency", "2ms"])
    #expect(met.result.status == 0, "\(met.result)")
    let best = try #require(met.report.frontiers?.first?.withinGoals)
    #expect(met.report.cells[best].options.streams == 2)
    let missed = try streams(script, ["--streams", "1,2", "--threads", "1", "--max-latency", "0.5ms"])
    #expect(missed.result.status == 3 && missed.report.frontiers?.first?.withinGoals == nil)
    #expect(missed.result.standardOutput.contains("No point reaches the goal."), "\(missed.result)")
  }

  @Test(
    "A stream that fails, crashes, aborts, leaves or is killed costs its point alone",
    arguments: [
      ("fail", 0, AssayError.Code.inferenceFailed), ("fail", 20, .inferenceFailed), ("crash", 20, .crashed),
      ("abort", 20, .crashed), ("exit", 20, .crashed), ("kill", 20, .crashed),
    ])
  func failingStream(kind: String, at: Int, code: AssayError.Code) throws {
    let script = #"{"latency": {"base_us": 200}, "event": {"kind": "\#(kind)", "at": \#(at), "session": 3}}"#
    let (result, report) = try streams(script, ["--streams", "1,2,8", "--threads", "1"])
    #expect(result.status == 1, "\(result)")
    for cell in report.cells {
      #expect(
        cell.status == (cell.options.streams == 8 ? .failed : .ok),
        "\(cell.options.streams): \(String(describing: cell.error))")
    }
    let error = try #require(report.cells.first { $0.options.streams == 8 }?.error)
    #expect(error.code == code, "\(error)")
    if kind == "fail" { #expect(error.message.hasPrefix("Stream 3 of 8: "), "\(error.message)") }
    #expect(report.frontiers?.first?.frontier.isEmpty == false)
  }

  @Test("A stream that hangs while the others end is an error that names it, and the grid continues")
  func hangingStream() throws {
    let script = #"{"latency": {"base_us": 200}, "event": {"kind": "hang", "at": 20, "session": 2}}"#
    let (result, report) = try streams(script, ["--streams", "1,2", "--threads", "1"])
    #expect(result.status == 1, "\(result)")
    let error = try #require(report.cells.first { $0.options.streams == 2 }?.error)
    #expect(error.code == .timedOut && error.message.contains("Stream 2 of 2 hangs"), "\(error)")
    #expect(report.cells.first { $0.options.streams == 1 }?.status == .ok)
    // What the other stream recorded is kept.
    #expect(report.cells.first { $0.options.streams == 2 }?.latency?.count ?? 0 > 50)
  }

  @Test("A point that runs out of memory says so, and the grid goes on")
  func memory() throws {
    let script =
      #"{"latency": {"base_us": 200}, "inputs": [{"name": "x", "type": "float32", "shape": [1, 64000000]}]}"#
    let (result, report) = try streams(
      script, ["--streams", "1,64", "--threads", "1"], prefix: "ulimit -v 4000000; ", seconds: 240)
    #expect(result.status == 74, "\(result)")
    let failed = try #require(report.cells.first { $0.options.streams == 64 })
    #expect(
      failed.status == .failed && failed.error?.message.contains("ran short of memory") == true,
      "\(String(describing: failed.error))")
    #expect(report.cells.first { $0.options.streams == 1 }?.status == .ok)
  }

  @Test("After Ctrl-C the finished points stand")
  func interrupt() throws {
    let model = try sandbox.write(Data(#"{"latency": {"base_us": 500}}"#.utf8), to: "net.synthetic")
    let program = try sandbox.start([
      Sandbox.program("assay"), "streams", model, "-e", "synthetic", "--json", sandbox.path("results.json"),
      "--streams",
      "1,2,3", "--threads", "1", "--min-time", "2", "--warm-up", "0",
    ])
    var isSecond = false
    for _ in 0..<600 where !isSecond {
      usleep(100_000)
      isSecond = sandbox.recordLogs.count { ((try? RecordLogReader(opening: $0).count()) ?? 0) > 100 } == 2
    }
    #expect(isSecond)
    program.send(SIGINT)
    let result = try program.wait(seconds: 60)
    #expect(result.status == 130, "\(result)")
    let report = try sandbox.report()
    #expect(report.cells.map(\.status) == [.ok, .interrupted, .interrupted], "\(report.cells.map(\.status))")
    #expect(report.cells[1].latency != nil && report.cells[2].latency == nil)
  }

  @Test(
    "Numbers of streams, threads and samples that make no sense are refused",
    arguments: [
      ["--streams", "0"], ["--streams", "2,x"], ["--streams", "2,2"], ["--streams", "4000"], ["--threads", "0"],
      ["--batch", "0,1"],
    ])
  func refused(options: [String]) throws {
    let result = try sandbox.start([Sandbox.program("assay"), "streams", "net.onnx"] + options).wait()
    #expect(result.status == 64, "\(result)")
  }

  @Test("Several batches are refused where one is measured")
  func oneBatch() throws {
    let result = try sandbox.assay("bench", try sandbox.model(), "--batch", "1,2")
    #expect(result.status == 64 && result.standardError.contains("assay streams"), "\(result)")
  }

  @Test("Records of streams are exported with stream, query and the time of issue, and compare and report read them")
  func readers() throws {
    let script = #"{"latency": {"base_us": 500}}"#
    let (result, report) = try streams(script, ["--streams", "2,3", "--threads", "1"])
    #expect(result.status == 0, "\(result)")
    let count = try #require(report.cells[1].latency?.count)
    let exported = try sandbox.assay("results", "export", try #require(report.cells[1].recordLog))
    let lines = exported.standardOutput.split(separator: "\n")
    #expect(lines.first == "index,start_ms,latency_ms,stream,query,issued_ms" && lines.count == count + 1)
    let table = try sandbox.assay("results", "export", "last", "--records")
    #expect(table.standardOutput.split(separator: "\n").count == count + 1)
    let compared = try sandbox.assay("compare", "last~1", "last")
    #expect(compared.status == 0, "\(compared)")
    let drawn = try sandbox.assay("results", "show", "last", "--plot")
    #expect(drawn.status == 0 && drawn.standardOutput.contains("Latency over time"), "\(drawn)")
    let shown = try sandbox.assay("results", "show", "last")
    #expect(shown.status == 0 && shown.standardOutput.contains("streams"), "\(shown)")
  }

  @Test("Over --via the records of all streams arrive")
  func via() throws {
    let (result, report) = try streams(
      #"{"latency": {"base_us": 300}}"#, ["--streams", "3", "--threads", "1", "--via", "env ASSAY_TESTED=1"],
      prefix: "ASSAY_REMOTE_WORKER='\(Sandbox.program("assay-worker"))'; export ASSAY_REMOTE_WORKER; ")
    #expect(result.status == 0, "\(result)")
    let cell = report.cells[0]
    #expect(cell.streams?.counts.count == 3 && cell.streams?.counts.allSatisfy { $0 > 0 } == true)
    #expect(try RecordLogReader(opening: #require(cell.recordLog)).count() == cell.latency?.count)
  }

  @Test("In a sandbox streams are measured too")
  func confined() throws {
    let (result, report) = try streams(
      #"{"latency": {"base_us": 300}}"#, ["--streams", "2", "--threads", "1", "--sandbox"])
    #expect(result.status == 0 && report.cells[0].status == .ok, "\(result)")
  }
}
