import AssayCore
import EngineKit
import Engines
import Foundation
import TestSupport
import Testing

/// What is special to LiteRT; what every engine must do is in the conformance suite.
@Suite("LiteRT", .enabled(if: LiteRTFixture.isComplete, "needs LiteRT (make engines) and ../shared/data/models"))
struct LiteRTTests {
  @Test("The version is that of the wheel, and the first device is the CPU")
  func description() throws {
    let engine = try LiteRTFixture.engine()
    #expect(engine.version.first?.isNumber == true, "\(engine.version)")
    #expect(engine.libraryPath?.hasSuffix("libLiteRt.so") == true)
    #expect(engine.devices.first?.name == "cpu")
  }

  @Test("Names, shapes and quantisation are those of the model file")
  func specs() throws {
    let session = try LiteRTFixture.session("mobilenet_v2_1.0_224_quant")
    #expect(
      session.inputs == [
        TensorSpec(
          name: "input", type: .uint8, shape: [1, 224, 224, 3],
          quantization: Quantization(scale: 0.0078125, zeroPoint: 128))
      ])
    #expect(
      session.outputs == [
        TensorSpec(
          name: "MobilenetV2/Predictions/Softmax", type: .uint8, shape: [1, 1001],
          quantization: Quantization(scale: 0.00390625, zeroPoint: 0))
      ])
  }

  @Test("Outputs are read where they were before, depend on the input, and not on the number of threads")
  func outputs() throws {
    var results: [[UInt8]] = []
    for threads in [1, 2] {
      let session = try LiteRTFixture.session("mobilenet_v1_0.25_128_quant") { $0.threads = threads }
      let input = session.inputBytes(at: 0)
      let output = session.outputBytes(at: 0)
      for seed in [3, 7] {
        for index in input.indices { input[index] = UInt8(truncatingIfNeeded: index &* seed) }
        try session.infer()
        #expect(session.outputBytes(at: 0).baseAddress == output.baseAddress)
        results.append(Array(output))
      }
    }
    #expect(results[0] == results[2] && results[1] == results[3])
    #expect(results[0] != results[1])
    // A softmax adds up to 1, which is 256 steps of this output; each class is rounded.
    #expect(results[0].reduce(0) { $0 + Int($1) } > 200)
  }

  @Test("A batch enlarges inputs and outputs, and each image has the result that it has alone")
  func batch() throws {
    let model = "deeplabv3_mnv2_dm05_pascal_quant"
    let single = try LiteRTFixture.session(model)
    let double = try LiteRTFixture.session(model) { $0.batch = 2 }
    #expect(double.inputs[0].shape == [2, 513, 513, 3])
    #expect(double.outputs[0].shape == [2, 513, 513])
    let size = single.inputs[0].byteCount
    for image in 0..<2 {
      for index in 0..<size {
        double.inputBytes(at: 0)[image * size + index] = UInt8(truncatingIfNeeded: (index / (97 + image)) &* 31)
      }
    }
    try double.infer()
    for image in 0..<2 {
      single.inputBytes(at: 0).copyBytes(from: double.inputBytes(at: 0)[image * size..<(image + 1) * size])
      try single.infer()
      let bytes = single.outputs[0].byteCount
      #expect(single.outputBytes(at: 0).elementsEqual(double.outputBytes(at: 0)[image * bytes..<(image + 1) * bytes]))
    }
  }

  @Test(
    "A model that takes no batch is unsupported, with the reason",
    arguments: [
      ("mobilenet_v1_0.25_128_quant", "XNNPack"), ("movenet_single_pose_lightning_ptq", "output_0"),
    ])
  func noBatch(model: String, reason: String) {
    let error = LiteRTFixture.error(of: model) { $0.batch = 4 }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "no error")")
  }

  @Test("--shape gives an input another size, and one beyond 32 bits is refused")
  func shape() throws {
    let session = try LiteRTFixture.session("mobilenet_v1_0.25_128_quant") { $0.shapes = ["": [1, 160, 160, 3]] }
    #expect(session.inputs[0].byteCount == 160 * 160 * 3)
    try session.infer()
    for shape in [[1, 1 << 40, 1, 3], [1, 1 << 20, 1 << 20, 3], [Int](repeating: Int.max, count: 4)] {
      let error = LiteRTFixture.error(of: "mobilenet_v1_0.25_128_quant") { $0.shapes = ["input": shape] }
      #expect(error?.code == .unsupported, "\(shape)")
    }
  }

  @Test(
    "What LiteRT cannot do with a model is told in its words",
    arguments: [
      ("model_invoking_error", AssayError.Code.unsupported, "fake-op-double"),
      ("mobilenet_v1_0.25_128_quant_edgetpu", .unsupported, "edgetpu-custom-op"),
      ("keras_lstm_mnist_ptq", .unsupported, "variable tensors"),
    ])
  func refused(model: String, code: AssayError.Code, reason: String) {
    let error = LiteRTFixture.error(of: model)
    #expect(error?.code == code)
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "no error")")
  }

  @Test(
    "A signature is chosen by name, and a wrong name is refused with the names that there are",
    .enabled(if: FileManager.default.fileExists(atPath: LiteRTFixture.case("signatures/twosig.tflite"))))
  func signatures() throws {
    var spec = CompileSpec(modelPath: LiteRTFixture.case("signatures/twosig.tflite"), format: .tflite)
    var results: [[UInt8]] = []
    for name in ["first", "second"] {
      spec.signature = name
      let session = try LiteRTFixture.engine().makeSession(spec)
      session.fillInputs(seed: 1)
      try session.infer()
      results.append(Array(session.outputBytes(at: 0)))
    }
    #expect(results[0] != results[1])
    spec.signature = "third"
    let error = #expect(throws: AssayError.self) { try LiteRTFixture.engine().makeSession(spec) }
    #expect(error?.code == .usage)
    #expect(error?.advice == "Its signatures: first, second")
  }

  @Test(
    "Dynamic sizes ask for --shape, and tensors that are resized at invoke have the shape that it gives",
    .enabled(if: FileManager.default.fileExists(atPath: LiteRTFixture.case("corpus/dilated_conv.tflite"))))
  func dynamicSizes() throws {
    var spec = CompileSpec(modelPath: LiteRTFixture.case("corpus/dilated_conv.tflite"), format: .tflite)
    let error = #expect(throws: AssayError.self) { try LiteRTFixture.engine().compile(spec) }
    #expect(error?.code == .usage)
    #expect(error?.advice?.contains("--shape") == true)
    spec.shapes = ["": [1, 64, 48, 3]]
    let session = try LiteRTFixture.engine().makeSession(spec)
    session.fillInputs(seed: 1)
    try session.infer()
    let first = Array(session.outputBytes(at: 0))
    #expect(session.outputs[0].shape.first == 1 && session.outputs[0].elementCount > 48)
    #expect(first.count == session.outputs[0].byteCount)
    try session.infer()
    #expect(Array(session.outputBytes(at: 0)) == first)
  }

  @Test(
    "The library's reason for a failed compilation is in the message, without its source lines",
    .enabled(if: FileManager.default.fileExists(atPath: LiteRTFixture.case("corpus/person_detect.tflite"))))
  func reason() throws {
    let spec = CompileSpec(modelPath: LiteRTFixture.case("corpus/person_detect.tflite"), format: .tflite)
    let error = #expect(throws: AssayError.self) { try LiteRTFixture.engine().compile(spec) }
    #expect(error?.message.contains("quantized_dimension must be in range") == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(".cc:") == false)
  }

  @Test("An inference that fails tells what the library reported, and the next one can succeed")
  func failedInference() throws {
    try withModel(LiteRTFixture.gather) { path in
      let session = try LiteRTFixture.engine().makeSession(CompileSpec(modelPath: path, format: .tflite))
      #expect(session.inputs.map(\.name) == ["values", "indices"])
      #expect(session.inputs.map(\.type) == [.float32, .int32])
      for (index, value) in [1.5, 2.5, 3.5, 4.5].enumerated() {
        session.inputBytes(at: 0).storeBytes(of: Float(value), toByteOffset: 4 * index, as: Float.self)
      }
      session.inputBytes(at: 1).storeBytes(of: 9, as: Int32.self)
      let error = #expect(throws: AssayError.self) { try session.infer() }
      #expect(error?.code == .inferenceFailed)
      #expect(error?.message.contains("gather index out of bounds") == true, "\(error?.message ?? "no error")")
      session.inputBytes(at: 1).storeBytes(of: 3, as: Int32.self)
      try session.infer()
      #expect(session.outputBytes(at: 0).loadUnaligned(as: Float.self) == 4.5)
    }
  }

  @Test(
    "A damaged model is a bad model and does not take the process with it",
    arguments: [4, 8, 100, 1000, 100_000, 400_000])
  func truncated(size: Int) throws {
    let whole = try Data(contentsOf: URL(filePath: LiteRTFixture.path("mobilenet_v1_0.25_128_quant")))
    try expectBadModel(whole.prefix(size))
  }

  @Test("The GPU is listed if and only if a session on it can be made")
  func gpu() throws {
    let isListed = try LiteRTFixture.engine().devices.contains { $0.name == "gpu" }
    let error = LiteRTFixture.error(of: "mobilenet_v1_0.25_128_quant") { $0.device = "gpu" }
    #expect((error == nil) == isListed)
    #expect(error == nil || error?.code == .deviceUnavailable)
  }

  @Test("Sessions made and dropped leave no memory behind")
  func memory() async {
    // In a process of its own, where no other test takes memory meanwhile.
    await #expect(processExitsWith: .success) {
      func makeSessions(_ count: Int) throws {
        for _ in 0..<count {
          try LiteRTFixture.session("mobilenet_v1_0.25_128_quant") { $0.threads = 2 }.infer()
        }
      }
      try makeSessions(40)
      let before = try LiteRTFixture.residentBytes()
      try makeSessions(100)
      let growth = try LiteRTFixture.residentBytes() - before
      // One session holds more than 1 MB.
      precondition(growth < 2 << 20, "\(growth) bytes more")
    }
  }

  private func expectBadModel(_ bytes: Data, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try withModel(bytes) { path in
      let engine = try LiteRTFixture.engine()
      let error = #expect(throws: AssayError.self, sourceLocation: sourceLocation) {
        try engine.makeSession(CompileSpec(modelPath: path, format: .tflite))
      }
      #expect(error?.code == .badModel, sourceLocation: sourceLocation)
      #expect(error?.message.contains(path) == true, sourceLocation: sourceLocation)
    }
  }

  private func withModel(_ bytes: Data, _ body: (String) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString).tflite")
    try bytes.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try body(file.path)
  }
}

