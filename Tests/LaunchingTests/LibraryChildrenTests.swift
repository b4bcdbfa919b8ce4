import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Processes that a library starts end with its worker")
struct LibraryChildrenTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// One child stays in the worker's group, one leaves it, and one has also lost its parent.
  private static let children = """
    pipe(noted);
    if (fork() == 0) linger();
    if (fork() == 0) setsid(), linger();
    if (fork() == 0) {
      setsid();
      if (fork() == 0) linger();
      _exit(0);
    }
    for (int child = 0; child < 3; child++) read(noted[0], &(char){0}, 1);
    """

  @Test("A library that forks when it is opened leaves nothing behind")
  func opened() throws {
    let library = try sandbox.library(Self.children)
    let model = try sandbox.write(ONNXFile.classifier(weight: .inside(1)), to: "m.onnx")
    let result = try sandbox.assay("bench", model, "-e", "onnxruntime", "--engine-library", "onnxruntime=\(library)")
    #expect(result.status == 69, "\(result)")
    try expectNoneLeft(3)
  }

  @Test("Nothing is left of a run that ends well, crashes or hangs", arguments: ["none", "crash", "hang"])
  func ended(_ event: String) throws {
    let library = try sandbox.library(Self.children)
    let model = try sandbox.model(event: event == "none" ? nil : (event, 10))
    let (result, report) = try sandbox.bench(
      [model], Sandbox.quick + ["--cell-timeout", "3"], environment: ["LD_PRELOAD": library])
    #expect(report.cells.first?.status == (event == "none" ? .ok : .failed), "\(result)")
    // The worker that describes the machine loads the library, too.
    try expectNoneLeft(6)
  }

  @Test("Nothing is left of a run whose assay is killed")
  func killedParent() throws {
    // It hangs while it is opened: then the worker ends ten seconds after its parent.
    let library = try sandbox.library(Self.children + " sleep(600);")
    let model = try sandbox.write(ONNXFile.classifier(weight: .inside(1)), to: "m.onnx")
    let assay = try sandbox.startBench(
      [model], ["-e", "onnxruntime", "--engine-library", "onnxruntime=\(library)"])
    _ = try assay.wait(for: "all children of the library") { sandbox.notes.count == 3 ? true : nil }
    assay.send(SIGKILL)
    _ = try assay.wait()
    let areGone = try assay.wait(seconds: 40, for: "their end") { running.isEmpty ? true : nil }
    #expect(areGone)
  }

  private var running: [Int32] { sandbox.notes.compactMap { Int32($0) }.filter { !hasEnded($0) } }

  private func expectNoneLeft(_ count: Int) throws {
    #expect(sandbox.notes.count == count, "The library started \(sandbox.notes)")
    #expect(running.isEmpty, "These processes are left: \(running)")
  }
}
