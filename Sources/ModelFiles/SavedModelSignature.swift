/// A function of a SavedModel and its tensors (SignatureDef and TensorInfo of meta_graph.proto).
package struct SavedModelSignature {
  package let name: String
  /// By name, because the file holds them in any order.
  package let inputs: [Tensor]
  package let outputs: [Tensor]

  package struct Tensor {
    package let name: String
    /// The output of an operation that holds it: `serving_default_image:0`; `nil` for a tensor in several parts, such as a sparse one.
    package let source: String?
    /// The number of its `DataType`.
    package let type: Int
    /// -1 for a dynamic dimension; `nil` for an unknown rank.
    package let shape: [Int]?
  }

  /// The signatures of a graph, the default one first, without TensorFlow's own.
  package static func all(ofMetaGraph graph: ProtobufMessage) -> [SavedModelSignature] {
    let entries = graph.messages(5).filter { !($0.text(1) ?? "").hasPrefix("__saved_model_") }
    let all = entries.map(Self.init).sorted { $0.name < $1.name }
    return all.filter(\.isDefault) + all.filter { !$0.isDefault }
  }

  private init(entry: ProtobufMessage) {
    name = entry.text(1) ?? ""
    let definition = entry.messages(2).first
    inputs = Self.tensors(definition?.messages(1) ?? [])
    outputs = Self.tensors(definition?.messages(2) ?? [])
  }

  private static func tensors(_ entries: [ProtobufMessage]) -> [Tensor] {
    entries.map { Tensor(entry: $0) }.sorted { $0.name < $1.name }
  }

  /// Whether it runs where none is named.
  private var isDefault: Bool { name == "serving_default" }
}

extension SavedModelSignature.Tensor {
  fileprivate init(entry: ProtobufMessage) {
    let information = entry.messages(2).first
    name = entry.text(1) ?? ""
    source = information?.text(1)
    type = information?.integer(2) ?? 0
    let shape = information?.messages(3).first
    self.shape =
      shape?.integer(3) == 1 ? nil : shape?.messages(2).map { max($0.integer(1) ?? 0, -1) }
  }
}
