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

/// The kinds of models that converters know. Engines read most of them.
public enum ModelKind: String, Codable, CaseIterable, Sendable {
  case onnx
  case tflite
  case openvino
  case savedModel = "saved_model"
  case keras
  /// A program of `torch.export.save`.
  case exportedProgram = "exported_program"
  /// Compiled by AOTInductor.
  case pt2
  /// A function of a Python package that makes a PyTorch module: `torch:package.module:factory`.
  case torchModule = "torch_module"
  /// TFLite, compiled for a Coral accelerator.
  case edgetpu
  case tensorrt

  /// What `--to` takes.
  public static let results: [ModelKind] = [.onnx, .tflite, .openvino, .savedModel, .pt2, .edgetpu, .tensorrt]

  /// The format of files that engines read; `nil` where none does.
  public var format: ModelFormat? {
    switch self {
    case .onnx: .onnx
    case .tflite, .edgetpu: .tflite
    case .openvino: .openvinoIR
    case .savedModel: .savedModel
    case .pt2: .pt2
    case .tensorrt: .tensorrtEngine
    case .keras, .exportedProgram, .torchModule: nil
    }
  }

  /// The kind of a model that an engine reads.
  public init?(_ format: ModelFormat) {
    // TFLite stands before the kind for Coral, which only its operations tell from it.
    guard let kind = Self.allCases.first(where: { $0.format == format }) else { return nil }
    self = kind
  }

  /// The end of the name of a file of this kind; of a folder, empty.
  public var suffix: String {
    switch self {
    case .onnx: ".onnx"
    case .tflite: ".tflite"
    case .edgetpu: "_edgetpu.tflite"
    case .openvino: ".xml"
    case .savedModel, .torchModule: ""
    case .keras: ".keras"
    case .pt2, .exportedProgram: ".pt2"
    case .tensorrt: ".engine"
    }
  }

  /// For people.
  public var title: String {
    switch self {
    case .onnx: "ONNX"
    case .tflite: "TFLite"
    case .openvino: "OpenVINO IR"
    case .savedModel: "SavedModel"
    case .keras: "Keras"
    case .exportedProgram: "exported program"
    case .pt2: "pt2"
    case .torchModule: "PyTorch module"
    case .edgetpu: "Edge TPU"
    case .tensorrt: "TensorRT"
    }
  }
}

extension ConversionForm: CustomStringConvertible {
  public var description: String { precision == .source ? kind.title : "\(kind.title) \(precision.rawValue)" }
}
