import AssayCore
import Foundation
import RecordLog
import TestSupport
import Testing

@Suite("Records survive whatever ends the run")
struct SurvivalTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("A killed worker loses no record")
  func killedWorker() throws {
    let (assay, worker, log) = try measuring()
    let before = try RecordLogReader(opening: log).count()
    kill(worker, SIGKILL)
    let result = try assay.wait()
    #expect(result.status == 1, "\(result)")

    let cell = try #require(sandbox.report().cells.first)
    #expect(cell.status == .failed && cell.error?.code == .crashed)
    #expect(cell.error?.message.contains("SIGKILL") == true)
    #expect(cell.recordLog == log)
    let count = try checkedCount(log)
    #expect(count >= before)
    #expect(cell.latency?.count == count)
  }

  @Test("When the command is killed, its records remain and the worker exits")
  func killedParent() throws {
    let (assay, worker, log) = try measuring()
    let before = try RecordLogReader(opening: log).count()
    assay.send(SIGKILL)
    #expect(try assay.wait().status == -SIGKILL)
    let state = try assay.wait(seconds: 8, for: "the end of the worker") { hasEnded(worker) ? true : nil }
    #expect(state)
    #expect(try checkedCount(log) >= before)
  }

  @Test("A hanging worker ends soon after the command")
  func killedParentOfHangingWorker() throws {
    let assay = try sandbox.startBench([sandbox.model(event: ("hang", 2))])
    let worker = try assay.wait(for: "the worker") { assay.children.first }
    usleep(300_000)
    assay.send(SIGKILL)
    _ = try assay.wait()
    let isGone = try assay.wait(seconds: 20, for: "the end of the worker") { hasEnded(worker) ? true : nil }
    #expect(isGone)
  }

  @Test(
    "A full disk ends the run with an output error, and every record can be read",
    .enabled(if: FullDisk.mountCommand != nil, "mounting a small disk is not permitted here"))
  func fullDisk() throws {
    // Inferences become faster than expected, so that the reserved space runs out and the disk has no more.
    let model = try sandbox.write(
      Data(#"{"latency": {"base_us": 100, "step": {"after_s": 0.4, "factor": 0.01}}}"#.utf8), to: "m.synthetic")
    let run = """
      mount -t tmpfs -o size=1m none disk && export XDG_DATA_HOME="$PWD/disk" \
      && "$ASSAY" bench \(model) --warm-up 0.05 --min-time 2 --json results.json; status=$?; \
      "$ASSAY" results export disk/assay/records/*.records -o kept.csv; exit $status
      """
    let command = try #require(FullDisk.mountCommand)
    let result = try sandbox.shell("mkdir disk && \(command) /bin/sh -c '\(run)'")
    #expect(result.status == 74, "\(result)")
    let cell = try #require(sandbox.report().cells.first)
    #expect(cell.status == .failed && cell.error?.code == .inputOutput)
    #expect(cell.error?.message.contains("No room for the record log") == true)
    let rows = try String(contentsOfFile: sandbox.path("kept.csv"), encoding: .utf8).split(separator: "\n").dropFirst()
    #expect(rows.count > 1000)
    #expect(cell.latency?.count == rows.count)
  }

  // MARK: Helpers

  /// Starts a run and returns once it has recorded inferences.
  private func measuring() throws -> (assay: RunningProgram, worker: pid_t, log: String) {
    let assay = try sandbox.startBench([sandbox.model()], ["--warm-up", "0", "--min-time", "60"])
    let log = try assay.wait(for: "a log with records") {
      sandbox.recordLogs.first { path in (try? RecordLogReader(opening: path)).map { $0.count() > 2000 } ?? false }
    }
    return (assay, try #require(assay.children.first), log)
  }

  /// The number of records; expects all to be plausible and in order.
  private func checkedCount(_ log: String) throws -> Int {
    let reader = try RecordLogReader(opening: log)
    var end: UInt64 = 0
    var disordered = 0
    let count = try reader.read { records in
      for record in records {
        if record.start < end || record.duration == 0 { disordered += 1 }
        end = record.start + record.duration
      }
    }
    #expect(disordered == 0)
    #expect(count == reader.count())
    return count
  }
}
