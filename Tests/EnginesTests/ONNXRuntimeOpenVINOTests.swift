import AssayCore
import EngineKit
import TestSupport
import Testing

@testable import Engines

private let library = InstalledEngines.library("onnxruntime-openvino")

/// Each test has a process of its own, as a measurement has: ONNX Runtime and OpenVINO are here twice, of different versions.
@Suite(
  "ONNX Runtime with OpenVINO as a provider", .serialized,
  .enabled(if: library != nil, "It is not here; get it with: assay engines install onnxruntime-openvino"))
struct ONNXRuntimeOpenVINOTests {
  private static func compile(_ device: String, _ options: EngineOptions = EngineOptions()) throws -> ONNXRuntimeModel {
    let engine = try ONNXRuntimeEngine(opening: #require(library))
    return try ONNXRuntimeTests.relu.withFile { path in
      try engine.compile(CompileSpec(modelPath: path, format: .onnx, device: device, engineOptions: options))
    }
  }

  @Test(
    "The model runs on the device that was asked for, and the library tells how many operations do",
    arguments: [("openvino", "openvino:cpu"), ("openvino:hetero:cpu", "openvino:hetero:cpu")])
  func placement(target: String, device: String) async {
    await #expect(processExitsWith: .success) { [target = target as String, device = device as String] in
      let model = try Self.compile(target, EngineOptions(settings: ["num_streams": "1"]))
      #expect(model.device == device)
      #expect(model.fallbacks.isEmpty)
      #expect(model.execution.placement == OperationPlacement(onDevice: 1, onCPU: 0))
    }
  }

  @Test("A device of OpenVINO's that is not there is unavailable, in the provider's words")
  func missingDevice() async {
    await #expect(processExitsWith: .success) {
      let error = try #require(throws: AssayError.self) { try Self.compile("openvino:gpu") }
      #expect(error.code == .deviceUnavailable)
      #expect(error.message.contains("GPU"), "\(error)")
    }
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
  func refusals(options: EngineOptions, code: AssayError.Code, words: String) async {
    await #expect(processExitsWith: .success) {
      [options = options as EngineOptions, code = code as AssayError.Code, words = words as String] in
      let error = try #require(throws: AssayError.self) { try Self.compile("openvino", options) }
      #expect(error.code == code)
      #expect(error.message.contains(words), "\(error)")
      #expect(!error.message.contains("::"), "\(error)")
    }
  }
}