/// The library and models that the tests run on.
private enum LiteRTFixture {
  static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/models")

  static let isComplete =
    library != nil && FileManager.default.fileExists(atPath: path("mobilenet_v1_0.25_128_quant"))

  private static let library = InstalledEngines.library("litert")

  /// One operation, GATHER of `values`, float32 [4], by `indices`, int32 [2], to `picked`, float32 [2]: it looks at the
  /// indices when it runs. Made with the flatbuffers schema that comes with ai-edge-litert.
  static let gather =
    Data(
      base64Encoded: [
        "GAAAAFRGTDMAAA4AFAAQAAwACAAAAAQADgAAABAAAAAYAAAAJAEAAAMAAAABAAAABAAAAKj///8BAAAAEAAAAAwAFAAQAAwACAAE",
        "AAwAAAAQAAAAVAAAAFgAAABgAAAAAQAAABQAAAAAAA4AFAAAABAADAALAAQADgAAABQAAAAAAAAXEAAAABQAAAAEAAQABAAAAAEA",
        "AAACAAAAAgAAAAAAAAABAAAAAQAAAAIAAAACAAAAAAAAAAEAAAADAAAAaAAAADQAAAAEAAAAsP///wgAAAAQAAAABgAAAHBpY2tl",
        "ZAAAAQAAAAIAAAAMABAADAALAAAABAAMAAAADAAAAAAAAAIQAAAABwAAAGluZGljZXMAAQAAAAIAAAAMAAwACAAAAAAABAAMAAAA",
        "CAAAABAAAAAGAAAAdmFsdWVzAAABAAAABAAAAAEAAAAQAAAADAAMAAsAAAAAAAQADAAAACQAAAAAAAAk",
      ].joined()) ?? Data()

  static func path(_ model: String) -> String { models.appending(path: "\(model).tflite").path }

  /// A model of the cases that stand beside the package on some machines.
  static func `case`(_ name: String) -> String {
    models.deletingLastPathComponent().deletingLastPathComponent().appending(path: "cases/\(name)").path
  }

  static func engine() throws -> LiteRTEngine { try LiteRTEngine(opening: #require(library)) }

  static func session(_ model: String, _ change: (inout CompileSpec) -> Void = { _ in }) throws -> LiteRTSession {
    var spec = CompileSpec(modelPath: path(model), format: .tflite)
    change(&spec)
    return try engine().makeSession(spec)
  }

  /// What making a session throws; `nil` where it succeeds.
  static func error(of model: String, _ change: (inout CompileSpec) -> Void = { _ in }) -> AssayError? {
    do {
      _ = try session(model, change)
      return nil
    } catch {
      return error as? AssayError
    }
  }

  static func residentBytes() throws -> Int {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return try #require(Int(pages[1])) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
