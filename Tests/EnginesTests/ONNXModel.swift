import Foundation

/// Tiny ONNX models, written out as protocol buffers (onnx.proto3 of the ONNX specification), so that a test can say in a line
/// what it runs.
struct ONNXModel {
  /// An input or output.
  enum Port {
    /// A tensor of `element` (TensorProto.DataType); a `nil` shape stands for an unknown rank.
    case tensor(String, element: Int = 1, [Dimension]?)
    /// A sequence of float32 tensors.
    case sequence(String)
  }

  enum Dimension: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case size(Int)
    case named(String)
    init(integerLiteral size: Int) { self = .size(size) }
    init(stringLiteral name: String) { self = .named(name) }
  }

  struct Node {
    let type: String
    let inputs: [String]
    let outputs: [String]
    var attributes: [String: Int] = [:]
  }

  static let int64 = 7
  static let string = 8

  var inputs: [Port]
  var outputs: [Port]
  var nodes: [Node]
  /// One-dimensional int64 tensors that the model holds.
  var constants: [String: [Int]] = [:]
  var operatorSet = 13

  /// Writes the model into a file of its own, which `body` may read.
  func withFile<Result>(_ body: (String) throws -> Result) throws -> Result {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).onnx")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file.path)
  }

  var bytes: [UInt8] {
    let graph =
      nodes.flatMap { field(1, Self.bytes($0)) } + text(2, "test")
      + constants.flatMap {
        field(5, varint(1, $1.count) + varint(2, Self.int64) + $1.flatMap { varint(7, $0) } + text(8, $0))
      }
      + inputs.flatMap { field(11, Self.bytes($0)) } + outputs.flatMap { field(12, Self.bytes($0)) }
    return varint(1, 8) + field(7, graph) + field(8, varint(2, operatorSet))
  }

  /// Graphs, each in an attribute of the only node of the one around it.
  static func nested(graphs: Int) -> [UInt8] {
    field(7, (0..<graphs).reduce([]) { inner, _ in field(1, field(5, field(6, inner))) })
  }

  private static func bytes(_ node: Node) -> [UInt8] {
    node.inputs.flatMap { text(1, $0) } + node.outputs.flatMap { text(2, $0) } + text(4, node.type)
      + node.attributes.flatMap { field(5, text(1, $0) + varint(3, $1) + varint(20, 2)) }
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
