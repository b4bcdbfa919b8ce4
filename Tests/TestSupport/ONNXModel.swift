import Foundation

/// Tiny ONNX models, written out as protocol buffers (onnx.proto3 of the ONNX specification), so that a test can say in a line
/// what it runs.
public struct ONNXModel: Sendable {
  /// An input or output.
  public enum Port: Sendable {
    /// A tensor of `element` (TensorProto.DataType); a `nil` shape stands for an unknown rank.
    case tensor(String, element: Int = 1, [Dimension]?)
    /// A sequence of float32 tensors.
    case sequence(String)
  }

  public enum Dimension: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case size(Int)
    case named(String)
    public init(integerLiteral size: Int) { self = .size(size) }
    public init(stringLiteral name: String) { self = .named(name) }
  }

  /// An integer, or several.
  public enum Attribute: Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    case integer(Int)
    case integers([Int])
    public init(integerLiteral number: Int) { self = .integer(number) }
    public init(arrayLiteral numbers: Int...) { self = .integers(numbers) }
  }

  public struct Node: Sendable {
    let type: String
    let inputs: [String]
    let outputs: [String]
    let attributes: [String: Attribute]

    public init(type: String, inputs: [String], outputs: [String], attributes: [String: Attribute] = [:]) {
      (self.type, self.inputs, self.outputs, self.attributes) = (type, inputs, outputs, attributes)
    }
  }

  public static let int64 = 7
  public static let string = 8

  public var inputs: [Port]
  public var outputs: [Port]
  public var nodes: [Node]
  /// One-dimensional int64 tensors that the model holds.
  public var constants: [String: [Int]] = [:]
  /// Shapes of float32 tensors of zeros that the model holds.
  public var weights: [String: [Int]] = [:]
  public var operatorSet = 13

  public init(
    inputs: [Port], outputs: [Port], nodes: [Node], constants: [String: [Int]] = [:], weights: [String: [Int]] = [:],
    operatorSet: Int = 13
  ) {
    (self.inputs, self.outputs, self.nodes, self.operatorSet) = (inputs, outputs, nodes, operatorSet)
    (self.constants, self.weights) = (constants, weights)
  }

  /// Writes the model into a file of its own, which `body` may read.
  public func withFile<Result>(_ body: (String) throws -> Result) throws -> Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).onnx")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file.path)
  }

  public var bytes: [UInt8] { bytes(graph) }

  private func bytes(_ graph: [UInt8]) -> [UInt8] { varint(1, 8) + field(7, graph) + field(8, varint(2, operatorSet)) }

  /// The model up to where the values of a large tensor begin, which must follow: 4 bytes for each element.
  public func bytes(withWeights name: String, of shape: [Int]) -> [UInt8] {
    let count = 4 * shape.reduce(1, *)
    let tensor = shape.flatMap { varint(1, $0) } + varint(2, 1) + text(8, name) + varint(9 << 3 | 2) + varint(count)
    let graph = graph + varint(5 << 3 | 2) + varint(tensor.count + count) + tensor
    return varint(1, 8) + field(8, varint(2, operatorSet)) + varint(7 << 3 | 2) + varint(graph.count + count) + graph
  }

  private var graph: [UInt8] {
    nodes.flatMap { field(1, Self.bytes($0)) } + text(2, "test")
      + constants.flatMap {
        field(5, varint(1, $1.count) + varint(2, Self.int64) + $1.flatMap { varint(7, $0) } + text(8, $0))
      }
      + weights.flatMap { name, shape in
        let zeros = [UInt8](repeating: 0, count: 4 * shape.reduce(1, *))
        return field(5, shape.flatMap { varint(1, $0) } + varint(2, 1) + text(8, name) + field(9, zeros))
      }
      + inputs.flatMap { field(11, Self.bytes($0)) } + outputs.flatMap { field(12, Self.bytes($0)) }
  }

  /// Graphs, each in an attribute of the only node of the one around it.
  public static func nested(graphs: Int) -> [UInt8] {
    field(7, (0..<graphs).reduce([]) { inner, _ in field(1, field(5, field(6, inner))) })
  }

  private static func bytes(_ node: Node) -> [UInt8] {
    node.inputs.flatMap { text(1, $0) } + node.outputs.flatMap { text(2, $0) } + text(4, node.type)
      + node.attributes.flatMap { field(5, text(1, $0) + bytes($1)) }
  }

  private static func bytes(_ attribute: Attribute) -> [UInt8] {
    switch attribute {
    case .integer(let number): varint(3, number) + varint(20, 2)
    case .integers(let numbers): numbers.flatMap { varint(8, $0) } + varint(20, 7)
    }
  }

  private static func bytes(_ port: Port) -> [UInt8] {
    switch port {
    case .tensor(let name, let element, let shape):
      let dimensions = shape?.flatMap { dimension -> [UInt8] in
        switch dimension {
        case .size(let size): field(1, varint(1, size))
        case .named(let name): field(1, text(2, name))
        }
      }
      return text(1, name) + field(2, field(1, varint(1, element) + (dimensions.map { field(2, $0) } ?? [])))
    case .sequence(let name):
      return text(1, name) + field(2, field(4, field(1, field(1, varint(1, 1)))))
    }
  }
}

// Protocol buffers: a key of field number and wire type, then a varint, or a length and as many bytes.
private func varint(_ value: Int) -> [UInt8] {
  var (rest, bytes) = (UInt64(bitPattern: Int64(value)), [UInt8]())
  while rest > 0x7f {
    bytes.append(UInt8(rest & 0x7f) | 0x80)
    rest >>= 7
  }
  return bytes + [UInt8(rest)]
}

private func varint(_ number: Int, _ value: Int) -> [UInt8] { varint(number << 3) + varint(value) }
private func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] { varint(number << 3 | 2) + varint(bytes.count) + bytes }
private func text(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
