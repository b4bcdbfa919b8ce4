import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Without ExecuTorch, its commands say what is missing")
struct ExecuTorchCommandTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("A program has no engine until the shim is built")
  func noShim() throws {
    let model = try sandbox.write(Data("x".utf8), to: "model.pte")
    for options in [[], ["-e", "executorch"]] {
      let result = try sandbox.start([Sandbox.program("assay"), "bench", model] + options).wait()
      #expect(result.status == 69 && result.standardError.contains("assay engines build executorch"), "\(result)")
    }
  }

  @Test("Building says what is missing and where it was looked for")
  func missing() throws {
    let package = try headers()
    let managed = sandbox.path("data/assay/engines/executorch/executorch")
    let cases: [(arguments: [String], environment: [String: String], words: [String])] = [
      ([], [:], [managed, "assay engines install executorch"]),
      (["--headers", sandbox.path("nowhere")], [:], ["nowhere", "assay engines install executorch"]),
      (["--headers", package], ["CXX": "no-such-compiler"], ["no-such-compiler", "sudo apt install"]),
      (["--headers", "\(package)/include"], ["CXX": "c++"], ["shim for ExecuTorch 1.5.1", "cannot compile the shim"]),
    ]
    for (arguments, environment, words) in cases {
      let result = try sandbox.start(
        [Sandbox.program("assay"), "engines", "build", "executorch"] + arguments, environment: environment
      ).wait()
      #expect(result.status == 69, "\(result)")
      for word in words { #expect(result.standardError.contains(word), "\(result)") }
    }
  }

  /// An ExecuTorch that names a version and has nothing else.
  private func headers() throws -> String {
    let folder = sandbox.path("executorch")
    let libraries = ["", "_kernels_optimized", "_kernels_quantized", "_backend_xnnpack", "_threadpool"]
    for (file, text) in libraries.map({ ("lib/libexecutorch\($0).so", "") }) + [
      ("include/executorch/extension/module/module.h", ""),
      ("share/cmake/executorch-config-version.cmake", "# 1.4\nset(PACKAGE_VERSION \"1.5.1\")\n"),
    ] {
      let url = URL(filePath: "\(folder)/\(file)")
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    return folder
  }
}

private enum ExecuTorchShim {
  static let package = BuiltShim.package("executorch", for: "executorch")
  private static let built = Result { try BuiltShim("executorch", headers: package ?? "") }

  static func library() throws -> [String: String] { try built.get().environment }
}

@Suite("ExecuTorch's programs run on the real shim", .enabled(if: ExecuTorchShim.package != nil), .serialized)
struct ExecuTorchTests {
  private let sandbox: Sandbox
  private let shim: [String: String]
  private let models = PackageFiles.path("Tests/Fixtures/ExecuTorch")

  init() throws {
    sandbox = try Sandbox()
    shim = try ExecuTorchShim.library()
  }

  @Test("It is the engine of .pte files, also in the sandbox")
  func sandboxed() throws {
    let engines = sandbox.path("data/assay/engines")
    let package = URL(filePath: try #require(ExecuTorchShim.package)).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: engines, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: "\(engines)/executorch", withDestinationPath: package)
    for options in [["--threads", "1"], ["--threads", "2", "--sandbox"]] {
      let (result, report) = try sandbox.bench(["\(models)/conv.pte"], Sandbox.quick + options, environment: shim)
      let cell = try #require(report.cells.first)
      #expect(result.status == 0 && cell.engine.name == "executorch" && cell.engine.version == "1.5.1", "\(result)")
      #expect(cell.inputs?.map(\.shape) == [[1, 3, 32, 32]] && cell.outputs?.map(\.shape) == [[1, 5]], "\(result)")
    }
  }

  @Test("XNNPACK, ExecuTorch's own kernels and any memory plan compute the same")
  func agreement() throws {
    for other in ["conv_kernels.pte", "unplanned.pte"] {
      let outcome = try sandbox.assay(
        "compare", "--outputs", "\(models)/conv.pte@executorch", "\(models)/\(other)@executorch", environment: shim)
      #expect(outcome.status == 0, "\(outcome)")
    }
  }

  @Test(
    "What it cannot run is an error that says why",
    arguments: [
      ("encode.pte", [], 69, "it has no method 'forward': it has encode"),
      ("takes_number.pte", [], 69, "'input1' is no tensor"),
      ("external.pte", [], 69, "its weights are in another file"),
      ("conv.pte", ["--batch", "2"], 69, "'input0' is exported as [1,3,32,32]"),
      (
        "batch.pte", ["--batch", "5"], 69, "'input0' is exported as [4,3,32,32], which is its only shape or its largest"
      ),
      ("conv.pte", ["--shape", "1,3,32"], 64, "the model declares [1, 3, 32, 32]"),
      ("conv.pte", ["-e", "executorch:cuda"], 69, "has no device 'cuda'"),
      ("conv.pte", ["--precision", "f16"], 69, "takes no --precision"),
      ("conv.pte", ["--engine-option", "fast=1"], 69, "takes no --engine-option"),
    ] as [(String, [String], Int32, String)])
  func refusals(model: String, options: [String], status: Int32, words: String) throws {
    try expectRefusal("\(models)/\(model)", options, status, words)
  }

  @Test(
    "A program that is damaged, or made for another version, backend or set of kernels, is an error that says so",
    arguments: [
      ("conv.pte", "ET12", "ET11", 65, "Program identifier 'ET11' != expected 'ET12'"),
      ("conv.pte", "XnnpackBackend", "VulkanBackend1", 69, "it is made for the backend VulkanBackend1"),
      ("conv_kernels.pte", "aten::relu", "aten::nope", 69, "kernel 'aten::nope.out' not found"),
    ] as [(String, String, String, Int32, String)])
  func changed(model: String, old: String, new: String, status: Int32, words: String) throws {
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(models)/\(model)")))
    var count = 0
    while let place = bytes.firstRange(of: Array(old.utf8)) {
      bytes.replaceSubrange(place, with: Array(new.utf8))
      count += 1
    }
    #expect(count > 0)
    try expectRefusal(try sandbox.write(Data(bytes), to: "model.pte"), [], status, words)
  }

  @Test("A program that was cut short says how much is there, and what to do")
  func truncated() throws {
    let bytes = try Data(contentsOf: URL(filePath: "\(models)/conv.pte"))
    let path = try sandbox.write(bytes.prefix(5000), to: "cut.pte")
    try expectRefusal(path, [], 65, "actual file size from data loader is 5000")
    try expectRefusal(path, [], 65, "copy it again, or export it for ExecuTorch 1.5.1")
  }

  private func expectRefusal(_ model: String, _ options: [String], _ status: Int32, _ words: String) throws {
    let result = try sandbox.start(
      [Sandbox.program("assay"), "bench", model] + Sandbox.quick + options, environment: shim
    ).wait()
    #expect(result.status == status && result.standardError.replacing(/\n +/, with: " ").contains(words), "\(result)")
  }
}
