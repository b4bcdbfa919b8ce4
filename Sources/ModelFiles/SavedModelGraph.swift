/// What Assay reads of `saved_model.pb` by itself (fields of saved_model.proto and meta_graph.proto).
enum SavedModelGraph {
  /// The name of the signature that runs where none is given.
  static let defaultSignature = "serving_default"

  /// The names of the first graph's signatures, the default one first, without TensorFlow's own.
  static func signatures(_ bytes: UnsafeRawBufferPointer) -> [String] {
    let graph = ProtobufMessage(bytes).messages(2).first
    let names = (graph?.messages(5) ?? []).compactMap { $0.text(1) }.filter { !$0.hasPrefix("__saved_model_") }.sorted()
    return names.filter { $0 == defaultSignature } + names.filter { $0 != defaultSignature }
  }
}
