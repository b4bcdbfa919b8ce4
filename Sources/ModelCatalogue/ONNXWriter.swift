package import AssayCore
import ModelFiles

/// Writes a network as an ONNX model (fields of onnx.proto3), in pieces: the parameters never lie in memory together.
package struct ONNXWriter {
  /// Read by every engine of the last years. Nothing here needs a later one.
  private static let (opset, formatVersion) = (13, 8)

  private let network: Network
  private let name: String
  private let metadata: [(key: String, value: String)]

  /// - Parameter metadata: for the model's `metadata_props`.
  package init(_ network: Network, name: String, metadata: [(key: String, value: String)] = []) {
    (self.network, self.name, self.metadata) = (network, name, metadata)
  }

  /// Writes the model. A file of this name is replaced once all of it is written.
  ///
  /// - Throws: `.inputOutput`; and what `values` throws.
  package func write(to path: String, values: some ParameterValues) throws(AssayError) {
    let file = try ReplacedFile(path)
    let graph = graph.bytes
    let heads = network.parameters.map(Self.head)
    let length = zip(heads, network.parameters).reduce(graph.count) { $0 + $1.0.count + $1.1.bytes }
    var model = model
    model.begin(7, length: length)
    try file.write(model.bytes)
    try file.write(graph)
    for (number, (head, parameter)) in zip(heads, network.parameters).enumerated() {
      try file.write(head)
      switch parameter.content {
      case .weights, .biases:
        try values.read(parameter, number: number) { (piece) throws(AssayError) in try file.write(numbers: piece) }
      case .floats(let numbers): try file.write(numbers: numbers)
      case .integers(let numbers): try file.write(numbers: numbers)
      }
    }
    try file.finish()
  }

  /// All but the graph.
  private var model: ProtobufWriter {
    var model = ProtobufWriter()
    model.field(1, Self.formatVersion)
    model.field(2, "assay")
    model.field(3, AssayVersion.current)
    model.field(8) {
      $0.field(1, "")
      $0.field(2, Self.opset)
    }
    for (key, value) in metadata {
      model.field(14) {
        $0.field(1, key)
        $0.field(2, value)
      }
    }
    return model
  }

  /// All but the parameters.
  private var graph: ProtobufWriter {
    var graph = ProtobufWriter()
    graph.field(2, name)
    for node in network.nodes { graph.field(1) { Self.write(node, into: &$0) } }
    for input in network.inputs { graph.field(11) { Self.write(input, into: &$0) } }
    for output in network.outputs { graph.field(12) { Self.write(output, into: &$0) } }
    return graph
  }

  /// Everything before the numbers of a parameter.
  private static func head(_ parameter: Network.Parameter) -> [UInt8] {
    var tensor = ProtobufWriter()
    for size in parameter.shape { tensor.field(1, size) }
    tensor.field(2, parameter.elementType)
    tensor.field(8, parameter.name)
    tensor.begin(9, length: parameter.bytes)
    var head = ProtobufWriter()
    head.begin(5, length: tensor.bytes.count + parameter.bytes)
    return head.bytes + tensor.bytes
  }

  private static func write(_ node: Network.Node, into message: inout ProtobufWriter) {
    for input in node.inputs { message.field(1, input) }
    message.field(2, node.output)
    message.field(3, node.output)
    message.field(4, node.type)
    for (name, value) in node.attributes {
      message.field(5) {
        $0.field(1, name)
        switch value {
        case .float(let number):
          $0.field(2, number)
          $0.field(20, 1)
        case .integer(let number):
          $0.field(3, number)
          $0.field(20, 2)
        case .integers(let numbers):
          for number in numbers { $0.field(8, number) }
          $0.field(20, 7)
        }
      }
    }
  }

  private static func write(_ port: Network.Port, into message: inout ProtobufWriter) {
    message.field(1, port.name)
    message.field(2) {
      $0.field(1) {
        $0.field(1, 1)
        $0.field(2) { shape in
          for size in port.shape { shape.field(1) { $0.field(1, size) } }
        }
      }
    }
  }
}

extension Network.Parameter {
  /// FLOAT or INT64.
  fileprivate var elementType: Int { if case .integers = content { 7 } else { 1 } }
  fileprivate var bytes: Int { count * (elementType == 7 ? 8 : 4) }
}
