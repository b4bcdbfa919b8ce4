import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Without PyTorch, TorchScript's commands say what is missing")
struct TorchScriptCommandTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  @Test("An archive has no engine until the shim is built", arguments: ["model.pt", "model.ts"])
  func noShim(name: String) throws {
    let model = try sandbox.write(Data("x".utf8), to: name)
    for options in [[], ["-e", "torchscript"]] {
      let result = try sandbox.start([Sandbox.program("assay"), "bench", model] + options).wait()
      #expect(
        result.status == 69 && result.standardError.contains("assay engines build torchscript"), "\(result)")
    }
  }

  @Test("Building says what is missing and where it was looked for")
  func missing() throws {
    let torch = try headers()
    let cases: [(arguments: [String], environment: [String: String], words: [String])] = [
      ([], [:], [sandbox.path("data/assay/engines/torch/torch"), "assay engines install torch"]),
      (["--headers", sandbox.path("nowhere")], [:], ["nowhere", "assay engines install torch"]),
      (["--headers", torch], ["CXX": "no-such-compiler"], ["no-such-compiler", "sudo apt install"]),
      (["--headers", torch], ["CXX": "c++"], ["shim for PyTorch 2.1.0", "cannot compile the shim"]),
      (["--headers", "\(torch)/include"], ["CXX": "c++"], ["shim for PyTorch 2.1.0", "cannot compile the shim"]),
    ]
    for (arguments, environment, words) in cases {
      let result = try sandbox.start(
        [Sandbox.program("assay"), "engines", "build", "torchscript"] + arguments, environment: environment
      ).wait()
      #expect(result.status == 69, "\(result)")
      for word in words { #expect(result.standardError.contains(word), "\(result)") }
    }
  }

  @Test("A PyTorch whose strings have the older layout is built for", arguments: [0, 1])
  func oldABI(flag: Int) throws {
    let torch = try headers()
    let configuration = "\(torch)/share/cmake/Torch"
    try FileManager.default.createDirectory(atPath: configuration, withIntermediateDirectories: true)
    try Data("set(TORCH_CXX_FLAGS \"-D_GLIBCXX_USE_CXX11_ABI=\(flag)\")\n".utf8)
      .write(to: URL(filePath: "\(configuration)/TorchConfig.cmake"))
    let log = sandbox.path("arguments")
    let compiler = try sandbox.script("compiler", "echo \"$@\" > '\(log)'; exit 1")
    _ = try sandbox.assay("engines", "build", "torchscript", "--headers", torch, environment: ["CXX": compiler])
    let arguments = try String(contentsOfFile: log, encoding: .utf8)
    #expect(arguments.contains("-D_GLIBCXX_USE_CXX11_ABI=\(flag) "), "\(arguments)")
    #expect(arguments.contains("-Wl,-rpath,\(torch)/lib"), "\(arguments)")
  }

  /// A PyTorch that names a version and has nothing else.
  private func headers() throws -> String {
    let folder = sandbox.path("torch")
    for (file, text) in [
      ("include/torch/csrc/jit/serialization/import.h", ""), ("lib/libtorch_cpu.so", ""),
      ("include/torch/csrc/api/include/torch/version.h", "#define TORCH_VERSION \\\n  \"2.1.0\"\n"),
    ] {
      let url = URL(filePath: "\(folder)/\(file)")
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    return folder
  }
}

/// PyTorch is 190 MB to download and not part of `make engines`.
private enum TorchScriptShim {
  static let torch = BuiltShim.package("torch", for: "torchscript")
  private static let built = Result { try BuiltShim("torchscript", headers: torch ?? "") }

  static func library() throws -> [String: String] { try built.get().environment }
}

@Suite("TorchScript archives run on the real shim", .enabled(if: TorchScriptShim.torch != nil), .serialized)
struct TorchScriptTests {
  private let sandbox: Sandbox
  private let shim: [String: String]
  private let models = PackageFiles.path("Tests/Fixtures/TorchScript")

  init() throws {
    sandbox = try Sandbox()
    shim = try TorchScriptShim.library()
  }

  private func bench(_ model: String, _ options: String...) throws -> (result: ProgramResult, cell: CellReport) {
    let (result, report) = try sandbox.bench(["\(models)/\(model)"], Sandbox.quick + options, environment: shim)
    return (result, try #require(report.cells.first))
  }

  @Test("It passes the suite that every engine must pass, with the values of Python's PyTorch")
  func conformance() throws {
    let result = try sandbox.assay(
      "engines", "test", "torchscript", "--models", models, environment: shim, seconds: 300)
    #expect(result.status == 0, "\(result)")
  }

  @Test("It is the engine of .pt files; a trace has its shapes, and takes others")
  func traced() throws {
    let (result, cell) = try bench("conv_traced.pt", "--batch", "4", "--threads", "2")
    #expect(result.status == 0 && cell.engine.name == "torchscript", "\(result)")
    #expect(cell.inputs?.map(\.shape) == [[4, 3, 32, 32]] && cell.outputs?.map(\.shape) == [[4, 5]], "\(result)")
  }

  @Test("In the sandbox it finds the PyTorch that is installed")
  func sandboxed() throws {
    let engines = sandbox.path("data/assay/engines")
    let torch = URL(filePath: try #require(TorchScriptShim.torch)).deletingLastPathComponent().path
    try FileManager.default.createDirectory(atPath: engines, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: "\(engines)/torch", withDestinationPath: torch)
    let (result, cell) = try bench("conv_traced.pt", "--sandbox")
    #expect(result.status == 0 && cell.status == .ok, "\(result)")
  }

  @Test("Optimised for inference, it computes the same")
  func optimized() throws {
    let outcome = try sandbox.assay(
      "compare", "--outputs", "\(models)/conv_traced.pt@torchscript", "\(models)/conv_scripted.pt@torchscript",
      "--shape", "image=1,3,32,32", "--engine-option", "optimize=1", environment: shim)
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test("A result of several kinds is taken apart, with the types that the first inference finds")
  func several() throws {
    let result = try sandbox.assay(
      "run", "\(models)/several.pt", "--shape", "x=2,4", "--json", "-", environment: shim)
    #expect(result.status == 0, "\(result)")
    for name in ["\"top\"", "\"halves_0\"", "\"halves_1\"", "\"named_sum\"", "\"named_scalar\"", "int64"] {
      #expect(result.standardOutput.contains(name), "\(name): \(result)")
    }
  }

  @Test(
    "What it cannot do is an error that says why",
    arguments: [
      ("conv_scripted.pt", [], 64, "--shape image=1,224,224,3"),
      ("conv_scripted.pt", ["--shape", "1,5,32,32"], 1, "expected input[1, 5, 32, 32] to have 3 channels"),
      ("conv_traced.pt", ["--engine-option", "fast=1"], 64, "there is no option fast=1"),
      ("conv_traced.pt", ["--engine-option", "type.images=int64"], 64, "there is no input 'images'"),
      ("conv_traced.pt", ["--engine-option", "type.image=complex"], 64, "'complex' is no type"),
      ("conv_traced.pt", ["-e", "torchscript:cuda:0"], 69, "has no device 'cuda:0'"),
      ("conv_traced.pt", ["--precision", "f16"], 69, "takes no --precision"),
      ("open_list.pt", ["--shape", "2,3"], 69, "return a tuple of tensors"),
      ("takes_list.pt", ["--shape", "2,3"], 69, "input 'xs' is a List[Tensor]"),
      ("state.pt", [], 65, "torch.save has written it"),
      ("unknown_operation.pt", [], 65, "Unknown builtin op: aten::nope"),
    ] as [(String, [String], Int32, String)])
  func refusals(model: String, options: [String], status: Int32, words: String) throws {
    let result = try sandbox.start(
      [Sandbox.program("assay"), "bench", "\(models)/\(model)"] + Sandbox.quick + options, environment: shim
    ).wait()
    #expect(result.status == status && result.standardError.replacing(/\n +/, with: " ").contains(words), "\(result)")
  }
}
