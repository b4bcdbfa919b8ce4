import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("A machine without a worker of this build gets one")
struct WorkerDeliveryTests {
  private let sandbox: Sandbox
  /// A command that gives the worker another home, and no search path.
  private let prefix: String
  private let cache: WorkerCache

  init() throws {
    sandbox = try Sandbox()
    let elsewhere = sandbox.path("elsewhere")
    prefix = "env -i HOME=\(elsewhere)"
    cache = WorkerCache("\(elsewhere)/.cache/assay")
  }

  private func bench(via prefix: String) throws -> ProgramResult {
    try sandbox.assay(
      "bench", sandbox.model(), "-e", "synthetic", "--runs", "20", "--no-save", "--via", prefix, "--json",
      sandbox.path("results.json"))
  }

  /// A folder whose `uname` names another architecture.
  private func otherMachine() throws -> String {
    let folder = sandbox.path("bin")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = try sandbox.script("bin/uname", "echo pdp11")
    return folder
  }

  @Test("It is sent once, by content, and runs from there")
  func sentOnce() throws {
    let first = try bench(via: prefix)
    #expect(first.status == 0, "\(first)")
    #expect(try sandbox.report().cells.first?.latency?.count == 20)
    let sent = cache.files
    #expect(sent.count == 2, "the worker and the model: \(sent)")
    let second = try bench(via: prefix)
    #expect(second.status == 0, "\(second)")
    #expect(cache.files == sent, "It is sent again.")
    #expect(cache.runs.isEmpty)
  }

  @Test("What was sent by another build stays, and is not used")
  func otherBuild() throws {
    #expect(try bench(via: prefix).status == 0)
    let sent = cache.files
    let worker = try sandbox.script("worker", "exec '\(Sandbox.program("assay-worker"))'")
    let result = try sandbox.assay(
      "bench", sandbox.model(), "-e", "synthetic", "--runs", "20", "--no-save", "--via", prefix,
      environment: ["ASSAY_WORKER": worker])
    #expect(result.status == 0, "\(result)")
    #expect(cache.files.count == 3 && sent.allSatisfy { cache.files[$0.key] == $0.value })
  }

  @Test("One that does not run there is not kept, and the error says why")
  func unfit() throws {
    let worker = try sandbox.script("worker", "echo 'a library is too old' >&2; exit 1")
    let result = try sandbox.assay(
      "bench", sandbox.model(), "-e", "synthetic", "--no-save", "--via", prefix, environment: ["ASSAY_WORKER": worker])
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("or does not run there. It printed: a library is too old"), "\(result)")
    #expect(cache.files.isEmpty)
  }

  @Test("A folder that cannot be written is an error that names it")
  func notWritable() throws {
    let result = try bench(via: "env XDG_CACHE_HOME=/proc/none")
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("could not be kept as /proc/none/assay/content/"), "\(result)")
    #expect(result.standardError.contains("Behind \"env XDG_CACHE_HOME=/proc/none\""), "\(result)")
  }

  @Test("A machine of another architecture needs a worker of its own")
  func otherArchitecture() throws {
    let folder = try otherMachine()
    let without = try bench(via: "\(prefix) PATH=\(folder):/usr/bin:/bin")
    #expect(without.status == 74, "\(without)")
    #expect(without.standardError.contains("is a machine of pdp11, which has no assay-worker"), "\(without)")
    #expect(without.standardError.contains("Build assay-worker for that machine"), "\(without)")
    _ = try sandbox.script("bin/assay-worker", "exec '\(Sandbox.program("assay-worker"))'")
    let with = try bench(via: "\(prefix) PATH=\(folder):/usr/bin:/bin")
    #expect(with.status == 0, "\(with)")
    #expect(cache.files.count == 1, "the model")
  }

  @Test(
    "What goes wrong before is reported as for any worker",
    arguments: [
      ("sh -c 'exit 255'", "ended with status 255 before a worker answered"),
      ("sh -c 'echo Welcome to the board; exec \"$@\"' sh", "printed something before a worker answered"),
      ("env -i", "HOME"),
      ("nosuchcommand", "There is no command nosuchcommand"),
    ])
  func connection(prefix: String, message: String) throws {
    let result = try bench(via: prefix)
    #expect(result.status != 0 && result.standardError.contains(message), "\(result)")
  }

  @Test("Ctrl-C ends it while the other side is silent")
  func interrupt() throws {
    let assay = try sandbox.start([
      Sandbox.program("assay"), "bench", sandbox.model(), "-e", "synthetic", "--no-save", "--via",
      "sh -c 'touch \(sandbox.path("begun")); exec sleep 600'",
    ])
    _ = try assay.wait(for: "the prefix to begin") {
      FileManager.default.fileExists(atPath: sandbox.path("begun")) ? true : nil
    }
    assay.send(SIGINT)
    #expect(try assay.wait(seconds: 10).status == 130)
  }
}
