import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("A library's fault costs one cell and is reported")
struct WorkerFaultTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test(
    "A fault during loading, warm-up or measurement is reported with its cause and phase, and records are kept",
    arguments: WorkerFault.all)
  func fault(_ fault: WorkerFault) throws {
    // Warm-up is three inferences.
    let models =
      try [0, 2, 13].map { try sandbox.model("at\($0)", event: (fault.kind, $0)) } + [sandbox.model("sound")]
    let options = Sandbox.quick + ["--no-save"] + (fault.kind == "hang" ? ["--cell-timeout", "1.5"] : [])
    let (result, report) = try sandbox.bench(models, options, seconds: 30)
    #expect(result.status == 1, "\(result)")
    let phases = ["while the model was loaded", "while it warmed up", "while it was measured"]
    for (cell, phase) in zip(report.cells, phases) {
      #expect(cell.status == .failed)
      let error = try #require(cell.error)
      #expect(error.code == fault.code)
      #expect(error.message.contains(fault.cause), "\(error)")
      // An error that the engine reports already says where it happened.
      if fault.kind != "fail" { #expect(error.message.contains(phase), "\(error)") }
      let isMeasured = phase == phases[2]
      #expect(cell.latency?.count == (isMeasured ? 9 : nil))
      #expect((cell.recordLog != nil) == isMeasured)
      #expect(result.unwrappedOutput.contains(error.message), "\(result)")
    }
    #expect(report.cells.last?.status == .ok)
    #expect(report.cells.last?.latency?.count == 20)
    #expect(sandbox.recordLogs == [report.cells[2].recordLog])
  }

  @Test("A library that prints endlessly is stopped, and its last output is shown")
  func flood() throws {
    let (result, report) = try sandbox.bench([sandbox.model(event: ("flood", 5))], ["--min-time", "60"])
    #expect(result.status == 1)
    let cell = try #require(report.cells.first)
    #expect(cell.error?.code == .crashed)
    #expect(cell.error?.message.contains("printed more than 64 MiB") == true)
    let tail = try #require(cell.error?.outputTail)
    #expect(tail.contains("The library has something to say."))
    #expect(tail.utf8.count <= 4096)
    #expect(result.standardOutput.contains("It printed:"))
  }

  @Test("With --quiet the cause, what to do and what the library printed still go to standard error")
  func quiet() throws {
    let (result, report) = try sandbox.bench(
      [sandbox.model(event: ("flood", 5))], ["--min-time", "60", "--quiet"])
    #expect(result.status == 1 && result.standardOutput.isEmpty)
    let error = try #require(report.cells.first?.error)
    #expect(result.standardError.contains(error.message), "\(result)")
    #expect(result.standardError.contains("It printed:\n"), "\(result)")
    #expect(result.standardError.contains("The library has something to say."), "\(result)")
  }

  @Test("What libraries print reaches neither the protocol nor the results")
  func prints() throws {
    let (result, report) = try sandbox.bench([sandbox.model(event: ("flood", 0))])
    #expect(result.status == 0, "\(result)")
    #expect(report.cells.first?.status == .ok)
    #expect(report.cells.first?.latency?.count == 20)
    #expect(!(result.standardOutput + result.standardError).contains("something to say"))
  }

  @Test("The parent stops a worker that prints without a pause")
  func flooder() throws {
    let worker = try sandbox.script("worker", "yes 'no end' >&2")
    let result = try sandbox.assay("bench", sandbox.model(), environment: ["ASSAY_WORKER": worker])
    #expect(result.status == 1)
    #expect(result.standardError.contains("printed more than 64 MiB while it started"), "\(result)")
  }

  @Test("The last output of a crashed library is shown without control characters")
  func tail() throws {
    let program = Sandbox.program("assay-worker")
    let script = #"seq 1 100 >&2; printf 'last \033[31mwords\a\n' >&2; exec '\#(program)'"#
    let (result, report) = try benchWithWorker(script, event: ("crash", 7))
    let error = try #require(report.cells.first?.error)
    #expect(error.message.contains("SIGSEGV"))
    let lines = try #require(error.outputTail).split(separator: "\n")
    #expect(lines.count == 20)
    #expect(lines.last == "last [31mwords")
    #expect(lines.first == "82")
    #expect(result.standardOutput.contains("last [31mwords"))
  }

  @Test("A program that is not a worker gets an error of its own")
  func notAWorker() throws {
    for (script, message) in [
      ("exit 0", "left with status 0"), ("cat", "a message that this assay does not know"),
      ("echo The quick brown fox; sleep 30", "something that is not a message"),
    ] {
      let worker = try sandbox.script("worker", script)
      let result = try sandbox.assay("bench", sandbox.model(), environment: ["ASSAY_WORKER": worker])
      #expect(result.status == 1 && result.standardError.contains(message), "\(result)")
    }
    let text = try sandbox.script("text", "")
    try sandbox.write(Data("no program\n".utf8), to: "text")
    let result = try sandbox.assay("bench", sandbox.model(), environment: ["ASSAY_WORKER": text])
    #expect(result.status == 74 && result.standardError.contains("Cannot start \(text)"), "\(result)")
  }

  @Test("Without a worker program nothing starts")
  func noWorker() throws {
    let plain = try sandbox.write(Data("text".utf8), to: "plain")
    for path in ["/no/such/worker", plain, sandbox.folder] {
      let result = try sandbox.assay("bench", sandbox.model(), environment: ["ASSAY_WORKER": path])
      #expect(result.status == 74, "\(result)")
      #expect(result.standardError.contains("ASSAY_WORKER names \(path), which is not a program."))
      #expect(result.standardOutput.isEmpty)
    }
  }

  @Test("A worker started by hand explains itself, and one that reads nonsense exits")
  func workerByHand() throws {
    let worker = Sandbox.program("assay-worker")
    let byHand = try sandbox.start([worker]).wait(seconds: 20)
    #expect(byHand.status == 0)
    #expect(byHand.standardOutput.contains("assay-worker is started by assay, not by hand"))
    let nonsense = try sandbox.write(Data((0..<4000).map { UInt8(truncatingIfNeeded: $0 * 73 + 99) }), to: "nonsense")
    let confused = try sandbox.shell("'\(worker)' < '\(nonsense)'")
    #expect(confused.status == 0)
    #expect(confused.standardOutput.contains("protocol_violation"))
    let version = Frame.message(Array(#"{"version":99,"task":{"describeEngine":{"name":"synthetic"}}}"#.utf8))
    try sandbox.write(version, to: "version")
    let other = try sandbox.shell("'\(worker)' < version")
    #expect(
      other.standardOutput.contains(
        "speaks version \(WorkerRequest.currentVersion) of the protocol, its parent version 99"))
  }

  // MARK: Helpers

  /// Measures with a shell script instead of the worker.
  private func benchWithWorker(
    _ body: String, event: (String, Int)? = nil
  ) throws -> (result: ProgramResult, report: RunReport) {
    let worker = try sandbox.script(UUID().uuidString, body)
    return try sandbox.bench(
      [sandbox.model(event: event)], environment: ["ASSAY_WORKER": worker], seconds: 30)
  }
}
