import AssayCore
import Foundation
import RecordLog
import TestSupport
import Testing

@Suite("Live cells take turns until their intervals are narrow enough")
struct ComparisonTests {
  private let sandbox: Sandbox
  private static let short = ["--warm-up", "0", "--max-time", "20"]

  init() throws { sandbox = try Sandbox() }

  private func cell(
    _ name: String, microseconds: Double = 1000, event: (kind: String, at: Int)? = nil
  ) throws -> String {
    try sandbox.model(name, microseconds: microseconds, event: event) + "@synthetic"
  }

  /// Saves nothing, so that the only record logs are those of cells that were cut short.
  private func compare(
    _ operands: [String], _ options: [String] = [], seconds: Double = 60
  ) throws -> (result: ProgramResult, report: ComparisonReport) {
    try sandbox.compare(operands, ["--no-save"] + options, seconds: seconds)
  }

  private func startCompare(_ operands: [String], _ options: [String] = []) throws -> RunningProgram {
    try sandbox.startCompare(operands, ["--no-save"] + options)
  }

  // MARK: Verdicts

  @Test("A cell is the same as itself")
  func same() throws {
    let model = try cell("same")
    let (result, report) = try compare(
      [model, model], ["--warm-up", "0", "--max-time", "60", "--fail-above", "0%"], seconds: 90)
    #expect(result.status == 0, "\(result)")
    let comparison = try #require(report.comparisons.first)
    #expect(comparison.verdict == .sameWithinNoise, "\(result)")
    #expect(result.unwrappedOutput.contains("same.synthetic@synthetic (2) is as fast as same.synthetic@synthetic (1)"))
    let turns = try #require(report.interleaving)
    #expect(turns.ending == .precise && turns.rounds >= 20)
    let interval = try #require(comparison.interval)
    #expect(interval[1] - interval[0] < 0.01 * comparison.ratio)
    for cell in report.cells {
      #expect(cell.count > 0 && cell.count.isMultiple(of: turns.rounds))
      #expect(cell.report?.status == .ok && cell.report?.latency?.count == cell.count)
    }
    #expect(report.notes.isEmpty)
    #expect(sandbox.recordLogs.isEmpty)
  }

  @Test("A cell that takes 1.3 times as long is slower, and --fail-above turns that into a status")
  func slower() throws {
    let operands = try [cell("fast"), cell("slow", microseconds: 1300), cell("other")]
    let (result, report) = try compare(operands, Self.short + ["--fail-above", "5%"])
    #expect(result.status == 3, "\(result)")
    #expect(report.comparisons.map(\.cell) == [2, 3])
    #expect(report.comparisons[0].verdict == .slower, "\(result)")
    #expect(abs(report.comparisons[0].ratio - 1.3) < 0.05)
    #expect(abs(report.comparisons[1].ratio - 1) < 0.05)
    #expect(result.unwrappedOutput.contains("slow.synthetic@synthetic is 1.3"), "\(result)")
    #expect(report.notes.contains(.modelsDiffer))
  }

  @Test("Any cell can be the reference, and a slowdown below the limit is not a failure")
  func reference() throws {
    let operands = try [cell("fast"), cell("slow", microseconds: 1300)]
    let (result, report) = try compare(operands, Self.short + ["--reference", "2", "--fail-above", "50%"])
    #expect(result.status == 0, "\(result)")
    #expect(report.reference == 2)
    #expect(report.comparisons.map(\.cell) == [1])
    #expect(report.comparisons.map(\.verdict) == [.faster])
    #expect(abs(report.comparisons[0].ratio - 1 / 1.3) < 0.05)
  }

  @Test("Each cell can have its own threads and batch, and the report notes the differences")
  func options() throws {
    let model = try cell("model")
    let (_, report) = try compare(
      ["\(model),threads=1", "\(model),batch=2,threads=3", model], Self.short + ["--threads", "1"])
    #expect(report.cells.map(\.report?.options.threads) == [1, 3, 1])
    #expect(report.cells.map(\.report?.options.batch) == [nil, 2, nil])
    #expect(report.notes.contains(.threadsDiffer))
    #expect(report.notes.contains(.batchSizesDiffer))
  }

