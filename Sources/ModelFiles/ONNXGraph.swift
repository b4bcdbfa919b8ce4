/// What Assay reads of an ONNX model by itself (fields of onnx.proto3). The bytes must outlive it.
package struct ONNXGraph {
  private let graph: ProtobufMessage
  private var constants: [String: Constant] = [:]
  private var shapes: [String: [Int]] = [:]
  private var consumers: [String: [(node: Node, position: Int)]] = [:]
  private var inputNames: [String] = []

  private struct Node {
    let type: String
    let inputs: [String]
    let outputs: [String]
    let attributes: [ProtobufMessage]

    func integer(_ name: String) -> Int? { attributes.first { $0.text(1) == name }?.integer(3) }
  }

  private struct Table {
    /// `nil` where their number is unknown.
    let rows: Int?
  }

  private struct Constant {
    let shape: [Int]
    /// The first element of an integer tensor.
    let first: Int?

    init(_ tensor: ProtobufMessage) {
      shape = tensor.integers(1)
      let raw = tensor.data(9).map { ByteReader(bytes: $0) }
      first =
        switch tensor.integer(2) {
        case 7: tensor.integer(7) ?? raw?.integer(Int64.self, at: 0).map { Int($0) }
        case 6: tensor.integer(5) ?? raw?.integer(Int32.self, at: 0).map { Int($0) }
        default: nil
        }
    }
  }

  /// `nil` where there is no graph.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard let graph = ProtobufMessage(bytes).messages(7).first else { return nil }
    self.graph = graph
    read(graph)
    inputNames = graph.messages(11).compactMap { $0.text(1) }.filter { constants[$0] == nil }
  }

  /// Reads a graph and those inside its nodes, which may use its names.
  private mutating func read(_ graph: ProtobufMessage) {
    for tensor in graph.messages(5) { tensor.text(8).map { constants[$0] = Constant(tensor) } }
    for value in graph.messages(11) + graph.messages(13) {
      let dimensions = value.messages(2).first?.messages(1).first?.messages(2).first?.messages(1)
      if let name = value.text(1), let dimensions { shapes[name] = dimensions.map { $0.integer(1) ?? -1 } }
    }
    for message in graph.messages(1) {
      let attributes = message.messages(5)
      let node = Node(
        type: message.text(4) ?? "", inputs: message.texts(1), outputs: message.texts(2), attributes: attributes)
      for (position, input) in node.inputs.enumerated() { consumers[input, default: []].append((node, position)) }
      if node.type == "Constant", let output = node.outputs.first {
        attributes.first { $0.text(1) == "value" }?.messages(5).first.map { constants[output] = Constant($0) }
      }
      for attribute in attributes { for inner in attribute.messages(6) + attribute.messages(11) { read(inner) } }
    }
  }

  /// The inputs of the model, in its order, and what they feed.
  package var inputs: [InputUse] {
    inputNames.map { name in
      var use = InputUse(name: name)
      var seen: Set<String> = []
      follow(name, into: &use, seen: &seen)
      return use
    }
  }

  private func follow(_ name: String, into use: inout InputUse, seen: inout Set<String>) {
    guard seen.insert(name).inserted else { return }
    for (node, position) in consumers[name] ?? [] {
      if let table = table(of: node, position) {
        use.index(into: table.rows)
      } else if let range = range(of: node, position) {
        use.restrict(to: range)
      }
      guard Self.keepsValues(node.type, position) else { continue }
      for output in node.outputs.prefix(1) { follow(output, into: &use, seen: &seen) }
    }
  }

  private static func keepsValues(_ type: String, _ position: Int) -> Bool {
    switch type {
    case "Cast", "Expand", "Flatten", "Identity", "Reshape", "Slice", "Squeeze", "Tile", "Transpose", "Unsqueeze":
      position == 0
    case "Concat": true
    default: false
    }
  }

  /// What a node indexes by one of its inputs; `nil` for nothing.
  private func table(of node: Node, _ position: Int) -> Table? {
    switch (node.type, position) {
    case ("Gather", 1), ("GatherElements", 1), ("ScatterElements", 1):
      Table(rows: size(of: node.inputs[0], axis: node.integer("axis") ?? 0))
    default: nil
    }
  }

  /// The values that a node takes at one of its inputs; `nil` where it takes any.
  private func range(of node: Node, _ position: Int) -> ClosedRange<Int>? {
    switch (node.type, position) {
    case ("GatherND", 1), ("ScatterND", 1): return InputUse.indices(into: shape(of: node.inputs[0])?.min())
    case ("OneHot", 0): return InputUse.indices(into: node.inputs.count > 1 ? constants[node.inputs[1]]?.first : nil)
    case ("Equal", 0...1) where node.inputs.count == 2:
      // A single number that the graph compares, such as a sample rate, should be the number that it expects.
      guard (shape(of: node.inputs[position]) ?? [2]).allSatisfy({ $0 == 1 }) else { return nil }
      return constants[node.inputs[1 - position]]?.first.map { $0...$0 }
    case ("TopK", 1), ("ConstantOfShape", 0), ("Expand", 1), ("Tile", 1), ("Resize", 3), ("OneHot", 1), ("Slice", 2),
      ("Slice", 4), ("Range", 1), ("Range", 2):
      return 1...1
    case ("Slice", 1), ("Slice", 3), ("Pad", 1), ("Range", 0), ("CumSum", 1): return 0...0
    default: return nil
    }
  }

  private func shape(of name: String) -> [Int]? { constants[name]?.shape ?? shapes[name] }

  private func size(of name: String, axis: Int) -> Int? {
    guard let shape = shape(of: name) else { return nil }
    let index = axis < 0 ? axis + shape.count : axis
    return shape.indices.contains(index) && shape[index] > 0 ? shape[index] : nil
  }
}
