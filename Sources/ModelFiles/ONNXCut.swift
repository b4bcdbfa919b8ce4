import AssayCore

/// Cuts single operations out of an ONNX model, as models of their own.
struct ONNXCut {
  /// Larger constants become inputs: their values do not matter for whether an engine has the operation.
  private static let largestConstant = 1 << 24

  private let model: ProtobufMessage
  /// By the name of their first output, which no other operation of the graph has.
  private var nodes: [String: ProtobufMessage] = [:]
  /// By name.
  private var constants: [String: ProtobufMessage] = [:]

  /// - Parameter bytes: must outlive it.
  init?(_ bytes: UnsafeRawBufferPointer) {
    model = ProtobufMessage(bytes)
    guard let graph = model.messages(7).first else { return nil }
    for tensor in graph.messages(5) { if let name = tensor.text(8) { constants[name] = tensor } }
    for node in graph.messages(1) {
      guard let name = node.texts(2).first(where: { !$0.isEmpty }) else { continue }
      nodes[name] = node
      guard node.text(4) == "Constant", let tensor = node.messages(5).first?.messages(5).first else { continue }
      constants[name] = tensor
    }
  }

  /// - Parameter layer: of the graph that runs.
  /// - Returns: `nil` for an operation with graphs inside, and for one whose inputs have no known type or rank.
  func operation(_ layer: InspectedLayer) -> [UInt8]? {
    guard let name = layer.outputs.first(where: { !$0.name.isEmpty })?.name, let node = nodes[name],
      node.messages(5).allSatisfy({ $0.messages(6).isEmpty && $0.messages(11).isEmpty })
    else { return nil }
    let tensors = Dictionary((layer.inputs + layer.outputs).map { ($0.name, $0) }) { $1 }
    var graph = ProtobufWriter()
    graph.field(1, Array(node.bytes))
    graph.field(2, "operation")
    var seen: Set<String> = []
    for name in node.texts(1) where !name.isEmpty && seen.insert(name).inserted {
      if let tensor = constants[name], tensor.bytes.count <= Self.largestConstant, tensor.integer(14) != 1 {
        graph.field(5, Self.tensor(tensor, named: name))
      } else if let value = tensors[name].flatMap({ Self.value($0, named: name) }) {
        graph.field(11, value)
      } else {
        return nil
      }
    }
    for name in node.texts(2) where !name.isEmpty {
      graph.field(12, tensors[name].flatMap { Self.value($0, named: name) } ?? Self.unknown(name))
    }
    var result = ProtobufWriter()
    result.field(1, model.integer(1) ?? 8)
    result.field(7, graph.bytes)
    for field in [8, 25] { for message in model.messages(field) { result.field(field, Array(message.bytes)) } }
    return result.bytes
  }

  /// The tensor of a node of the type Constant may have another name, or none. Of two names, readers take the last.
  private static func tensor(_ tensor: ProtobufMessage, named name: String) -> [UInt8] {
    guard tensor.text(8) != name else { return Array(tensor.bytes) }
    var writer = ProtobufWriter()
    writer.field(8, name)
    return Array(tensor.bytes) + writer.bytes
  }

  /// A ValueInfoProto.
  private static func value(_ tensor: InspectedTensor, named name: String) -> [UInt8]? {
    guard let type = tensor.type.flatMap(ONNXTypes.number), let shape = tensor.shape else { return nil }
    var writer = ProtobufWriter()
    writer.field(1, name)
    writer.field(2) { value in
      value.field(1) { tensor in
        tensor.field(1, type)
        tensor.field(2) { dimensions in
          for size in shape { dimensions.field(1) { if size >= 0 { $0.field(1, size) } else { $0.field(2, "n") } } }
        }
      }
    }
    return writer.bytes
  }

  private static func unknown(_ name: String) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.field(1, name)
    return writer.bytes
  }
}
