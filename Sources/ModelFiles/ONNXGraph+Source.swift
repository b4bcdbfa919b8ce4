extension ONNXGraph {
  /// The whole model.
  static func sourceModel(_ bytes: UnsafeRawBufferPointer) throws(SourceModelDamage) -> SourceModel {
    let message = ProtobufMessage(bytes)
    guard message.isWhole else { throw SourceModelDamage("it is no message of ONNX, or cut off") }
    guard let graph = message.messages(7).first else { throw SourceModelDamage("it has no graph") }
    var reader = ONNXSourceReader(functions: message.messages(25))
    try reader.read(main: graph)
    var model = reader.model
    let producer = [message.text(2), message.text(3)].compactMap(\.self).filter { !$0.isEmpty }
    model.facts = [
      ("producer", producer.isEmpty ? nil : producer.joined(separator: " ")),
      ("ir_version", message.integer(1).map { "\($0)" }),
      ("domain", message.text(4)), ("model_version", message.integer(5).map { "\($0)" }),
      ("graph", graph.text(2)), ("description", message.text(6)),
    ].compactMap { name, value in value.flatMap { $0.isEmpty ? nil : SourceModel.Fact(name: name, value: $0) } }
    model.facts += message.messages(8).map { opset in
      let domain = opset.text(1) ?? ""
      return SourceModel.Fact(
        name: "opset \(domain.isEmpty ? "ai.onnx" : domain)", value: "\(opset.integer(2) ?? 0)")
    }
    model.metadata = message.messages(14).map {
      SourceModel.Fact(name: $0.text(1) ?? "", value: $0.text(2) ?? "")
    }
    return model
  }
}

/// Why a file cannot be read.
struct SourceModelDamage: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// Reads the graph of an ONNX model and those inside its nodes, which may use its names.
private struct ONNXSourceReader {
  private(set) var model = SourceModel()
  /// The numbers of tensors by name, of the outermost graph first.
  private var scopes: [[String: Int]] = []
  private let functions: [ProtobufMessage]
  /// By domain and name.
  private var functionGraphs: [[String]: Int] = [:]

  init(functions: [ProtobufMessage]) { self.functions = functions }

  mutating func read(main graph: ProtobufMessage) throws(SourceModelDamage) {
    model.graphs = [SourceGraph(name: "")]
    for (index, function) in functions.enumerated() {
      let name = function.text(1) ?? ""
      functionGraphs[[function.text(10) ?? "", name]] = index + 1
      model.graphs.append(SourceGraph(name: name))
    }
    try read(graph, into: 0)
    for (index, function) in functions.enumerated() {
      scopes.append([:])
      model.graphs[index + 1].inputs = function.texts(4).map { number(of: $0) }
      try readNodes(function.messages(7), of: function, into: index + 1)
      model.graphs[index + 1].outputs = function.texts(5).map { number(of: $0) }
      scopes.removeLast()
    }
  }

  private mutating func read(_ graph: ProtobufMessage, into index: Int) throws(SourceModelDamage) {
    guard scopes.count < ProtobufMessage.deepestGraph else {
      throw SourceModelDamage("more than \(ProtobufMessage.deepestGraph) graphs lie inside each other")
    }
    guard graph.isWhole else { throw SourceModelDamage("its graph is cut off") }
    scopes.append([:])
    for tensor in graph.messages(5) { declare(SourceTensor(onnx: tensor)) }
    for tensor in graph.messages(15) { declare(SourceTensor(onnxSparse: tensor)) }
    let inputs = graph.messages(11)
    for value in inputs + graph.messages(12) + graph.messages(13) { describe(value) }
    model.graphs[index].inputs = inputs.compactMap { $0.text(1) }.map { number(of: $0) }
      .filter { !model.tensors[$0].isConstant }
    try readNodes(graph.messages(1), of: graph, into: index)
    model.graphs[index].outputs = graph.messages(12).compactMap { $0.text(1) }.map { number(of: $0) }
    scopes.removeLast()
  }

