import AssayCore

/// Cuts single operations out of a TFLite model: the file as it is, with one operation left in its first subgraph.
struct TFLiteCut {
  private let bytes: UnsafeRawBufferPointer
  private let root: FlatTable
  private let graph: FlatTable

  /// - Parameter signature: whose subgraph has the operations; `nil` for the first.
  init?(_ bytes: UnsafeRawBufferPointer, signature: String?) {
    guard let model = TFLiteGraph(bytes), let graph = model.root.table(2, at: model.subgraph(running: signature) ?? 0)
    else { return nil }
    (self.bytes, root, self.graph) = (bytes, model.root, graph)
  }

  /// - Parameter layer: of the graph that runs.
  /// - Returns: `nil` for a file whose tables do not lie as libraries write them.
  func operation(_ layer: InspectedLayer) -> [UInt8]? {
    guard let node = graph.table(3, at: layer.index), let operators = graph.vectorPlace(3),
      let subgraphs = root.vectorPlace(2), let inputs = node.integers(1), let outputs = node.integers(2),
      inputs.count == layer.inputs.count, let inputField = graph.fieldPlace(1), let outputField = graph.fieldPlace(2),
      let offset = UInt32(exactly: node.place - operators.first),
      let start = UInt32(exactly: graph.place - subgraphs.first)
    else { return nil }
    var result = Array(bytes)
    // Engines run the first subgraph.
    Self.put(start, at: subgraphs.first, in: &result)
    // The vector of operations keeps one, which leads to the chosen table.
    Self.put(1, at: operators.first - 4, in: &result)
    Self.put(offset, at: operators.first, in: &result)
    // Signatures name tensors that are no inputs and outputs now.
    if let signatures = root.vectorPlace(7) { Self.put(0, at: signatures.first - 4, in: &result) }
    let taken = zip(inputs, layer.inputs).filter { $0 >= 0 && !$1.isConstant }.map(\.0)
    for (field, numbers) in [(inputField, taken), (outputField, outputs)] {
      guard Self.append(numbers, to: &result, referenceAt: field) else { return nil }
    }
    return result
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
