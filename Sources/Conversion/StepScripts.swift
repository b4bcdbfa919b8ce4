/// The Python of the steps, which is inside this program.
enum StepScripts {
  /// The program of a step: what all begin with, what some share, and its own; `nil` for a name that is none.
  static func program(_ name: String) -> String? {
    parts[name].map { parts in
      ([PackageResources.step_py] + parts).map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    }
  }

  private static let parts: [String: [[UInt8]]] = [
    "keras_saved_model": [PackageResources.keras_saved_model_py],
    "onnx_float16": [PackageResources.onnx_float16_py],
    "onnx_int8": [PackageResources.onnx_int8_py],
    "onnx_to_saved_model": [PackageResources.onnx_to_saved_model_py],
    "onnx_to_tflite": [PackageResources.onnx_to_tflite_py],
    "openvino_float16": [PackageResources.openvino_float16_py],
    "openvino_int8": [PackageResources.openvino_int8_py],
    "openvino_ir": [PackageResources.openvino_ir_py],
    "saved_model_tflite": [PackageResources.saved_model_tflite_py],
    "tensorflow_onnx": [PackageResources.tensorflow_onnx_py],
    "tflite_edgetpu": [PackageResources.tflite_edgetpu_py],
    "tflite_float16": [PackageResources.tflite_float16_py],
    "tflite_int8": [PackageResources.tflite_int8_py],
    "torch_onnx": [PackageResources.torch_source_py, PackageResources.torch_onnx_py],
    "torch_pt2": [
      PackageResources.onnx_program_py, PackageResources.torch_source_py, PackageResources.torch_pt2_py,
    ],
    "torch_tflite": [PackageResources.torch_source_py, PackageResources.torch_tflite_py],
  ]
}
