import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Commands measure through TensorRT's shim, and build it")
struct TensorRTCommandTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private var standIn: [String: String] {
    get throws { ["ASSAY_TENSORRT_LIBRARY": try sandbox.tensorRTStandIn()] }
  }

  private func model(_ content: String = "a model") throws -> String {
    try sandbox.write(Data(content.utf8), to: "net.onnx")
  }

  @Test("tensorrt runs on the first GPU, and its report has the build")
  func bench() throws {
    let options = Sandbox.quick + ["-e", "tensorrt", "--precision", "f16", "--warm-up", "3"]
    let (result, report) = try sandbox.bench([try model()], options, environment: standIn)
    #expect(result.status == 0, "\(result)")
    #expect(result.unwrappedOutput.contains("Takes 0.2500 ms on the device, without copies"), "\(result)")
    let cell = try #require(report.cells.first)
    #expect(cell.device == "cuda:0" && cell.engine.version == "10.16.0")
    #expect(cell.execution?.precision == "FP32+FP16" && cell.execution?.build?.bytes == 4096)
    #expect(cell.deviceMilliseconds == 0.25)
    let saved = try sandbox.assay("results", "show", "last")
    #expect(saved.standardOutput.contains("Takes 0.2500 ms on the device"), "\(saved)")
  }

  @Test("The thesis' --trt measures on it")
  func thesis() throws {
    let result = try sandbox.assay(
      "image-class", "--model", model(), "--fakein", "--ftimes", "5", "--trt", environment: standIn)
    #expect(result.status == 0 && result.standardOutput.contains("over 5 inferences"), "\(result)")
    #expect(try sandbox.savedRuns().map(\.engine) == ["tensorrt"])
  }

  @Test("No driver, and a GPU that fails, cost the cell with the reason")
  func failures() throws {
    for (variable, status, words) in [
      ("STAND_IN_GPUS", Int32(69), "nvidia-smi"), ("STAND_IN_FAILS", 1, "illegal memory access"),
    ] {
      let variables = try standIn.merging([variable: "0"]) { $1 }
      let (result, _) = try sandbox.bench(
        [try model()], Sandbox.quick + ["-e", "tensorrt"], environment: variables)
      #expect(result.status == status && result.standardError.contains(words), "\(result)")
    }
  }

  @Test("An engine file has no engine until the shim is built")
  func noShim() throws {
    let file = try sandbox.write(Data("x".utf8), to: "net.plan")
    let result = try sandbox.assay("bench", file)
    #expect(result.status == 69 && result.standardError.contains("assay engines build tensorrt"), "\(result)")
  }

  @Test("Building says what is missing and where it was looked for")
  func missing() throws {
    let cases: [(arguments: [String], environment: [String: String], words: [String])] = [
      (["--headers", sandbox.path("nowhere")], [:], ["nowhere", "libnvinfer-headers-dev"]),
      (["--headers", try headers("10")], ["CXX": "no-such-compiler"], ["no-such-compiler", "sudo apt install"]),
      (["--headers", try headers("8")], [:], ["TensorRT 8.6; Assay needs 10"]),
      (["--headers", try headers("1")], [:], ["for RTX 1.6", "assay engines build tensorrt-rtx"]),
      (["--headers", try headers("10")], ["CXX": "c++"], ["cannot compile the shim"]),
      (["--headers", try headers("10"), "-o", "/proc/none/shim.so"], [:], ["/proc/none/shim.so"]),
    ]
    for (arguments, environment, words) in cases {
      let result = try sandbox.start(
        [Sandbox.program("assay"), "engines", "build", "tensorrt"] + arguments, environment: environment
      ).wait()
      #expect(result.status != 0, "\(result)")
      for word in words { #expect(result.standardError.contains(word), "\(result)") }
    }
    #expect(!FileManager.default.fileExists(atPath: sandbox.path("data/assay/engines/tensorrt/libassay_tensorrt.so")))
  }

  /// Headers that name a version and have nothing else.
  private func headers(_ major: String) throws -> String {
    let folder = sandbox.path("include-\(major)")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["NvInfer.h", "NvOnnxParser.h"] { try sandbox.write(Data(), to: "include-\(major)/\(name)") }
    let version = "#define NV_TENSORRT_MAJOR \(major) //!< major\n#define NV_TENSORRT_MINOR 6\n"
    try sandbox.write(Data(version.utf8), to: "include-\(major)/NvInferVersion.h")
    return folder
  }
}

