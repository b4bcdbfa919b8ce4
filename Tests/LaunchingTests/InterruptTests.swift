import AssayCore
import Foundation
import RecordLog
import TestSupport
import Testing

@Suite("A run can be interrupted, and the parent sleeps while waiting")
struct InterruptTests {
  private let sandbox: Sandbox
  private static let long = ["--warm-up", "0", "--min-time", "60"]

  init() throws { sandbox = try Sandbox() }

  @Test("A signal ends the run and keeps what was measured", arguments: [SIGINT, SIGTERM, SIGHUP])
  func interrupt(signal: Int32) throws {
    let models = try [sandbox.model("first"), sandbox.model("second")]
    let assay = try sandbox.startBench(models, Self.long + ["--record", sandbox.path("log.csv")])
    let log = try assay.wait(for: "records", measuredLog)
    assay.send(signal)
    let result = try assay.wait(seconds: 15)
    #expect(result.status == 130, "\(result)")
    let cells = try sandbox.report().cells
    #expect(cells.map(\.status) == [.interrupted, .interrupted])
    #expect(cells[0].error?.message == "Interrupted; what was measured so far is kept.")
    #expect(cells[0].recordLog == log)
    let count = try RecordLogReader(opening: log).count()
    #expect(count > 500)
    #expect(cells[0].latency?.count == count)
    let csv = try String(contentsOfFile: sandbox.path("log-1-first.synthetic-synthetic.csv"), encoding: .utf8)
    #expect(csv.split(separator: "\n").count == count + 1)
    #expect(cells[1].error?.message == "Interrupted before it began.")
    #expect(cells[1].latency == nil)
  }

  @Test("A signal during the start of the worker is not lost")
  func earlyInterrupt() throws {
    // The first worker describes the machine.
    let flag = sandbox.path("described")
    let worker = try sandbox.script(
      "slow", "[ ! -e '\(flag)' ] || sleep 1.5; touch '\(flag)'; exec '\(Sandbox.program("assay-worker"))'")
    let assay = try sandbox.startBench([sandbox.model()], Self.long, environment: ["ASSAY_WORKER": worker])
    _ = try assay.wait(for: "the worker") { FileManager.default.fileExists(atPath: flag) ? true : nil }
    usleep(300_000)
    assay.send(SIGINT)
    #expect(try assay.wait(seconds: 15).status == 130)
    #expect(try sandbox.report().cells.first?.error?.message == "Interrupted; what was measured so far is kept.")
  }

  @Test("A second Ctrl-C ends an unresponsive worker at once")
  func secondInterrupt() throws {
    let assay = try sandbox.startBench([sandbox.model(event: ("hang", 2))], Self.long)
    _ = try assay.wait(for: "the worker") { assay.children.first }
    let (result, seconds) = try assay.interruptTwice()
    #expect(result.status == 130 && seconds < 4, "\(seconds) s, \(result)")
    #expect(try sandbox.report().cells.first?.error?.message == "Interrupted while it warmed up.")
  }

  @Test("One Ctrl-C is enough to end a run whose engine hangs")
  func hangingEngine() throws {
    let assay = try sandbox.startBench([sandbox.model(event: ("hang", 2))], Self.long)
    _ = try assay.wait(for: "the worker") { assay.children.first }
    usleep(500_000)
    assay.send(SIGINT)
    #expect(try assay.wait(seconds: 15).status == 130)
    #expect(try sandbox.report().cells.first?.status == .interrupted)
  }

  @Test(
    "A signal takes effect at once while a large model is read", arguments: [SIGINT, SIGTERM],
    [["bench"], ["compare"]])
  func largeModel(signal: Int32, command: [String]) throws {
    // Without room on the disk; reading all of it takes longer than the test may.
    let model = try sandbox.write(Data(#"{"latency": {}}"#.utf8), to: "large.synthetic")
    #expect(truncate(model, 1 << 43) == 0)
    let operands = command == ["compare"] ? ["\(model)@synthetic", "\(model)@synthetic"] : [model, "-e", "synthetic"]
    let assay = try sandbox.start([Sandbox.program("assay")] + command + operands + ["--no-save", "--quiet"])
    _ = try assay.wait(for: "the model to be opened") { assay.openFiles.contains(model) ? true : nil }
    usleep(100_000)
    assay.send(signal)
    let result = try assay.wait(seconds: 5)
    #expect(result.status == 130, "\(result)")
    #expect(result.standardError.contains("Interrupted while \(model) was read."), "\(result)")
  }

  @Test("The parent sleeps while its worker measures")
  func sleepingParent() throws {
    let assay = try sandbox.startBench([sandbox.model()], Self.long)
    _ = try assay.wait(for: "records", measuredLog)
    usleep(200_000)
    let before = try ProcessUse(of: assay.processIdentifier)
    sleep(2)
    let after = try ProcessUse(of: assay.processIdentifier)
    #expect(after.nanoseconds - before.nanoseconds < 20_000_000)
    #expect(after.switches - before.switches < 20)
    assay.send(SIGINT)
    #expect(try assay.wait(seconds: 15).status == 130)
  }

  private func measuredLog() -> String? {
    sandbox.recordLogs.first { path in (try? RecordLogReader(opening: path)).map { $0.count() > 500 } ?? false }
  }
}
