import AssayCore
public import EngineKit

extension ONNXRuntimeEngine {
  public static let definition = definition(
    EngineDescription(
      name: "onnxruntime", displayName: "ONNX Runtime", formats: [.onnx],
      wheelPatterns: ["onnxruntime/capi/libonnxruntime.so*"],
      systemNames: ["libonnxruntime.so.1", "libonnxruntime.so"],
      options: [.precision, .settings],
      support: [
        DeviceSupport("cpu", [.float32, .float16, .int8], .tested),
        DeviceSupport("cuda", [.float32, .float16, .int8], .untested, note: "needs the package onnxruntime-gpu"),
        DeviceSupport(
          "tensorrt", [.float32, .float16, .bfloat16, .int8], .untested, note: "needs the package onnxruntime-gpu"),
      ]
        + ["dnnl", "rocm", "migraphx", "qnn", "xnnpack", "webgpu", "vitisai"].map {
          DeviceSupport($0, [.float32], .untested, note: "in builds that have it")
        }, streams: [.sharedSession, .ownSessions]))

  /// The build with OpenVINO as a provider, which Intel publishes.
  public static let openVINODefinition = definition(
    EngineDescription(
      name: "onnxruntime-openvino", displayName: "ONNX Runtime with OpenVINO", variantOf: "onnxruntime",
      formats: [.onnx], wheelPatterns: ["onnxruntime/capi/libonnxruntime.so*"],
      options: [.precision, .settings],
      support: [
        DeviceSupport("cpu", [.float32, .float16, .int8], .tested),
        DeviceSupport(
          "openvino", [.float32, .float16, .int8], .tested, note: "tested with OpenVINO's CPU; f16 needs its GPU or NPU"
        ),
      ], streams: [.sharedSession, .ownSessions]))

  private static func definition(_ description: EngineDescription) -> EngineDefinition {
    EngineDefinition(description) { path throws(AssayError) in try ONNXRuntimeEngine(opening: path, as: description) }
  }
}
