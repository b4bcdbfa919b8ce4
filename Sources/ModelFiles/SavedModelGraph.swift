/// What Assay reads of `saved_model.pb` by itself (fields of saved_model.proto and meta_graph.proto).
enum SavedModelGraph {
  /// The names of the first graph's signatures, the default one first.
  static func signatures(_ bytes: UnsafeRawBufferPointer) -> [String] {
    guard let graph = ProtobufMessage(bytes).messages(2).first else { return [] }
    return SavedModelSignature.all(ofMetaGraph: graph).map(\.name)
  }
}
