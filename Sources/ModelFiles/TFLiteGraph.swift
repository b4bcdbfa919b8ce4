/// What Assay reads of a TFLite model by itself (fields of schema.fbs). The bytes must outlive it.
package struct TFLiteGraph {
  package struct Tensor {
    package let name: String
    /// `TensorType` of the schema.
    package let type: Int
    /// -1 for a dynamic dimension.
    package let shape: [Int]
    package let isVariable: Bool

    init(_ table: FlatTable) {
      name = table.text(3) ?? ""
      type = Int(table.integer(Int8.self, 1) ?? 0)
      let signature = table.integers(7) ?? []
      shape = signature.isEmpty ? table.integers(0) ?? [] : signature
      isVariable = table.integer(UInt8.self, 5) == 1
    }
  }

  private let root: FlatTable

  /// `nil` where there is no table.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard let root = FlatTable(root: bytes) else { return nil }
    self.root = root
  }

  /// The names of operators that are not part of TFLite: custom ones, and those of TensorFlow (`Flex…`).
  package var customOperators: [String] { root.tables(1).compactMap { $0.text(1) } }

  /// Whether a tensor keeps its values from one inference to the next.
  package var hasVariables: Bool {
    root.tables(2).contains { $0.tables(0).contains { Tensor($0).isVariable } }
  }

  /// The inputs of a signature, in the order of its subgraph. A model without signatures has one over its first subgraph.
  package func inputs(ofSignature index: Int) -> [Tensor] {
    let signatures = root.tables(7)
    let subgraph = signatures.indices.contains(index) ? Int(signatures[index].integer(UInt32.self, 4) ?? 0) : 0
    guard let graph = root.table(2, at: subgraph) else { return [] }
    return (graph.integers(1) ?? []).compactMap { number in graph.table(0, at: number).map(Tensor.init) }
  }
}
