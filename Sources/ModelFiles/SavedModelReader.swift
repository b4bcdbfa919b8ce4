/// Follows a SavedModel's graph from the outputs of a signature to its inputs, through the functions that it calls.
struct SavedModelReader {
  private(set) var model = SourceModel()
  private let graph: ProtobufMessage
  private var functions: [String: ProtobufMessage] = [:]

  /// Functions call functions; a hostile file has them call each other in every way.
  private static let deepestCall = 32
  private static let mostOperations = 200_000
  /// Of the graph and of all calls, with those that are no operations, such as constants.
  private static let mostNodes = 500_000
  private var nodes = 0

  /// A graph or one call of a function.
  private struct Frame {
    var nodes: [String: ProtobufMessage] = [:]
    /// By the name of the argument.
    var arguments: [String: Int] = [:]
    /// By reference: `conv:output:0` in functions, `conv:0` in the graph.
    var tensors: [String: Int] = [:]
    var done: Set<String> = []
    let depth: Int
  }

  init(_ graph: ProtobufMessage) {
    self.graph = graph
    for function in graph.messages(2).flatMap({ $0.messages(1) }) {
      if let name = function.messages(1).first?.text(1) { functions[name] = function }
    }
    model.graphs = [SourceGraph(name: "")]
  }

  mutating func read(_ signature: SavedModelSignature) throws(SourceModelDamage) {
    var frame = Frame(depth: 0)
    for node in graph.messages(1) { if let name = node.text(1) { frame.nodes[name] = node } }
    for input in signature.inputs {
      guard let source = input.source else { continue }
      let number = model.add(SourceTensor(name: input.name, type: Self.type(input.type), shape: input.shape))
      frame.tensors[Self.reference(source)] = number
      frame.done.insert(Self.node(of: source))
      model.graphs[0].inputs.append(number)
    }
    for output in signature.outputs {
      guard let source = output.source else { continue }
      let number = try tensor(source, in: &frame)
      if model.tensors[number].shape == nil { model.tensors[number].shape = output.shape }
      if model.tensors[number].type == nil { model.tensors[number].type = Self.type(output.type) }
      model.graphs[0].outputs.append(number)
    }
  }

  /// The tensor that a reference names; the operations that compute it are added first.
  private mutating func tensor(_ source: String, in frame: inout Frame) throws(SourceModelDamage) -> Int {
    var waiting = [Self.node(of: source)]
    var entered: Set<String> = []
    while let name = waiting.last {
      guard let node = frame.nodes[name], !frame.done.contains(name) else {
        waiting.removeLast()
        continue
      }
      let before = Self.inputs(of: node).map(Self.node).filter { frame.nodes[$0] != nil && !frame.done.contains($0) }
      // A loop of the graph leads back to what waits.
      let new = before.filter { !entered.contains($0) }
      if !new.isEmpty, entered.insert(name).inserted {
        waiting += new
        continue
      }
      waiting.removeLast()
      frame.done.insert(name)
      try add(node, named: name, to: &frame)
    }
    return number(of: source, in: &frame)
  }

  private mutating func number(of source: String, in frame: inout Frame) -> Int {
    let reference = Self.reference(source)
    // Functions name the outputs of operations by words that only TensorFlow knows; most have a single one.
    let first = source.hasSuffix(":0") ? frame.tensors["\(Self.node(of: source)):*"] : nil
    if let number = frame.arguments[source] ?? frame.tensors[reference] ?? first { return number }
    let number = model.add(SourceTensor(name: reference))
    frame.tensors[reference] = number
    return number
  }

  private mutating func add(_ node: ProtobufMessage, named name: String, to frame: inout Frame)
    throws(SourceModelDamage)
  {
    guard model.graphs[0].nodes.count < Self.mostOperations else {
      throw SourceModelDamage("it has more than \(Self.mostOperations) operations")
    }
    try countNode()
    let attributes = Dictionary(
      node.messages(5).compactMap { entry in entry.text(1).flatMap { key in entry.messages(2).first.map { (key, $0) } }
      }
    ) { $1 }
    let operation = node.text(2) ?? ""
    let inputs = Self.inputs(of: node).map { number(of: $0, in: &frame) }
    switch operation {
    case "Const", "VarHandleOp", "VariableV2", "Variable":
      let number = model.add(SourceTensor(tensorFlow: attributes, named: name))
      frame.tensors["\(name):*"] = number
      frame.tensors["\(name):0"] = number
    case "ReadVariableOp":
      guard let source = inputs.first else { return }
      frame.tensors["\(name):*"] = source
      frame.tensors["\(name):0"] = source
    case "PartitionedCall", "StatefulPartitionedCall":
      if let function = attributes["f"]?.messages(10).first?.text(1).flatMap({ functions[$0] }) {
        return try call(function, named: name, with: inputs, from: &frame)
      }
      fallthrough
    default:
      var source = SourceNode(name: name, operation: operation, inputs: inputs, outputs: [])
      source.outputs = outputs(of: name, attributes, in: &frame)
      for (name, value) in attributes { source.attributes[name] = Self.value(value) }
      model.graphs[0].nodes.append(source)
    }
  }

