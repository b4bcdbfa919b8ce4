/// The Python of the steps, which is inside this program.
enum StepScripts {
  /// The program of a step: what all begin with, and its own; `nil` for a name that is none.
  static func program(_ name: String) -> String? {
    scripts[name].map { String(decoding: PackageResources.step_py + [10] + $0, as: UTF8.self) }
  }

  private static let scripts: [String: [UInt8]] = [
    "onnx_float16": PackageResources.onnx_float16_py,
    "onnx_int8": PackageResources.onnx_int8_py,
    "onnx_to_tflite": PackageResources.onnx_to_tflite_py,
    "openvino_float16": PackageResources.openvino_float16_py,
    "openvino_int8": PackageResources.openvino_int8_py,
    "openvino_ir": PackageResources.openvino_ir_py,
    "tflite_float16": PackageResources.tflite_float16_py,
    "tflite_int8": PackageResources.tflite_int8_py,
  ]
}
