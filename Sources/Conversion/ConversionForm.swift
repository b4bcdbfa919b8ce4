public import AssayCore

/// What a conversion reads or writes: a format of models, and what was done to the numbers in it.
public struct ConversionForm: Hashable, Sendable {
  public var kind: ModelKind
  public var precision: Precision

  public init(_ kind: ModelKind, _ precision: Precision = .source) { (self.kind, self.precision) = (kind, precision) }

  /// The precision of a converted model.
  public enum Precision: String, Codable, CaseIterable, Sendable {
    /// As the source has it.
    case source
    case fp16
    case int8
  }
}

/// The kinds of models that converters know. Engines read all of them.
public enum ModelKind: String, Codable, CaseIterable, Sendable {
  case onnx
  case tflite
  case openvino
  case savedModel = "saved_model"

  /// What `--to` takes.
  public static let results: [ModelKind] = [.onnx, .tflite, .openvino]

  /// The format of its files.
  public var format: ModelFormat {
    switch self {
    case .onnx: .onnx
    case .tflite: .tflite
    case .openvino: .openvinoIR
    case .savedModel: .savedModel
    }
  }

  /// The kind of a model that an engine reads.
  public init?(_ format: ModelFormat) {
    guard let kind = Self.allCases.first(where: { $0.format == format }) else { return nil }
    self = kind
  }

  /// The end of the name of a file of this kind; of a folder, empty.
  public var suffix: String {
    switch self {
    case .onnx: ".onnx"
    case .tflite: ".tflite"
    case .openvino: ".xml"
    case .savedModel: ""
    }
  }

  /// For people.
  public var title: String {
    switch self {
    case .onnx: "ONNX"
    case .tflite: "TFLite"
    case .openvino: "OpenVINO IR"
    case .savedModel: "SavedModel"
    }
  }
}

extension ConversionForm: CustomStringConvertible {
  public var description: String { precision == .source ? kind.title : "\(kind.title) \(precision.rawValue)" }
}
