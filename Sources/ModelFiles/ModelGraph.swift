public import AssayCore

/// Reads, of a model file, which values its integer inputs may have.
public enum ModelGraph {
  /// What the graph of a model does with its inputs, in its order; empty for formats that Assay does not read by itself, and for
  /// files that it cannot read. An engine says what is wrong with those.
  public static func inputUses(
    ofModel path: String, format: ModelFormat, signature: String? = nil
  ) -> [InputUse] {
    withMapping(of: path) { (bytes) -> [InputUse] in
      switch format {
      case .onnx: ONNXGraph(bytes)?.inputs ?? []
      case .tflite: TFLiteGraph(bytes).map { $0.inputUses(ofSignature: $0.number(ofSignature: signature)) } ?? []
      case .openvinoIR: OpenVINOGraph(bytes).inputs
      default: []
      }
    }
  }

  /// The names of a model's signatures; the first is the one that runs where none is given. Empty for formats without signatures, and for files
  /// that Assay cannot read.
  public static func signatures(ofModel path: String, format: ModelFormat) -> [String] {
    switch format {
    case .tflite: withMapping(of: path) { TFLiteGraph($0)?.signatures ?? [] }
    case .savedModel: withMapping(of: path + "/saved_model.pb") { SavedModelGraph.signatures($0) }
    default: []
    }
  }

  /// - Throws: `.usage` for a signature that is none of a model's.
  public static func check(_ signature: String, among signatures: [String], of path: String) throws(AssayError) {
    guard !signatures.contains(signature) else { return }
    throw AssayError(
      .usage, "\(path) has no signature '\(signature.printable)'.",
      advice: signatures.isEmpty
        ? "It has none: leave out --signature."
        : "Its signatures: \(signatures.map(\.printable).joined(separator: ", "))")
  }

  /// The signature that engines run which cannot choose one; `nil` where there is none, and for formats without signatures.
  public static func mainSignature(ofModel path: String, format: ModelFormat) -> String? {
    switch format {
    case .tflite: withMapping(of: path) { [TFLiteGraph($0)?.mainSignature] }.first ?? nil
    case .savedModel: signatures(ofModel: path, format: format).first
    default: nil
    }
  }

  /// The files that hold tensors of a model, relative to its folder as the model names them; empty for formats without such files.
  public static func externalFiles(ofModel path: String, format: ModelFormat) -> [String] {
    guard format == .onnx else { return [] }
    return withMapping(of: path) { bytes in
      // No engine reads a larger message: Protobuf counts its bytes in 31 bits.
      bytes.count <= Int32.max ? ONNXExternalData.locations(in: ProtobufMessage(bytes)) : []
    }
  }

  private static func withMapping<Found>(of path: String, _ body: (UnsafeRawBufferPointer) -> [Found]) -> [Found] {
    MappedFile.withBytes(of: path, body) ?? []
  }
}
