import AssayCore
import Foundation
import Platform
import RecordLog
import TestSupport
import Testing

@Suite("A process that is stopped is told, and does not spoil the figures")
struct StopTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test(
    "bench, stress: an inference during which the worker was stopped does not count", arguments: ["bench", "stress"])
  func worker(_ command: String) throws {
    let model = try sandbox.model(microseconds: 1000)
    let length = command == "bench" ? ["--min-time", "4"] : ["--duration", "4s"]
    let assay = try sandbox.start(
      [Sandbox.program("assay"), command, model, "--json", sandbox.path("results.json")] + length)
    let log = try assay.wait(for: "records", measuredLog)
    let worker = try #require(assay.children.first)
    stop([worker], seconds: 1.5)
    let result = try assay.wait()
    #expect(result.status == 0, "\(result)")

    let cell = try #require(sandbox.report().cells.first)
    let stop = try #require(cell.warnings.compactMap(\.workerStop).first, "\(cell.warnings)")
    #expect(stop.count == 1 && stop.inferences == 1)
    #expect((1...6).contains(stop.seconds))
    let latency = try #require(cell.latency)
    #expect(latency.maximum < 1000, "The stop counts as a latency of \(latency.maximum) ms")
    #expect(latency.count == (try RecordLogReader(opening: log).count()) - 1)
    #expect(result.standardOutput.contains("worker was stopped"))

    // Records that are read again leave the same inference out.
    let again = try sandbox.compare([log, "last"])
    #expect(again.report.cells.map(\.count) == [latency.count, latency.count], "\(again.result)")
  }

  @Test("accuracy: the time of a stop is no part of the throughput", arguments: ["isolated", "overlapped"])
  func accuracy(_ timing: String) throws {
    let model = try sandbox.write(
      Data(
        #"{"inputs": [{"name": "x", "type": "float32", "shape": [1, 28, 28, 1]}], "latency": {"base_us": 9000}}"#.utf8),
      to: "m.synthetic")
    let start = MonotonicClock.seconds()
    let assay = try sandbox.start([
      Sandbox.program("assay"), "accuracy", model, "--images", PackageFiles.path("Samples/digits"), "--timing", timing,
      "--threads", "1", "--json", sandbox.path("results.json"),
    ])
    // Isolated inferences of the first images, or any images that are overlapped.
    let worker = try assay.wait(for: "images") {
      (timing == "isolated" ? measuredLog() != nil : hasPredictions) ? assay.children.first : nil
    }
    stop([worker], seconds: 3)
    let result = try assay.wait()
    let whole = MonotonicClock.seconds() - start
    let cell = try #require(sandbox.report().cells.first)
    let stop = try #require(cell.warnings.compactMap(\.workerStop).first, "\(result) \(cell.warnings)")
    #expect(stop.inferences == (timing == "isolated" ? 1 : 0))
    // 300 images of 9 ms take 2.7 s; the stop must not be added.
    let seconds = 300 / (try #require(cell.accuracy?.imagesPerSecond))
    #expect(seconds < whole - stop.seconds, "\(seconds) s of \(whole) s, with a stop of \(stop.seconds) s")
    if timing == "isolated" { #expect(try #require(cell.latency).maximum < 2000) }
  }

  @Test("compare: a block with a stop is measured again")
  func comparison() throws {
    let model = try sandbox.model(microseconds: 1000)
    let assay = try sandbox.startCompare(["\(model)@synthetic", "\(model)@synthetic,threads=1"], ["--max-time", "12"])
    _ = try assay.wait(for: "records", measuredLog)
    let workers = try assay.wait(for: "both workers") { assay.children.count == 2 ? assay.children : nil }
    // One of them is in a block, most likely.
    for _ in 0..<2 {
      stop(workers, seconds: 3)
      usleep(330_000)
    }
    let result = try assay.wait()
    #expect(result.status == 0, "\(result)")
    let cells = try sandbox.comparison().cells.compactMap(\.report)
    // A busy machine may hold up an inference for a second.
    for cell in cells { #expect(try #require(cell.latency).maximum < 2500, "\(cell.warnings)") }
    #expect(cells.contains { cell in cell.warnings.contains { $0.code == .workerStopped } }, "\(result)")
  }

  @Test("An assay that is stopped tells so, and does not kill a worker for the time")
  func parent() throws {
    let assay = try sandbox.startBench(
      [sandbox.model(microseconds: 1000)], ["--min-time", "3", "--cell-timeout", "6"])
    _ = try assay.wait(for: "records", measuredLog)
    let worker = try #require(assay.children.first)
    stop([assay.processIdentifier, worker], seconds: 6)
    let result = try assay.wait()
    let cell = try #require(sandbox.report().cells.first)
    #expect(cell.status == .ok, "\(result)")
    #expect(cell.warnings.contains { $0.code == .assayStopped } && cell.warnings.contains { $0.code == .workerStopped })
    #expect(try #require(cell.latency).maximum < 3000)
  }

  @Test("A slow inference alone is no stop")
  func slow() throws {
    let (result, report) = try sandbox.bench(
      [sandbox.model(microseconds: 1_200_000)], ["--runs", "3", "--warm-up", "0"])
    let cell = try #require(report.cells.first)
    #expect(cell.latency?.count == 3, "\(result)")
    #expect(!cell.warnings.contains { $0.code == .workerStopped }, "\(result)")
  }

  private func stop(_ processes: [Int32], seconds: Double) {
    for process in processes { kill(process, SIGSTOP) }
    usleep(UInt32(seconds * 1e6))
    for process in processes { kill(process, SIGCONT) }
  }

  private func measuredLog() -> String? {
    sandbox.recordLogs.first { path in (try? RecordLogReader(opening: path)).map { $0.count() > 50 } ?? false }
  }

  private var hasPredictions: Bool {
    let records = sandbox.path("data/assay/records")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: records)) ?? []
    return names.contains { name in
      guard name.hasSuffix(".predictions.csv") else { return false }
      let text = try? String(contentsOfFile: "\(records)/\(name)", encoding: .utf8)
      return (text?.split(separator: "\n").count ?? 0) > 20
    }
  }
}

extension Warning {
  fileprivate var workerStop: (count: Int, seconds: Double, inferences: Int)? {
    if case .workerStopped(let count, let seconds, let inferences) = self { (count, seconds, inferences) } else { nil }
  }
}
