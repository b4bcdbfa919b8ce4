import AssayCore
import EngineKit
import TestSupport
import Testing

@testable import Engines

private let library = InstalledEngines.library("onnxruntime-openvino")

@Suite(
  "ONNX Runtime with OpenVINO as a provider",
  .enabled(if: library != nil, "It is not here; get it with: assay engines install onnxruntime-openvino"))
struct ONNXRuntimeOpenVINOTests {
  private let engine: ONNXRuntimeEngine

  init() throws { engine = try ONNXRuntimeEngine(opening: #require(library)) }

  private func compile(_ device: String, _ options: EngineOptions = EngineOptions()) throws -> ONNXRuntimeModel {
    try ONNXRuntimeTests.relu.withFile { path in
      try engine.compile(CompileSpec(modelPath: path, format: .onnx, device: device, engineOptions: options))
    }
  }

  @Test(
    "The model runs on the device that was asked for, and the library tells how many operations do",
    arguments: [("openvino", "openvino:cpu"), ("openvino:hetero:cpu", "openvino:hetero:cpu")])
  func placement(target: String, device: String) throws {
    let model = try compile(target, EngineOptions(settings: ["num_streams": "1"]))
    #expect(model.device == device)
    #expect(model.fallbacks.isEmpty)
    #expect(model.execution.placement == OperationPlacement(onDevice: 1, onCPU: 0))
  }

  @Test("A device of OpenVINO's that is not there is unavailable, in the provider's words")
  func missingDevice() throws {
    let error = try #require(throws: AssayError.self) { try compile("openvino:gpu") }
    #expect(error.code == .deviceUnavailable)
    #expect(error.message.contains("GPU"), "\(error)")
  }

  @Test(
    "What the provider refuses is named, with its reason",
    arguments: [
      (EngineOptions(settings: ["foo": "1"]), AssayError.Code.usage, "foo"),
      (EngineOptions(settings: ["num_streams": "many"]), .usage, "num_streams=many"),
      (EngineOptions(settings: ["device_type": "GPU"]), .usage, "device_type"),
      (EngineOptions(precision: .float16), .unsupported, "CPU only supports FP32"),
      (EngineOptions(precision: .int8), .unsupported, "--precision int8"),
    ])
  func refusals(options: EngineOptions, code: AssayError.Code, words: String) throws {
    let error = try #require(throws: AssayError.self) { try compile("openvino", options) }
    #expect(error.code == code)
    #expect(error.message.contains(words), "\(error)")
    #expect(!error.message.contains("::"), "\(error)")
  }
}
