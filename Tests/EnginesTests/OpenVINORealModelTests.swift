import AssayCore
import EngineKit
import Engines
import Foundation
import TestSupport
import Testing

/// Where OpenVINO's library is, for these tests.
private let library = InstalledEngines.library("openvino")

/// The models that stand beside the package where they have been fetched.
private let realModels = URL(filePath: #filePath).deletingLastPathComponent().appending(
  path: "../../../shared/data/models")

private let mobileNet = realModels.appending(path: "mobilenet_v1_0.25_128_quant.tflite")

extension OpenVINOInTurn {
  @Suite(
    "OpenVINO on real models",
    .enabled(if: library != nil, "OpenVINO is not here; get it with: make engines"),
    .enabled(
      if: FileManager.default.fileExists(atPath: mobileNet.path), "Needs ../shared/data beside the package."))
  struct OpenVINORealModelTests {
    private let engine: OpenVINOEngine

    init() throws { engine = try OpenVINOEngine(opening: #require(library)) }

    private func spec(_ name: String, batch: Int? = nil) -> CompileSpec {
      CompileSpec(
        modelPath: realModels.appending(path: name + ".tflite").path, format: .tflite, threads: 2, batch: batch)
    }

    @Test(
      "Classification, segmentation and pose models run, and write all their outputs every time",
      arguments: [
        "mobilenet_v2_1.0_224_quant", "deeplabv3_mnv2_dm05_pascal_quant", "movenet_single_pose_lightning_ptq",
      ])
    func runs(model: String) throws {
      let session = try engine.makeSession(spec(model))
      RandomInputs.fill(session.inputBytes(at: 0), spec: session.inputs[0], seed: 1, inputIndex: 0)
      try session.infer()
      let first = Array(session.outputBytes(at: 0))
      let output = UnsafeMutableRawBufferPointer(mutating: session.outputBytes(at: 0))
      output.initializeMemory(as: UInt8.self, repeating: 0xA5)
      try session.infer()
      #expect(Array(session.outputBytes(at: 0)) == first)
    }

    @Test(
      "What OpenVINO cannot convert is unsupported, with the operation it stopped at",
      arguments: zip(
        ["keras_lstm_mnist_ptq", "mobilenet_v1_0.25_128_quant_edgetpu"],
        ["UNIDIRECTIONAL_SEQUENCE_LSTM", "edgetpu-custom-op"]))
    func unsupported(model: String, operation: String) {
      let error = #expect(throws: AssayError.self) { try engine.makeSession(spec(model)) }
      #expect(error?.code == .unsupported)
      #expect(error?.message.contains(operation) == true, "\(String(describing: error))")
    }

    @Test("A model that cannot be invoked gives an error, not a crash")
    func invokingError() {
      #expect(throws: AssayError.self) { try engine.makeSession(spec("model_invoking_error")).infer() }
    }

    @Test(
      "A batch that the graph cannot follow is unsupported",
      arguments: ["mobilenet_v1_0.25_128_quant", "movenet_single_pose_lightning_ptq"])
    func batch(model: String) {
      let error = #expect(throws: AssayError.self) { try engine.makeSession(spec(model, batch: 4)) }
      #expect(error?.code == .unsupported, "\(String(describing: error))")
    }

    @Test("A truncated model is a bad model")
    func truncated() throws {
      let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).tflite")
      try Data(contentsOf: mobileNet).prefix(100_000).write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      let error = #expect(throws: AssayError.self) {
        try engine.makeSession(CompileSpec(modelPath: file.path, format: .tflite))
      }
      #expect(error?.code == .badModel)
    }
  }
}
