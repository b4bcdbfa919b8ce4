import AssayCore

/// Cuts single operations out of a TFLite model: the file as it is, with one operation left in its first subgraph.
struct TFLiteCut {
  private let bytes: UnsafeRawBufferPointer
  private let root: FlatTable
  private let graph: FlatTable
  /// `BuiltinOperator` of the schema, for each kind of operator.
  private let codes: [Int]
  /// The numbers of tensors that keep state, and where the file says so.
  private let states: [(tensor: Int, place: Int)]

  /// - Parameter signature: whose subgraph has the operations; `nil` for the first.
  init?(_ bytes: UnsafeRawBufferPointer, signature: String?) {
    guard let model = TFLiteGraph(bytes), let graph = model.root.table(2, at: model.subgraph(running: signature) ?? 0)
    else { return nil }
    (self.bytes, root, self.graph) = (bytes, model.root, graph)
    codes = model.operatorCodes
    states = graph.tables(0).enumerated().compactMap { number, tensor in
      guard TFLiteGraph.Tensor(tensor).isVariable, let place = tensor.fieldPlace(5, count: 1) else { return nil }
      return (number, place)
    }
  }

  /// - Parameter layer: of the graph that runs.
  /// - Returns: `nil` for an operation with graphs inside, and for a file whose tables do not lie as libraries write them.
  func operation(_ layer: InspectedLayer) -> [UInt8]? {
    guard let node = graph.table(3, at: layer.index), hasNoGraphs(node), let inputs = node.integers(1),
      let outputs = node.integers(2), inputs.count == layer.inputs.count, let code = root.table(1, at: node.index(0)),
      let kinds = root.vectorPlace(1), let subgraphs = root.vectorPlace(2), let operators = graph.vectorPlace(3),
      let inputField = graph.fieldPlace(1, count: 4), let outputField = graph.fieldPlace(2, count: 4)
    else { return nil }
    var result = Array(bytes)
    guard Self.keep([graph], of: subgraphs, in: &result), Self.keep([node], of: operators, in: &result),
      // Engines refuse a file with a kind that they lack, even if no operation is of it.
      Self.keep(Array(repeating: code, count: kinds.count), of: kinds, in: &result)
    else { return nil }
    // Signatures name tensors that are no inputs and outputs now.
    if let signatures = root.vectorPlace(7) { Self.put(0, at: signatures.first - 4, in: &result) }
    // Nor do all engines take state, whoever has it.
    for state in states where !(inputs + outputs).contains(state.tensor) { result[state.place] = 0 }
    var seen: Set<Int> = []
    let taken = zip(inputs, layer.inputs).filter { $0 >= 0 && !$1.isConstant && seen.insert($0).inserted }.map(\.0)
    for (field, numbers) in [(inputField, taken), (outputField, outputs)] {
      guard Self.append(numbers, to: &result, referenceAt: field) else { return nil }
    }
    return result
  }

  private func hasNoGraphs(_ node: FlatTable) -> Bool {
    let place = node.index(0)
    // Newer operations have the numbers of their graphs in other options.
    return codes.indices.contains(place) && TFLiteOptions.subgraphs[codes[place]] == nil && !node.has(12)
  }

  /// Has a vector of tables lead to these.
  private static func keep(
    _ tables: [FlatTable], of vector: (first: Int, count: Int), in bytes: inout [UInt8]
  ) -> Bool {
    put(UInt32(tables.count), at: vector.first - 4, in: &bytes)
    for (number, table) in tables.enumerated() {
      let place = vector.first + 4 * number
      guard let distance = UInt32(exactly: table.place - place) else { return false }
      put(distance, at: place, in: &bytes)
    }
    return true
  }

  /// Writes a vector behind the file, and has a field lead to it.
  private static func append(_ numbers: [Int], to bytes: inout [UInt8], referenceAt field: Int) -> Bool {
    while bytes.count % 4 != 0 { bytes.append(0) }
    let start = bytes.count
    guard let distance = UInt32(exactly: start - field) else { return false }
    put(distance, at: field, in: &bytes)
    bytes += [UInt8](repeating: 0, count: 4 + 4 * numbers.count)
    put(UInt32(numbers.count), at: start, in: &bytes)
    for (place, number) in numbers.enumerated() {
      put(UInt32(truncatingIfNeeded: number), at: start + 4 + 4 * place, in: &bytes)
    }
    return true
  }

  private static func put(_ value: UInt32, at place: Int, in bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(place..<place + 4, with: $0) }
  }
}