  private mutating func readNodes(
    _ nodes: [ProtobufMessage], of owner: ProtobufMessage, into index: Int
  ) throws(SourceModelDamage) {
    for (place, message) in nodes.enumerated() {
      guard message.isWhole else { throw SourceModelDamage("node \(place) is cut off") }
      let node = ONNXGraph.Node(message)
      if node.type == "Constant", let output = node.outputs.first, let tensor = Self.constant(node) {
        declare(tensor, named: output)
        continue
      }
      let inputs = node.inputs.map { $0.isEmpty ? nil : number(of: $0) }
      var bodies: [Int] = []
      for (name, inner) in node.bodies {
        model.graphs.append(SourceGraph(name: "\(node.name.isEmpty ? node.type : node.name), \(name)"))
        bodies.append(model.graphs.count - 1)
        try read(inner, into: bodies[bodies.count - 1])
      }
      bodies += [functionGraphs[[node.domain, node.type]]].compactMap(\.self)
      let outputs = node.outputs.map { $0.isEmpty ? nil : number(of: $0, isNew: true) }
      var source = SourceNode(
        name: node.name.isEmpty ? node.outputs.first ?? "" : node.name, operation: node.type, inputs: inputs,
        outputs: outputs)
      source.domain = ["", "ai.onnx"].contains(node.domain) ? "" : node.domain
      for attribute in node.attributes {
        if let name = attribute.text(1), let value = Self.value(attribute) { source.attributes[name] = value }
      }
      source.bodies = bodies
      model.graphs[index].nodes.append(source)
    }
  }

  /// A name in the graphs around, innermost first; a new tensor where there is none.
  ///
  /// - Parameter isNew: an output hides what a graph around calls the same.
  private mutating func number(of name: String, isNew: Bool = false) -> Int {
    for scope in scopes.suffix(isNew ? 1 : scopes.count).reversed() {
      if let number = scope[name] { return number }
    }
    let number = model.add(SourceTensor(name: name))
    scopes[scopes.count - 1][name] = number
    return number
  }

  private mutating func declare(_ tensor: SourceTensor, named name: String? = nil) {
    var tensor = tensor
    tensor.name = name ?? tensor.name
    let number = number(of: tensor.name, isNew: true)
    model.tensors[number] = tensor
  }

  /// Takes type and shape of an input, an output or a value between.
  private mutating func describe(_ value: ProtobufMessage) {
    guard let name = value.text(1) else { return }
    let number = number(of: name, isNew: true)
    guard !model.tensors[number].isConstant, let type = value.messages(2).first else { return }
    guard let tensor = type.messages(1).first else {
      model.tensors[number].type = type.messages(4).isEmpty ? nil : "sequence"
      return
    }
    model.tensors[number].type = tensor.integer(1).flatMap(ONNXTypes.name)
    model.tensors[number].shape = tensor.messages(2).first.map { $0.messages(1).map { $0.integer(1) ?? -1 } }
  }

  /// What a node of the type Constant holds.
  private static func constant(_ node: ONNXGraph.Node) -> SourceTensor? {
    for attribute in node.attributes {
      switch attribute.text(1) {
      case "value": return attribute.messages(5).first.map { SourceTensor(onnx: $0) }
      case "sparse_value": return attribute.messages(22).first.map { SourceTensor(onnxSparse: $0) }
      case "value_float": return scalars("float32", [], value(attribute))
      case "value_int": return scalars("int64", [], value(attribute))
      case "value_floats", "value_ints":
        let value = value(attribute)
        let count = value?.reals?.count ?? 0
        return scalars(attribute.text(1) == "value_ints" ? "int64" : "float32", [count], value)
      default: continue
      }
    }
    return nil
  }

  private static func scalars(_ type: String, _ shape: [Int], _ value: SourceValue?) -> SourceTensor {
    var tensor = SourceTensor(name: "", type: type, shape: shape)
    (tensor.isConstant, tensor.value) = (true, value)
    return tensor
  }

  private static func value(_ attribute: ProtobufMessage) -> SourceValue? {
    for (field, value) in attribute {
      switch (field, value) {
      case (2, .number): return attribute.real(2).map { .reals([$0]) }
      case (3, .number(let number)): return .bounded([Int(truncatingIfNeeded: number)])
      case (4, .bytes(let bytes)): return .text(String(decoding: bytes.prefix(1000), as: UTF8.self))
      case (7, _): return .reals(attribute.reals(7, limit: SourceTensor.longestValue))
      case (8, _): return .bounded(attribute.integers(8).prefix(SourceTensor.longestValue))
      default: continue
      }
    }
    return nil
  }
}
