public import AssayCore

extension SourceModel {
  /// The formats whose graphs Assay reads by itself.
  public static let formats: [ModelFormat] = [.tflite, .onnx, .openvinoIR, .savedModel]

  /// Reads a model without its weights.
  ///
  /// - Parameter signature: of a SavedModel or a TFLite model; `nil` for the first.
  /// - Throws: `.unsupported` for other formats, `.badModel` with what is wrong with the file.
  public static func read(
    _ path: String, format: ModelFormat, signature: String? = nil
  ) throws(AssayError) -> SourceModel {
    guard formats.contains(format) else {
      throw AssayError(
        .unsupported,
        "Assay cannot look into \(path): it reads graphs of \(formats.map(\.rawValue).joined(separator: ", ")).",
        advice: "Inspect the model that it was made from.")
    }
    let file = format == .savedModel ? path + "/saved_model.pb" : path
    let result = MappedFile.withBytes(of: file) { bytes in
      Result { () throws(SourceModelDamage) in
        switch format {
        case .tflite: try TFLiteGraph.sourceModel(bytes, signature: signature)
        case .onnx: try ONNXGraph.sourceModel(bytes)
        case .openvinoIR: try OpenVINOLayers.sourceModel(bytes)
        default: try SavedModelGraph.sourceModel(bytes, signature: signature)
        }
      }
    }
    switch result {
    case .success(let model): return model
    case .failure(let damage):
      throw AssayError(
        .badModel, "\(path) cannot be read: \(damage.reason).", advice: "Convert or download it again.")
    case nil: throw AssayError(.badModel, "\(file) cannot be opened.")
    }
  }
}
