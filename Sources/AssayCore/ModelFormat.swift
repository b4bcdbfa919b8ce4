/// The file format of a model, by name. Engines may bring formats of their own.
public struct ModelFormat: RawRepresentable, Codable, Hashable, Sendable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let tflite = ModelFormat(rawValue: "tflite")
  public static let onnx = ModelFormat(rawValue: "onnx")
  /// OpenVINO IR: an `.xml` file with its weights in a `.bin` beside it.
  public static let openvinoIR = ModelFormat(rawValue: "openvino_ir")
  /// TensorFlow SavedModel: a folder that holds `saved_model.pb`.
  public static let savedModel = ModelFormat(rawValue: "saved_model")
  /// What TensorRT builds for one kind of GPU: an engine file, also called a plan.
  public static let tensorrtEngine = ModelFormat(rawValue: "tensorrt_engine")
  /// An archive of PyTorch's that holds compiled code.
  public static let pt2 = ModelFormat(rawValue: "pt2")
  /// PyTorch's TorchScript: an archive of `torch.jit.save`.
  public static let torchScript = ModelFormat(rawValue: "torchscript")
  /// A program of ExecuTorch's exporter.
  public static let pte = ModelFormat(rawValue: "pte")
  /// A small JSON file that says how the `synthetic` engine behaves.
  public static let synthetic = ModelFormat(rawValue: "synthetic")
}

/// How to recognise models of a format.
public struct ModelFormatTraits: Sendable {
  public let format: ModelFormat
  /// Lower-case file extensions without the dot; empty for a format of folders.
  public let extensions: [String]
  /// The file inside a folder that makes it a model; `nil` for a format of files.
  public let mainFile: String?
  /// Bytes that every file of the format has; `nil` where there are none.
  public let mark: Mark?

  public struct Mark: Sendable {
    public let offset: Int
    public let text: String
  }

  /// Whether the first bytes of a file have the format's mark.
  public func isMarked(_ head: some Collection<UInt8>) -> Bool {
    mark.map { head.dropFirst($0.offset).starts(with: $0.text.utf8) } ?? false
  }
}

extension ModelFormat {
  /// The formats that Assay recognises by itself.
  public static let known = [
    ModelFormatTraits(
      format: .tflite, extensions: ["tflite", "lite"], mainFile: nil, mark: .init(offset: 4, text: "TFL3")),
    ModelFormatTraits(format: .onnx, extensions: ["onnx"], mainFile: nil, mark: nil),
    ModelFormatTraits(format: .openvinoIR, extensions: ["xml"], mainFile: nil, mark: nil),
    ModelFormatTraits(format: .savedModel, extensions: [], mainFile: "saved_model.pb", mark: nil),
    ModelFormatTraits(format: .tensorrtEngine, extensions: ["engine", "plan", "trt"], mainFile: nil, mark: nil),
    ModelFormatTraits(format: .pt2, extensions: ["pt2"], mainFile: nil, mark: nil),
    ModelFormatTraits(format: .torchScript, extensions: ["pt", "ts"], mainFile: nil, mark: nil),
    ModelFormatTraits(format: .pte, extensions: ["pte"], mainFile: nil, mark: nil),
    ModelFormatTraits(format: .synthetic, extensions: ["synthetic"], mainFile: nil, mark: nil),
  ]

  /// The format of files with an extension, or `nil`.
  public init?(pathExtension: String) {
    let name = pathExtension.lowercased()
    guard let traits = Self.known.first(where: { $0.extensions.contains(name) }) else { return nil }
    self = traits.format
  }

  /// How to recognise the format; `nil` for one that Assay does not know.
  public var traits: ModelFormatTraits? { Self.known.first { $0.format == self } }
}
