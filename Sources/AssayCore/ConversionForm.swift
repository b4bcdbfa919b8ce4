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

    /// As users write it: a model is taken for one of float32 unless it says otherwise.
    public var word: String { self == .source ? "fp32" : rawValue }

    /// `fp32`, `fp16` or `int8`.
    public init?(word: String) {
      guard let precision = Self.allCases.first(where: { $0.word == word }) else { return nil }
      self = precision
    }
  }
}

/// The kinds of models that converters know.
public enum ModelKind: String, Codable, CaseIterable, Sendable {
  case onnx
  case tflite
  case openvino
  case savedModel = "saved_model"
  /// Code that AOTInductor has compiled.
  case pt2
  /// TFLite that was compiled for a Coral accelerator.
  case edgetpu
  /// What TensorRT has built for one GPU.
  case tensorrt
  /// A file of Keras, which no engine reads.
  case keras
  /// A program of `torch.export.save`, which no engine reads.
  case exportedProgram = "exported_program"
  /// A function of a Python package that makes a PyTorch module: `torch:package.module:factory`.
  case torchModule = "torch_module"

  /// What `--to` takes.
  public static let results: [ModelKind] = [.onnx, .tflite, .openvino, .savedModel, .pt2, .edgetpu]

  /// What to do in the place of a conversion to this kind, where no step leads to it; `nil` if there is nothing to say.
  public var alternative: String? {
    switch self {
    case .tensorrt:
      "TensorRT builds its engines itself, for the GPU at hand, when it loads ONNX: assay bench net.onnx -e tensorrt --precision fp16"
    default: nil
    }
  }

  /// The format by which engines read it; `nil` if none does.
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

  /// The device that runs what was compiled for it alone.
  public static let edgeTPUDevice = "edgetpu"

  /// The kind of a model that an engine reads. Of TFLite it does not look for what a Coral needs.
  public init?(_ format: ModelFormat) {
    guard let kind = Self.allCases.first(where: { $0.format == format }) else { return nil }
    self = kind
  }

  /// The end of the name of a file of this kind; of a folder, empty.
  public var suffix: String {
    switch self {
    case .onnx: ".onnx"
    case .tflite, .edgetpu: ".tflite"
    case .openvino: ".xml"
    case .savedModel, .torchModule: ""
    case .pt2, .exportedProgram: ".pt2"
    case .tensorrt: ".engine"
    case .keras: ".keras"
    }
  }

  /// For people.
  public var title: String {
    switch self {
    case .onnx: "ONNX"
    case .tflite: "TFLite"
    case .openvino: "OpenVINO IR"
    case .savedModel: "SavedModel"
    case .pt2: "compiled pt2"
    case .edgetpu: "Edge TPU"
    case .tensorrt: "TensorRT engine"
    case .keras: "Keras"
    case .exportedProgram: "exported program"
    case .torchModule: "PyTorch module"
    }
  }
}

extension ConversionForm: CustomStringConvertible {
  public var description: String { precision == .source ? kind.title : "\(kind.title) \(precision.rawValue)" }
}
