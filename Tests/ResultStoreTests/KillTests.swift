import AssayCore
import Foundation
import GRDB
import RecordLog
import ResultStore
import TestSupport
import Testing

@Suite("Saved runs survive the command")
struct KillTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("A killed bench leaves an intact store, with a run for every cell that has records, and readable logs")
  func kills() throws {
    let path = sandbox.path("data/assay/results.sqlite")
    let models = try (0..<30).map { try sandbox.model("m\($0)") }
    var generator = SystemRandomNumberGenerator()
    var saved = 0
    for _ in 0..<10 {
      let assay = try sandbox.startBench(models)
      usleep(UInt32.random(in: 20_000...400_000, using: &generator))
      assay.send(SIGKILL)
      _ = try assay.wait()
      guard FileManager.default.fileExists(atPath: path) else { continue }
      let store = try ResultStore(path: path, for: .saving)
      let check = try DatabaseQueue(path: path).read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
      #expect(check == ["ok"])
      let runs = try store.list(RunFilter())
      #expect(runs.count >= saved, "what one process saved, no later one loses")
      for summary in runs.prefix(runs.count - saved) {
        let run = try store.run(summary.id)
        // The next bench saves an interrupted cell, with its records.
        #expect([.ok, .interrupted].contains(run.report.status) && store.logState(of: run) == .intact)
        let count = try RecordLogReader(opening: #require(run.report.recordLog)).count()
        #expect(run.report.status == .ok ? count == 20 : (1...20).contains(count))
      }
      saved = runs.count
    }
    for log in sandbox.recordLogs {
      // A log that was just created may lack its header.
      if (try? Data(contentsOf: URL(filePath: log)).isEmpty) == true { continue }
      #expect(throws: Never.self) { _ = try RecordLogReader(opening: log) }
    }
  }

  @Test("A killed accuracy run keeps its predictions")
  func predictions() throws {
    let model = try sandbox.write(
      Data(
        #"{"latency": {"base_us": 20000}, "inputs": [{"name": "image", "type": "uint8", "shape": [1, 28, 28, 3]}]}"#
          .utf8),
      to: "image.synthetic")
    let program = try sandbox.start([
      Sandbox.program("assay"), "accuracy", model, "--images", PackageFiles.path("Samples/digits"), "-q",
    ])
    let records = sandbox.path("data/assay/records")
    func predictions() -> [String] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: records)) ?? []
      return names.filter { $0.hasSuffix(".predictions.csv") }
    }
    func rows(_ name: String) -> Int {
      ((try? String(contentsOfFile: "\(records)/\(name)", encoding: .utf8)) ?? "").split(separator: "\n").count - 1
    }
    let seen = try program.wait(for: "predictions") { predictions().first { rows($0) > 5 }.map(rows) }
    program.send(SIGKILL)
    _ = try program.wait()
    let run = try program.wait(for: "The run") { () -> StoredRun? in
      _ = try? sandbox.assay("results", "list")
      return try? ResultStore(path: sandbox.path("data/assay/results.sqlite"), for: .existing).run("last")
    }
    #expect(run.report.status == .interrupted && run.kind == .accuracy)
    let kept = URL(filePath: try #require(run.report.predictions)).lastPathComponent
    #expect(predictions() == [kept] && rows(kept) >= seen)
    // The list of images lies elsewhere, and the next run removes it.
    let next = try sandbox.assay(
      "accuracy", model, "--images", PackageFiles.path("Samples/digits"), "--limit", "1", "-q")
    #expect(next.status == 0, "\(next)")
    let left = try FileManager.default.subpathsOfDirectory(atPath: sandbox.path("data/assay/unsaved"))
    #expect(left.isEmpty, "\(left)")
  }

  @Test("A kill before any system call of a save, an adoption or a deletion loses nothing and leaves nothing")
  func aimed() throws {
    let benchmark = PackageFiles.path("Benchmarks/store-kills")
    let programs = URL(filePath: Sandbox.program("assay")).deletingLastPathComponent().path
    let result = try sandbox.start([
      "/usr/bin/env", "python3", benchmark, "--random", "3", "--every", "13", "--jobs", "1", "--programs", programs,
      "--kinds", "bench,adopt,delete",
    ]).wait(seconds: 300)
    #expect(result.status == 0 && result.standardOutput.contains("No run twice, none lost"), "\(result)")
  }

  @Test("Several benches at once save all their cells")
  func together() throws {
    let models = try (0..<2).map { try sandbox.model("m\($0)") }
    // Each round creates a new store: creation is where they collide.
    for round in 0..<5 {
      let path = sandbox.path("together\(round)/results.sqlite")
      let programs = try (0..<3).map { _ in
        try sandbox.start(
          [Sandbox.program("assay"), "bench", "-q", "--store", path] + models + Sandbox.quick)
      }
      for program in programs {
        let result = try program.wait()
        #expect(result.status == 0, "\(result)")
      }
      #expect(try ResultStore(path: path, for: .existing).list(RunFilter()).count == 6)
    }
  }

  @Test("If a live comparison cannot be saved, its result is kept and the status says so")
  func failingComparison() throws {
    let path = sandbox.path("data/assay/results.sqlite")
    let operands = try [sandbox.model("fast", microseconds: 500), sandbox.model("slow", microseconds: 600)]
    let program = try sandbox.startCompare(
      operands.map { "\($0)@synthetic" }, ["--store", path, "--warm-up", "0", "--max-time", "2"])
    let isMeasuring = try program.wait(for: "record logs") { sandbox.recordLogs.count == 2 ? true : nil }
    #expect(isMeasuring)
    let holder = try DatabaseQueue(path: path, configuration: Sample.holding)
    try holder.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let result = try program.wait()
    try holder.inDatabase { try $0.execute(sql: "ROLLBACK") }
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("Not all was saved."), "\(result)")
    let report = try sandbox.comparison()
    #expect(report.comparisons.count == 1 && report.saveError?.code == .inputOutput)
  }

  @Test("If saving fails, the measurement is kept")
  func failingStore() throws {
    _ = try sandbox.bench([sandbox.model("first")])
    let assay = try sandbox.startBench([sandbox.model("second")], ["--warm-up", "0", "--min-time", "0.8"])
    let isMeasuring = try assay.wait(for: "records") { sandbox.recordLogs.count > 1 ? true : nil }
    #expect(isMeasuring)
    let holder = try DatabaseQueue(
      path: sandbox.path("data/assay/results.sqlite"), configuration: Sample.holding)
    try holder.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let result = try assay.wait()
    try holder.inDatabase { try $0.execute(sql: "ROLLBACK") }

    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("Another process holds the store"))
    #expect(result.standardOutput.contains("second.synthetic"))
    let report = try sandbox.report()
    #expect(report.saveError?.code == .inputOutput)
    let cell = try #require(report.cells.first)
    #expect(cell.status == .ok && cell.runID == nil)
    #expect(try RecordLogReader(opening: #require(cell.recordLog)).count() == cell.latency?.count)
  }
}
