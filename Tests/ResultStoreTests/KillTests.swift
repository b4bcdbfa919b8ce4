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
