/// What Assay reads of `saved_model.pb` by itself (fields of saved_model.proto, meta_graph.proto, graph.proto, function.proto).
enum SavedModelGraph {
  /// The names of the first graph's signatures, the default one first.
  static func signatures(_ bytes: UnsafeRawBufferPointer) -> [String] {
    guard let graph = ProtobufMessage(bytes).messages(2).first else { return [] }
    return SavedModelSignature.all(ofMetaGraph: graph).map(\.name)
  }

  /// The graph of a signature with the functions that it calls put in their places.
  ///
  /// - Parameter signature: `nil` for the first.
  static func sourceModel(
    _ bytes: UnsafeRawBufferPointer, signature name: String?
  ) throws(SourceModelDamage) -> SourceModel {
    let message = ProtobufMessage(bytes)
    guard message.isWhole else { throw SourceModelDamage("it is no message of TensorFlow, or cut off") }
    guard let meta = message.messages(2).first, let graph = meta.messages(2).first else {
      throw SourceModelDamage("it has no graph")
    }
    let signatures = SavedModelSignature.all(ofMetaGraph: meta)
    guard let signature = signatures.first(where: { name == nil || $0.name == name }) else {
      throw SourceModelDamage(name.map { "it has no signature '\($0)'" } ?? "it has no signature")
    }
    var reader = SavedModelReader(graph)
    try reader.read(signature)
    var model = reader.model
    let information = meta.messages(1).first
    model.facts = [
      ("producer", information?.text(5).map { "TensorFlow \($0)" }),
      ("tags", information?.texts(4).joined(separator: ", ")),
      ("graph_version", graph.messages(4).first?.integer(1).map { "\($0)" }), ("signature", signature.name),
    ].compactMap { name, value in value.flatMap { $0.isEmpty ? nil : SourceModel.Fact(name: name, value: $0) } }
    model.signatures = signatures.map {
      SourceModel.Signature(name: $0.name, inputs: $0.inputs.map(\.name), outputs: $0.outputs.map(\.name))
    }
    return model
  }
}
