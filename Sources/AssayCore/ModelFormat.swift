/// The file formats that a model comes in.
public enum ModelFormat: String, Codable, Sendable, CaseIterable {
  case tflite
  case onnx
  /// OpenVINO IR: an `.xml` file with its weights in a `.bin` beside it.
  case openvinoIR = "openvino_ir"
  /// TensorFlow SavedModel: a folder that holds `saved_model.pb`.
  case savedModel = "saved_model"
  /// What the `synthetic` engine reads: a small JSON file that tells how to behave.
  case synthetic

  /// The format that the last part of a path tells, or `nil`. A folder is taken for a SavedModel by what is in it, not by its name.
  public init?(pathExtension: String) {
    switch pathExtension.lowercased() {
    case "tflite", "lite": self = .tflite
    case "onnx": self = .onnx
    case "xml": self = .openvinoIR
    case "synthetic": self = .synthetic
    default: return nil
    }
  }
}
