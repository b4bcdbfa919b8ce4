/// What Assay reads of an ONNX model by itself (fields of onnx.proto3). The bytes must outlive it.
package struct ONNXGraph {
  private let graph: ProtobufMessage
  private(set) var constants: [String: Constant] = [:]
  private var shapes: [String: [Int]] = [:]
  private var elementTypes: [String: Int] = [:]
  private var consumers: [String: [(node: Node, position: Int)]] = [:]
  private var inputNames: [String] = []

  struct Node {
    let type: String
    let inputs: [String]
    let outputs: [String]
    let attributes: [ProtobufMessage]
    let name: String
    let domain: String

    init(_ message: ProtobufMessage) {
      type = message.text(4) ?? ""
      inputs = message.texts(1)
      outputs = message.texts(2)
      attributes = message.messages(5)
      name = message.text(3) ?? ""
      domain = message.text(7) ?? ""
    }

    /// The graphs inside it, with the names of their attributes.
    var bodies: [(name: String, graph: ProtobufMessage)] {
      attributes.flatMap { attribute in
        (attribute.messages(6) + attribute.messages(11)).map { (attribute.text(1) ?? "", $0) }
      }
    }

    func integer(_ name: String) -> Int? { attributes.first { $0.text(1) == name }?.integer(3) }
  }

  struct Constant {
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
  private mutating func read(_ graph: ProtobufMessage, depth: Int = 0) {
    guard depth < ProtobufMessage.deepestGraph else { return }
    for tensor in graph.messages(5) { tensor.text(8).map { constants[$0] = Constant(tensor) } }
    for value in graph.messages(11) + graph.messages(12) + graph.messages(13) {
      let tensor = value.messages(2).first?.messages(1).first
      guard let name = value.text(1), let tensor else { continue }
      if let shape = tensor.messages(2).first { shapes[name] = shape.messages(1).map { $0.integer(1) ?? -1 } }
      elementTypes[name] = tensor.integer(1)
    }
    for message in graph.messages(1) {
      let node = Node(message)
      for (position, input) in node.inputs.enumerated() { consumers[input, default: []].append((node, position)) }
      if node.type == "Constant", let output = node.outputs.first {
        node.attributes.first { $0.text(1) == "value" }?.messages(5).first.map { constants[output] = Constant($0) }
      }
      for body in node.bodies { read(body.graph, depth: depth + 1) }
    }
  }

  /// The inputs of the model, in its order, and what they feed.
  package var inputs: [InputUse] {
    inputNames.map { name in
      // FLOAT, FLOAT16, DOUBLE and BFLOAT16.
      var use = InputUse(
        name: name, declaredShape: shapes[name], isInteger: ![1, 10, 11, 16].contains(elementTypes[name]))
      var seen: Set<String> = []
      follow(name, into: &use, elements: shape(of: name).flatMap(Self.vectorLength), seen: &seen)
      return use
    }
  }

  /// - Parameter elements: of a vector or scalar that arrives whole; `nil` for others.
  private func follow(_ name: String, into use: inout InputUse, elements: Int?, seen: inout Set<String>) {
    guard seen.count < InputUse.longestChain, seen.insert(name).inserted else { return }
    for (node, position) in consumers[name] ?? [] {
      if let table = table(of: node, position) {
        use.index(into: table.rows)
      } else if let range = range(of: node, position, isInteger: use.isInteger) {
        use.restrict(to: range)
      }
      if let count = elements, let elements = self.elements(of: node, position, count: count) { use.propose(elements) }
      guard Self.keepsValues(node.type, position) else { continue }
      let isWhole = ["Cast", "Identity"].contains(node.type)
      for output in node.outputs.prefix(1) {
        follow(output, into: &use, elements: isWhole ? elements : nil, seen: &seen)
      }
    }
  }

  /// The number of elements of a scalar or a short vector: as many as a tensor has dimensions, or parts.
  private static func vectorLength(_ shape: [Int]) -> Int? {
    shape.count < 2 && shape.allSatisfy { (0...256).contains($0) } ? shape.first ?? 1 : nil
  }

  private static func keepsValues(_ type: String, _ position: Int) -> Bool {
    switch type {
    case "Cast", "Expand", "Flatten", "Identity", "Reshape", "Slice", "Squeeze", "Tile", "Transpose", "Unsqueeze":
      position == 0
    case "Concat": true
    default: false
    }
  }

  func shape(of name: String) -> [Int]? { constants[name]?.shape ?? shapes[name] }

  func size(of name: String, axis: Int) -> Int? {
    guard let shape = shape(of: name) else { return nil }
    let index = axis < 0 ? axis + shape.count : axis
    return shape.indices.contains(index) && shape[index] > 0 ? shape[index] : nil
  }
}