/// NVIDIA's headers are not part of Assay. `ASSAY_TENSORRT_HEADERS` names folders of them, with colons between: of 10 and of 11.
private enum RealTensorRT {
  static let headers: [String] = {
    let folders = ProcessInfo.processInfo.environment["ASSAY_TENSORRT_HEADERS"]?.split(separator: ":").map(String.init)
    if folders == nil {
      FileHandle.standardError.write(
        Data("ASSAY_TENSORRT_HEADERS is not set, so the shim of TensorRT is not compiled by the tests\n".utf8))
    }
    return folders ?? []
  }()

  static let leanRuntime = installed("tensorrt-lean/tensorrt_lean_libs/libnvinfer_lean.so.11")
  static let rtxRuntime = installed("tensorrt-rtx/tensorrt_rtx_libs/libtensorrt_rtx.so.1")

  private static func installed(_ library: String) -> String? {
    let folder = DataFolder.engines.path(environment: ProcessInfo.processInfo.environment)
    let path = folder.map { "\($0)/\(library)" }
    return path.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
  }
}

@Suite("The real shim, with TensorRT's real headers", .enabled(if: !RealTensorRT.headers.isEmpty))
struct TensorRTShimTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// Builds the shim where Assay looks for it, with warnings as errors.
  private func build(_ headers: String, with compiler: String = "c++") throws -> String {
    // Another program writes it: a file that a parallel test's new process still has open for writing cannot be started.
    let strict = sandbox.path("strict")
    let script = #"printf '#!/bin/sh\nexec \#(compiler) -Werror "$@"\n' > strict && chmod +x strict"#
    #expect(try sandbox.shell(script).status == 0)
    let output = sandbox.path("shim.so")
    let result = try sandbox.assay(
      "engines", "build", "tensorrt", "--headers", headers, "-o", output, environment: ["CXX": strict])
    #expect(result.status == 0 && result.standardError.contains("Built \(output)"), "\(result)")
    return output
  }

  @Test(
    "It compiles without a warning, whichever compiler builds it", arguments: RealTensorRT.headers, ["g++", "clang++"])
  func compiles(headers: String, compiler: String) throws {
    guard try sandbox.shell("command -v \(compiler)").status == 0 else { return }
    _ = try build(headers, with: compiler)
  }

  @Test("A library that is not TensorRT's runtime is an error that names it", arguments: RealTensorRT.headers)
  func wrongRuntime(headers: String) throws {
    let shim = try build(headers)
    for (runtime, words) in [("libm.so.6", "is not TensorRT's runtime"), ("/no/runtime.so", "cannot open")] {
      let result = try sandbox.assay(
        "bench", sandbox.write(Data("x".utf8), to: "net.onnx"), "-e", "tensorrt",
        environment: ["ASSAY_TENSORRT_LIBRARY": shim, "ASSAY_TENSORRT_RUNTIME": runtime])
      #expect(result.status == 69 && result.standardError.contains(runtime), "\(result)")
      #expect(result.standardError.contains(words), "\(result)")
    }
  }

  @Test(
    "The lean runtime of 11 is opened, or refused by a shim for another version; without a driver the device is missing",
    .enabled(if: RealTensorRT.leanRuntime != nil, "assay engines install tensorrt-lean"),
    arguments: RealTensorRT.headers)
  func lean(headers: String) throws {
    let shim = try build(headers)
    let file = try sandbox.write(Data("no engine".utf8), to: "net.engine")
    let result = try sandbox.assay(
      "bench", file, "-e", "tensorrt-lean",
      environment: [
        "ASSAY_TENSORRT_LEAN_LIBRARY": shim, "ASSAY_TENSORRT_LEAN_RUNTIME": try #require(RealTensorRT.leanRuntime),
      ])
    #expect([65, 69].contains(result.status), "\(result)")
    let isRefused = result.standardError.contains("is version 11.") && result.standardError.contains("built for")
    let isOpened = result.standardError.contains("nvidia-smi") || result.standardError.contains("cannot load")
    #expect(isRefused != isOpened, "\(result)")
  }

  @Test(
    "The runtime for RTX is refused by a shim for another version; without a driver the device is missing",
    .enabled(if: RealTensorRT.rtxRuntime != nil, "assay engines install tensorrt-rtx"), arguments: RealTensorRT.headers)
  func rtx(headers: String) throws {
    let shim = try build(headers)
    let result = try sandbox.assay(
      "bench", PackageFiles.path("Samples/models/digits_float32.onnx"), "-e", "tensorrt-rtx",
      environment: [
        "ASSAY_TENSORRT_RTX_LIBRARY": shim, "ASSAY_TENSORRT_RTX_RUNTIME": try #require(RealTensorRT.rtxRuntime),
      ])
    #expect(result.status == 69, "\(result)")
    #expect(result.standardError.contains("is version 1.") || result.standardError.contains("nvidia-smi"), "\(result)")
  }
}
