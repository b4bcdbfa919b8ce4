import AssayCore
public import EngineKit

extension OpenVINOEngine {
  public static let definition = definition(
    EngineDescription(
      name: "openvino", displayName: "OpenVINO",
      formats: [.tflite, .onnx, .openvinoIR, .savedModel],
      wheelPatterns: ["openvino/libs/libopenvino_c.so*"],
      // Packages without the development link have only the name with the version: 2641 is 2026.4.1.
      systemNames: ["libopenvino_c.so", "libopenvino_c.so.2641", "libopenvino_c.so.2500", "libopenvino_c.so.2460"],
      options: [.precision, .settings],
      support: [
        DeviceSupport(
          "cpu", [.float32, .bfloat16, .int8], .tested,
          note: "bf16 and int8 where the processor has instructions for them"),
        DeviceSupport("gpu", [.float32, .float16, .int8], .untested, note: "Intel GPUs"),
        DeviceSupport("npu", [.float16, .int8], .untested),
        DeviceSupport("auto", [.float32, .bfloat16, .float16, .int8], .tested, note: "with a CPU to choose from"),
        DeviceSupport("hetero", [.float32, .bfloat16, .float16, .int8], .tested, note: "with a CPU to split over"),
      ], streams: [.requests]))

  /// The last toolkit for the Neural Compute Stick 2, and the first with this C API. `assay engines install` has no MYRIAD plug-in: no
  /// wheel has one for this version. Intel's archives of 2022.3.1 and 2022.3.2 do.
  public static let definition2022 = definition(
    EngineDescription(
      name: "openvino-2022.3", displayName: "OpenVINO 2022.3", variantOf: "openvino",
      formats: [.onnx, .openvinoIR],
      wheelPatterns: ["openvino/libs/libopenvino_c.so*"],
      systemNames: ["libopenvino_c.so.2232", "libopenvino_c.so.2231", "libopenvino_c.so.2230"],
      options: [.precision, .settings],
      support: [
        DeviceSupport("cpu", [.float32, .bfloat16, .int8], .tested),
        DeviceSupport(
          "myriad", [.float16], .testedWithStandIn,
          note: "Neural Compute Stick 2; needs the MYRIAD plug-in of Intel's archive"),
        DeviceSupport("auto", [.float32, .bfloat16, .int8], .tested, note: "with a CPU to choose from"),
        DeviceSupport("hetero", [.float32, .bfloat16, .float16, .int8], .tested, note: "with a CPU to split over"),
      ], streams: [.requests]))

  private static func definition(_ description: EngineDescription) -> EngineDefinition {
    EngineDefinition(description) { path throws(AssayError) in try OpenVINOEngine(opening: path, as: description) }
  }
}
