import AssayCore
import EngineKit
import Engines
import Foundation
import TestSupport
import Testing

/// No test runs TensorRT on a GPU: a library with the functions of the shim stands in, which computes y = 2x + 1.
@Suite("TensorRT, with a stand-in for its shim")
struct TensorRTTests {
  private let sandbox: Sandbox
  private let engine: any Engine

  init() throws {
    sandbox = try Sandbox()
    engine = try TensorRTEngine.definition.open(sandbox.tensorRTStandIn())
  }

  /// A model whose bytes tell the stand-in how to fail.
  private func spec(_ content: String = "a model", format: ModelFormat = .onnx) throws -> CompileSpec {
    let path = try sandbox.write(Data(content.utf8), to: format == .onnx ? "net.onnx" : "net.engine")
    return CompileSpec(modelPath: path, format: format, device: "cuda:0")
  }

  private func error(_ spec: CompileSpec, sourceLocation: SourceLocation = #_sourceLocation) -> AssayError? {
    #expect(throws: AssayError.self, sourceLocation: sourceLocation) { _ = try engine.makeSession(spec) }
  }

  @Test("The version is that of the runtime, and GPUs are listed by CUDA's numbers with their names")
  func description() throws {
    #expect(engine.version == "10.16.0")
    #expect(engine.libraryPath == "/stand-in/libnvinfer.so.10")
    #expect(engine.devices == [DeviceDescription(name: "cuda:0", hardware: "Stand-in GPU 0")])
  }

  @Test("Outputs are those of the model, for a batch that it leaves open", arguments: [1, 3])
  func outputs(batch: Int) throws {
    var spec = try spec()
    spec.batch = batch
    let session = try engine.makeSession(spec)
    #expect(session.inputs == [TensorSpec(name: "x", type: .float32, shape: [batch, 4])])
    #expect(session.outputs == [TensorSpec(name: "y", type: .float32, shape: [batch, 4])])
    session.inputBytes(at: 0).bindMemory(to: Float.self).indices.forEach {
      session.inputBytes(at: 0).bindMemory(to: Float.self)[$0] = Float($0)
    }
    #expect(session.deviceMilliseconds == nil)
    try session.infer()
    #expect(session.deviceMilliseconds == 9)
    let results = Array(session.outputBytes(at: 0).bindMemory(to: Float.self))
    #expect(results == (0..<batch * 4).map { 2 * Float($0) + 1 })
  }

  @Test("The build, its precision and the GPU are told")
  func execution() throws {
    var spec = try spec()
    for (precision, words) in [
      (nil, "the model's types"), (.float32, "FP32"), (.float16, "FP32+FP16"), (.int8, "FP32+INT8"),
    ] as [(Precision?, String)] {
      spec.engineOptions.precision = precision
      let model = try engine.compile(spec)
      #expect(model.execution.precision == words)
      #expect(model.execution.build == .init(milliseconds: 12.5, bytes: 4096))
      #expect(model.device == "cuda:0")
    }
  }

  @Test("An engine file is loaded as it is built")
  func engineFile() throws {
    let model = try engine.compile(try spec("a whole engine", format: .tensorrtEngine))
    #expect(model.execution.isEmpty)
    #expect(model.inputs.map(\.shape) == [[1, 4]])
    try model.makeSession().infer()
  }

  @Test(
    "An engine file that does not fit says so in TensorRT's words, and what to do",
    arguments: [
      ("for an other GPU", AssayError.Code.unsupported, "incompatible device", "kind of GPU"),
      ("for an other version", .unsupported, "not compatible with this version", "with the TensorRT that built it"),
      ("", .badModel, "magicTagRead", "whole"),
    ])
  func badEngineFile(content: String, code: AssayError.Code, words: String, advice: String) throws {
    let error = error(try spec(content, format: .tensorrtEngine))
    #expect(error?.code == code)
    #expect(error?.message.contains("net.engine") == true && error?.message.contains(words) == true)
    #expect(error?.advice?.contains(advice) == true, "\(error?.description ?? "")")
  }

  @Test("A model that lacks an operator is unsupported, and a damaged one is bad, both in TensorRT's words")
  func badModel() throws {
    let unsupported = error(try spec("lacks operator"))
    #expect(unsupported?.code == .unsupported && unsupported?.message.contains("Plugin not found") == true)
    let bad = error(try spec("damaged"))
    #expect(bad?.code == .badModel && bad?.message.contains("Failed to parse") == true)
  }

  @Test("It runs on GPUs alone, of which there is one", arguments: ["cpu", "gpu", "cuda:1", "cuda:-1", "cuda:0:1"])
  func device(name: String) throws {
    var spec = try spec()
    spec.device = name
    let error = error(spec)
    #expect(error?.code == .deviceUnavailable)
    #expect(error?.advice != nil)
  }

  @Test("Shapes that the model does not take are refused")
  func shapes() throws {
    for (shape, code) in [([2, 5], AssayError.Code.unsupported), ([1, 2, 3], .usage)] {
      var spec = try spec()
      spec.shapes = ["x": shape]
      #expect(error(spec)?.code == code)
    }
    var spec = try spec()
    spec.shapes = ["z": [1, 4]]
    #expect(error(spec)?.advice == "Its inputs: x")
  }

  @Test("Options of the build reach it, and others are refused")
  func options() throws {
    var spec = try spec()
    let cache = sandbox.path("timing.cache")
    spec.engineOptions.settings = ["workspace": "64M", "timing_cache": cache]
    _ = try engine.compile(spec)
    #expect(FileManager.default.fileExists(atPath: cache))
    for (settings, code, words) in [
      (["workspace": "1k"], AssayError.Code.unsupported, "workspace is too small"),
      (["workspace": "much"], .usage, "workspace=much"), (["workspace": "99999999999G"], .usage, "is no size"),
      (["work_space": "1G"], .usage, "no option 'work_space'"),
    ] {
      spec.engineOptions.settings = settings
      let error = error(spec)
      #expect(error?.code == code && error?.message.contains(words) == true, "\(error?.description ?? "")")
    }
    spec.engineOptions = EngineOptions(precision: .bfloat16)
    #expect(error(spec)?.code == .unsupported)
    var built = try self.spec("a whole engine", format: .tensorrtEngine)
    built.engineOptions = EngineOptions(precision: .float16)
    #expect(error(built)?.code == .unsupported)
  }

  @Test("A target without a device means the first GPU")
  func defaultDevice() {
    for engine in ["tensorrt", "tensorrt-lean", "tensorrt-rtx"] {
      #expect(Target(engine)?.device == "cuda:0")
      #expect(Target(engine: engine, device: "cuda:0").description == engine)
      #expect(Target("\(engine):cuda:1")?.description == "\(engine):cuda:1")
    }
    #expect(Target("onnxruntime")?.device == "cpu")
  }
}