  /// Functions that call each other twice need not hold an operation to keep a reader busy for ever.
  private mutating func countNode() throws(SourceModelDamage) {
    nodes += 1
    guard nodes <= Self.mostNodes else { throw SourceModelDamage("its calls have more than \(Self.mostNodes) nodes") }
  }

  /// The first output; others have tensors of their own once something takes them.
  private mutating func outputs(
    of name: String, _ attributes: [String: ProtobufMessage], in frame: inout Frame
  ) -> [Int?] {
    let shapes = attributes["_output_shapes"]?.messages(1).first?.messages(7).map { SavedModelReader.shape($0) } ?? []
    let type = (attributes["T"] ?? attributes["dtype"] ?? attributes["DstT"])?.integer(6).flatMap(Self.type)
    let number = model.add(SourceTensor(name: name, type: type, shape: shapes.first ?? nil))
    frame.tensors["\(name):0"] = number
    frame.tensors["\(name):*"] = number
    return [number]
  }

  /// Puts the operations of a function in the place of its call.
  private mutating func call(
    _ function: ProtobufMessage, named name: String, with inputs: [Int], from frame: inout Frame
  ) throws(SourceModelDamage) {
    guard frame.depth < Self.deepestCall else {
      throw SourceModelDamage("more than \(Self.deepestCall) functions call each other")
    }
    var inner = Frame(depth: frame.depth + 1)
    for node in function.messages(3) {
      try countNode()
      if let name = node.text(1) { inner.nodes[name] = node }
    }
    let signature = function.messages(1).first
    for (argument, number) in zip(signature?.messages(2) ?? [], inputs) {
      if let name = argument.text(1) { inner.arguments[name] = number }
    }
    let returned = Dictionary(
      function.messages(4).compactMap { entry in entry.text(1).flatMap { key in entry.text(2).map { (key, $0) } } }
    ) { $1 }
    for (place, output) in (signature?.messages(3) ?? []).enumerated() {
      guard let source = output.text(1).flatMap({ returned[$0] }) else { continue }
      let number = try tensor(source, in: &inner)
      frame.tensors["\(name):\(place)"] = number
      frame.tensors["\(name):output:\(place)"] = number
    }
  }
}

extension SavedModelReader {
  /// Without those that only order operations.
  fileprivate static func inputs(of node: ProtobufMessage) -> [String] { node.texts(3).filter { !$0.hasPrefix("^") } }

  fileprivate static func node(of source: String) -> String { String(source.prefix { $0 != ":" }) }

  /// `conv` means `conv:0`.
  fileprivate static func reference(_ source: String) -> String { source.contains(":") ? source : "\(source):0" }

  /// An attribute that says how an operation computes.
  fileprivate static func value(_ message: ProtobufMessage) -> SourceValue? {
    for (field, value) in message {
      switch (field, value) {
      case (1, .bytes(let bytes)):
        let numbers = ProtobufMessage(bytes).integers(3)
        return numbers.isEmpty ? nil : .bounded(numbers.prefix(SourceTensor.longestValue))
      case (2, .bytes(let bytes)): return .text(String(decoding: bytes.prefix(1000), as: UTF8.self))
      case (3, .number(let number)), (5, .number(let number)): return .bounded([Int(truncatingIfNeeded: number)])
      case (4, .number): return message.real(4).map { .reals([$0]) }
      default: continue
      }
    }
    return nil
  }

  static func shape(_ message: ProtobufMessage) -> [Int]? {
    message.integer(3) == 1 ? nil : message.messages(2).map { min(max($0.integer(1) ?? 0, -1), SourceValue.largest) }
  }

  static func type(_ number: Int) -> String? { types[number] }

  /// `DataType` of types.proto.
  private static let types = [
    1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 7: "string", 8: "complex64", 9: "int64",
    10: "bool", 11: "qint8", 12: "quint8", 13: "qint32", 14: "bfloat16", 17: "uint16", 18: "complex128", 19: "float16",
    20: "resource", 21: "variant", 22: "uint32", 23: "uint64",
  ]
}

extension SourceTensor {
  /// A constant or a variable, by its attributes.
  fileprivate init(tensorFlow attributes: [String: ProtobufMessage], named name: String) {
    let tensor = attributes["value"]?.messages(8).first
    let shape = tensor?.messages(2).first ?? attributes["shape"]?.messages(7).first
    self.init(
      name: name, type: (tensor?.integer(1) ?? attributes["dtype"]?.integer(6)).flatMap(SavedModelReader.type),
      shape: shape.map(SavedModelReader.shape) ?? (tensor == nil ? nil : []))
    isConstant = true
    guard let tensor, type == "int32",
      let count = self.shape?.reduce(1, { min($0, 1 << 40) * min(max($1, 0), 1 << 20) }),
      count <= Self.longestValue
    else { return }
    if let content = tensor.data(4).map({ ByteReader(bytes: $0) }) {
      value = .bounded((0..<count).compactMap { content.integer(Int32.self, at: 4 * $0).map { Int($0) } })
    } else {
      // The last number stands for all that follow.
      let numbers = tensor.integers(7).prefix(count)
      value = .bounded(numbers + Array(repeating: numbers.last ?? 0, count: count - numbers.count))
    }
  }
}
