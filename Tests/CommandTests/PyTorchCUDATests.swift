import AssayCore
import Foundation
import TestSupport
import Testing

@testable import TensorFiles

/// No test runs PyTorch on a GPU: libraries in Native/StandIns stand in for those of PyTorch and of the model, which computes y = 2x + 1.
@Suite("PyTorch on CUDA, with a stand-in")
struct PyTorchCUDATests {
  private let sandbox: Sandbox
  private let library: String

  init() throws {
    sandbox = try Sandbox()
    // Not beside the home, which the sandbox of a cell hides.
    library = sandbox.path("lib/libtorch_cpu.so")
    for folder in ["lib", "tmp"] {
      try FileManager.default.createDirectory(atPath: sandbox.path(folder), withIntermediateDirectories: true)
    }
    try build("torch_cpu.c", "lib/libtorch_cpu.so", "-Wl,-soname,libtorch_cpu.so")
    try build("torch_model.c", "model.so", "'\(library)'")
  }

  private func build(_ source: String, _ output: String, _ flags: String) throws {
    let source = PackageFiles.path("Native/StandIns/\(source)")
    let flags = "-std=gnu11 -shared -fPIC -Wall -Wextra -Werror -o '\(sandbox.path(output))' '\(source)' \(flags)"
    let result = try sandbox.shell("for c in cc clang; do $c \(flags) && exit 0; done; exit 1")
    try #require(result.status == 0, "\(result)")
  }

  /// Makes the part of PyTorch for GPUs, which the build for CPUs lacks.
  private func addCUDA() throws {
    let result = try sandbox.shell("cp lib/libtorch_cpu.so lib/libtorch_cuda.so")
    #expect(result.status == 0, "\(result)")
  }

  /// - Parameter kernel: the name of the file that the model loads onto the GPU.
  private func model(_ device: String = "cuda", kernel: String = "kernel.cubin") throws -> String {
    let folder = "m/data/aotinductor/model"
    let source = """
      int32_t arg0_1_expected_dtype = aoti_torch_dtype_float32();
      assert_size_stride(arg0_1, {2L, 3L}, {3L, 1L}, "input");
      """
    let bytes = try #require(
      ZipWriter.archive([
        ("m/archive_format", Array("pt2".utf8)), ("\(folder)/x.wrapper.cpp", Array(source.utf8)),
        ("\(folder)/x.wrapper.so", Array(try Data(contentsOf: URL(filePath: sandbox.path("model.so"))))),
        ("\(folder)/x.wrapper_metadata.json", Array(#"{"AOTI_DEVICE_KEY": "\#(device)"}"#.utf8)),
        ("\(folder)/\(kernel)", Array("a kernel".utf8)),
      ]))
    return try sandbox.write(Data(bytes), to: "net.pt2")
  }

  private func bench(
    _ model: String, on device: String = "cuda", _ options: [String] = Sandbox.quick,
    _ variables: [String: String] = [:]
  ) throws -> (result: ProgramResult, cell: CellReport) {
    let (result, report) = try sandbox.bench(
      [model], options + ["-e", "torch:\(device)"],
      environment: ["ASSAY_TORCH_LIBRARY": library, "TMPDIR": sandbox.path("tmp")].merging(variables) { $1 })
    return (result, try #require(report.cells.first))
  }

  @Test(
    "Inputs reach the GPU and outputs come back, hundreds of times without a tensor left",
    arguments: [[], ["--sandbox"]])
  func runs(options: [String]) throws {
    try addCUDA()
    let (result, cell) = try bench(try model(), ["--runs", "300", "--warm-up", "0"] + options)
    #expect(result.status == 0, "\(result)")
    #expect(cell.status == .ok && cell.device == "cuda:0" && cell.engine.version == "2.13.0", "\(result)")
    #expect(cell.outputs == [TensorSpec(name: "output0", type: .float32, shape: [2, 3])])
    // The kernels went with the model.
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.path("tmp")).isEmpty)
  }

  @Test("Outputs are the model's, in rows although the GPU leaves columns")
  func outputs() throws {
    try addCUDA()
    try sandbox.write([1, 2, 3, 4, 5, 6].flatMap { withUnsafeBytes(of: Float($0)) { Array($0) } }, to: "x.raw")
    let result = try sandbox.shell(
      "\"$ASSAY\" run '\(try model())' -e torch:cuda:0 --input x.raw --json results.json",
      environment: ["ASSAY_TORCH_LIBRARY": library])
    #expect(result.status == 0, "\(result)")
    struct Results: Decodable { let outputs: [OutputSummary] }
    let results = try JSONDecoder().decode(
      Results.self, from: Data(contentsOf: URL(filePath: sandbox.path("results.json"))))
    #expect(results.outputs.first?.first == [3, 5, 7, 9, 11, 13])
  }

  @Test("What is missing is said before the model's code is opened")
  func missing() throws {
    let model = try model()
    let (_, plain) = try bench(model)
    #expect(plain.error?.code == .deviceUnavailable)
    #expect(plain.error?.message.contains("libtorch_cuda.so") == true && plain.error?.advice?.contains("+cpu") == true)
    try addCUDA()
    let (_, driverless) = try bench(model, Sandbox.quick, ["STAND_IN_NO_DRIVER": "1"])
    #expect(driverless.error?.code == .deviceUnavailable)
    #expect(driverless.error?.message.contains("cannot use cuda:0: Found no NVIDIA driver") == true)
    #expect(driverless.error?.advice?.contains("nvidia-smi") == true)
    let (_, second) = try bench(model, on: "cuda:1")
    #expect(second.error?.message.contains("cannot use cuda:1: CUDA error: invalid device ordinal") == true)
    let (_, other) = try bench(model, on: "gpu")
    #expect(other.error?.advice?.contains("-e torch:cuda") == true, "\(other.error?.description ?? "")")
  }

  @Test("A package for the CPU is refused, and one whose kernel is missing fails in PyTorch's words")
  func wrongPackage() throws {
    try addCUDA()
    let (_, foreign) = try bench(try model("cpu"))
    #expect(foreign.error?.code == .unsupported && foreign.error?.message.contains("for the device cpu") == true)
    let (_, incomplete) = try bench(try model(kernel: "other.cubin"))
    #expect(incomplete.error?.message.contains("CUDA driver error: file not found") == true)
  }

  @Test("GPUs are listed beside the CPU if this PyTorch can use them")
  func devices() throws {
    let environment = ["ASSAY_TORCH_LIBRARY": library]
    let without = try sandbox.assay("engines", "list", "--json", environment: environment)
    #expect(!without.standardOutput.contains("cuda:0"), "\(without)")
    try addCUDA()
    let with = try sandbox.assay("engines", "list", "--json", environment: environment)
    #expect(with.standardOutput.contains("\"cuda:0\"") && !with.standardOutput.contains("\"cuda:1\""), "\(with)")
  }
}
