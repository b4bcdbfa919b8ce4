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

  let root: FlatTable

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

  /// How many operations the subgraph of a signature has.
  package func operationCount(ofSignature index: Int) -> Int { subgraph(ofSignature: index)?.tableCount(3) ?? 0 }

  /// The names of the signatures.
  package var signatures: [String] { root.tables(7).compactMap { $0.text(2) } }

  /// A signature: a subgraph under a name, with names of its own for inputs and outputs.
  package struct Signature: Sendable {
    package let name: String
    /// The number of its subgraph. The first is what runs without a signature.
    package let subgraph: Int
    /// The names of inputs and outputs in the order of the subgraph.
    package let inputs, outputs: [String]
  }

  /// The signatures in order.
  package var signatureInterfaces: [Signature] {
    root.tables(7).map { table in
      let number = table.index(4)
      let graph = root.table(2, at: number)
      /// Libraries list the names in the order of the alphabet; the subgraph knows the real one.
      func names(_ field: Int, orderedBy places: Int) -> [String] {
        var named = table.tables(field).map { (name: $0.text(0) ?? "", tensor: $0.index(1)) }
        var names: [String] = []
        for tensor in graph?.integers(places) ?? [] {
          guard let index = named.firstIndex(where: { $0.tensor == tensor }) else { continue }
          names.append(named.remove(at: index).name)
        }
        return names + named.map(\.name)
      }
      return Signature(
        name: table.text(2) ?? "", subgraph: number, inputs: names(0, orderedBy: 1), outputs: names(1, orderedBy: 2))
    }
  }

  /// The runtime version that the parts compiled for an Edge TPU need.
  package var edgeTPURuntime: Int? {
    root.tables(2).lazy.flatMap { $0.tables(3) }.compactMap { $0.bytes(5) }
      .compactMap { EdgeTPUPackage(options: $0)?.runtime }.first
  }

  /// The signature of the first subgraph, which engines without signatures run.
  package var mainSignature: String? { root.tables(7).first { $0.index(4) == 0 }?.text(2) }

  /// The place of a signature among all, 0 for none and for one that is not there.
  func number(ofSignature name: String?) -> Int { root.tables(7).firstIndex { $0.text(2) == name } ?? 0 }

  /// The number of the subgraph that engines run for a signature; `nil` where there is no such signature.
  ///
  /// - Parameter signature: `nil` for the first.
  func subgraph(running signature: String?) -> Int? {
    let signatures = root.tables(7)
    guard let signature else { return signatures.first?.index(4) ?? 0 }
    return signatures.first { $0.text(2) == signature }?.index(4)
  }

  fileprivate func subgraph(ofSignature index: Int) -> FlatTable? {
    let signatures = root.tables(7)
    return root.table(2, at: signatures.indices.contains(index) ? signatures[index].index(4) : 0)
  }

  /// The inputs of a signature, in the order of its subgraph. A model without signatures has one over its first subgraph.
  package func inputs(ofSignature index: Int) -> [Tensor] {
    guard let graph = subgraph(ofSignature: index) else { return [] }
    return (graph.integers(1) ?? []).compactMap { number in graph.table(0, at: number).map(Tensor.init) }
  }
}

extension TFLiteGraph {
  /// The inputs of a signature, in its subgraph's order, and what they feed.
  package func inputUses(ofSignature index: Int) -> [InputUse] {
    guard let graph = subgraph(ofSignature: index) else { return [] }
    let codes = operatorCodes
    let operators = graph.tables(3).map { table in
      Operator(
        code: codes.indices.contains(table.index(0)) ? codes[table.index(0)] : -1, inputs: table.integers(1) ?? [],
        outputs: table.integers(2) ?? [], options: table.table(4))
    }
    return (graph.integers(1) ?? []).map { number in
      let tensor = graph.table(0, at: number).map(Tensor.init)
      // FLOAT32, FLOAT16 and FLOAT64.
      var use = InputUse(
        name: tensor?.name ?? "", declaredShape: tensor?.shape, isInteger: ![0, 1, 10].contains(tensor?.type ?? 0))
      follow(number, operators, graph, into: &use)
      return use
    }
  }

  /// `BuiltinOperator` of the schema, for each kind of operator.
  var operatorCodes: [Int] {
    root.tables(1).map { code in
      max(Int(code.integer(Int8.self, 0) ?? 0), Int(code.integer(Int32.self, 3) ?? 0))
    }
  }

  private struct Operator {
    /// `BuiltinOperator` of the schema.
    let code: Int
    let inputs: [Int]
    let outputs: [Int]
    let options: FlatTable?
  }

  /// Operators stand in the order in which they run, so every chain ends.
  private func follow(_ tensor: Int, _ operators: [Operator], _ graph: FlatTable, into use: inout InputUse) {
    var same: Set<Int> = [tensor]
    for node in operators {
      for (position, input) in node.inputs.enumerated() where same.contains(input) {
        restrict(&use, by: node, position, in: graph)
        // RESHAPE, SQUEEZE, CAST and EXPAND_DIMS keep the values of their first input.
        if position == 0, [22, 43, 53, 70].contains(node.code) { same.formUnion(node.outputs.prefix(1)) }
      }
    }
  }

  private func restrict(_ use: inout InputUse, by node: Operator, _ position: Int, in graph: FlatTable) {
    func shape(_ input: Int) -> [Int]? {
      node.inputs.indices.contains(input) ? graph.table(0, at: node.inputs[input]).map { Tensor($0).shape } : nil
    }
    switch (node.code, position) {
    case (36, 1):  // GATHER
      let axis = Int(node.options?.integer(Int32.self, 0) ?? 0)
      use.index(into: shape(0).flatMap { $0.element(axis < 0 ? axis + $0.count : axis) })
    case (7, 0): use.index(into: shape(1)?.first)  // EMBEDDING_LOOKUP
    case (107, 1): use.restrict(to: InputUse.indices(into: shape(0)?.min()))  // GATHER_ND
    case (122, 0):  // SCATTER_ND
      let result = node.outputs.first.flatMap { graph.table(0, at: $0).map(Tensor.init) }
      use.restrict(to: InputUse.indices(into: result?.shape.min()))
    case (85, 0): use.restrict(to: 0...0)  // ONE_HOT
    case (48, 1): use.restrict(to: 1...1)  // TOPK_V2
    default: break
    }
  }
}

extension [Int] {
  fileprivate func element(_ index: Int) -> Int? { indices.contains(index) ? self[index] : nil }
}

extension FlatTable {
  func index(_ field: Int) -> Int { Int(integer(UInt32.self, field) ?? 0) }
}