  @Test("The comparison ends at --max-time with the rounds measured so far")
  func timeIsUp() throws {
    let (result, report) = try compare(
      [cell("a"), cell("b")], ["--warm-up", "0", "--max-time", "1.5", "--until", "0.01%", "-v"])
    #expect(result.status == 0, "\(result)")
    let turns = try #require(report.interleaving)
    #expect(turns.ending == .timeIsUp && turns.rounds > 0)
    #expect(report.comparisons.count == 1)
    #expect(result.standardOutput.contains("Time was up before every interval was narrower than 0.01%"))
  }

  // MARK: Faults

  @Test(
    "A faulty worker ends the comparison, with the cause and the rounds measured so far", arguments: WorkerFault.all)
  func fault(_ fault: WorkerFault) throws {
    let operands = try [cell("sound"), cell("poor", event: (fault.kind, 500))]
    let options = Self.short + ["--until", "0.01%"] + (fault.kind == "hang" ? ["--cell-timeout", "1.5"] : [])
    let (result, report) = try compare(operands, options)
    #expect(result.status == 1, "\(result)")
    #expect(report.interleaving?.ending == .failed)
    let error = try #require(report.cells[1].report?.error)
    #expect(error.code == fault.code && error.message.contains(fault.cause), "\(error)")
    if fault.kind != "fail" { #expect(error.message.contains("while it was measured"), "\(error)") }
    #expect(report.cells[0].report?.status == .ok)
    #expect(try #require(report.interleaving).rounds >= 3)
    #expect(report.comparisons.count == 1)
    #expect(result.unwrappedOutput.contains(error.message), "\(result)")
    #expect(sandbox.recordLogs == [report.cells[1].report?.recordLog])
  }

  @Test(
    "A worker that dies while loading costs its cell; the other is measured, though there is nothing to compare it with"
  )
  func faultAtLoad() throws {
    let (result, report) = try compare([cell("sound"), cell("poor", event: ("crash", 0))], Self.short)
    #expect(result.status == 1, "\(result)")
    #expect(report.comparisons.isEmpty && report.interleaving?.ending == .failed)
    #expect(report.cells[1].report?.error?.message.contains("died of SIGSEGV") == true)
    #expect(report.cells[1].report?.error?.message.contains("while the model was loaded") == true)
    #expect(report.cells[0].report?.status == .ok && report.cells[0].count > 0)
    #expect(sandbox.recordLogs.isEmpty)
  }

  @Test("A worker killed while it waits for its turn ends the comparison")
  func killedWhileIdle() throws {
    let operands = try [cell("quick"), cell("slow", microseconds: 1_000_000)]
    let assay = try startCompare(operands, ["--warm-up", "0"])
    let workers = try assay.wait(for: "two workers with logs") {
      sandbox.recordLogs.count == 2 && assay.children.count == 2 ? assay.children : nil
    }
    // Blocks of both workers take more than a second.
    let log = try assay.wait(for: "records") {
      sandbox.recordLogs.first { (try? RecordLogReader(opening: $0).count()) ?? 0 > 300 }
    }
    let reader = try RecordLogReader(opening: log)
    _ = try assay.wait(for: "the turn of the other") {
      let before = reader.count()
      usleep(300_000)
      return reader.count() == before ? true : nil
    }
    kill(try #require(workers.first), SIGKILL)
    let result = try assay.wait(seconds: 30)
    #expect(result.status == 1, "\(result)")
    let error = try #require(sandbox.comparison().cells[0].report?.error)
    #expect(error.message.contains("died of SIGKILL while it waited for its next block"), "\(error)")
  }

  @Test("A hanging cell ends the comparison soon after --max-time, even without --cell-timeout")
  func hang() throws {
    let (result, report) = try compare(
      [cell("sound"), cell("poor", event: ("hang", 300))], ["--warm-up", "0", "--max-time", "2"], seconds: 30)
    #expect(result.status == 1, "\(result)")
    let error = try #require(report.cells[1].report?.error)
    #expect(error.code == .timedOut && error.message.contains("was asked to end while it was measured"), "\(error)")
    #expect(report.cells[0].report?.status == .ok)
  }

  @Test("Ctrl-C ends the comparison and keeps what was measured")
  func interrupt() throws {
    let assay = try startCompare(
      [cell("a"), cell("b", microseconds: 1300)], ["--warm-up", "0", "--until", "0.01%"])
    _ = try assay.wait(for: "some rounds") { records(atLeast: 1000) }
    assay.send(SIGINT)
    let result = try assay.wait(seconds: 15)
    #expect(result.status == 130, "\(result)")
    let report = try sandbox.comparison()
    #expect(report.interleaving?.ending == .interrupted)
    #expect(report.cells.map(\.report?.status) == [.interrupted, .interrupted])
    #expect(report.comparisons.map(\.verdict) == [.slower])
    let logs = report.cells.compactMap(\.report?.recordLog)
    #expect(Set(logs) == Set(sandbox.recordLogs) && logs.count == 2)
    for log in logs { try expectInOrder(log) }
  }

  @Test("A second Ctrl-C ends an unresponsive worker at once")
  func secondInterrupt() throws {
    let assay = try startCompare(
      [cell("a"), cell("b", event: ("hang", 300))], ["--warm-up", "0", "--until", "0.01%"])
    _ = try assay.wait(for: "some rounds") { records(atLeast: 290) }
    let (result, seconds) = try assay.interruptTwice()
    #expect(result.status == 130 && seconds < 4, "\(seconds) s, \(result)")
  }

  @Test("When the command is killed, all its workers exit")
  func killedParent() throws {
    let assay = try startCompare(
      [cell("a"), cell("b"), cell("c")], ["--warm-up", "0", "--until", "0.01%"])
    _ = try assay.wait(for: "some rounds") { records(atLeast: 500) }
    let workers = assay.children
    #expect(workers.count == 3)
    assay.send(SIGKILL)
    #expect(try assay.wait().status == -SIGKILL)
    let areGone = try assay.wait(seconds: 8, for: "the end of the workers") {
      workers.allSatisfy(hasEnded) ? true : nil
    }
    #expect(areGone)
  }

  // MARK: Sleep

  @Test("Workers sleep between their blocks, and the command while it waits")
  func sleep() throws {
    // Blocks of the slow cell take more than a second, much longer than the time between samples.
    let operands = try [cell("quick"), cell("slow", microseconds: 400_000)]
    let assay = try startCompare(operands, ["--warm-up", "0", "--until", "0.01%"])
    _ = try assay.wait(for: "blocks") { records(atLeast: 300) }
    let workers = assay.children
    try #require(workers.count == 2)
    var (together, total) = (0, 0)
    let before = try ProcessUse(of: assay.processIdentifier)
    var last = try workers.map { try ProcessUse(of: $0).nanoseconds }
    for _ in 0..<60 {
      usleep(50_000)
      let now = try workers.map { try ProcessUse(of: $0).nanoseconds }
      let used = zip(now, last).map { $0 - $1 }
      together += used.min() ?? 0
      total += used.reduce(0, +)
      last = now
    }
    let parent = try ProcessUse(of: assay.processIdentifier).nanoseconds - before.nanoseconds
    #expect(total > 200_000_000)
    // Both compute only in samples during which the turn changes.
    #expect(Double(together) < 0.15 * Double(total), "\(together) of \(total) ns")
    #expect(parent < total / 10, "\(parent) of \(total) ns")
    assay.send(SIGINT)
    #expect(try assay.wait(seconds: 15).status == 130)
  }

  // MARK: Helpers

  /// `true` once two cells have logs and one of these has `count` records; otherwise `nil`.
  private func records(atLeast count: Int) -> Bool? {
    let counts = sandbox.recordLogs.map { (try? RecordLogReader(opening: $0))?.count() ?? 0 }
    return counts.count >= 2 && counts.contains { $0 >= count } ? true : nil
  }

  /// Expects consecutive blocks whose starts count from the same moment.
  private func expectInOrder(_ log: String) throws {
    var end: UInt64 = 0
    var disordered = 0
    let count = try RecordLogReader(opening: log).read { records in
      for record in records {
        if record.start < end || record.duration == 0 { disordered += 1 }
        end = record.start + record.duration
      }
    }
    #expect(count > 0 && disordered == 0)
  }
}
