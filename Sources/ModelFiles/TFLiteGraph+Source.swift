extension TFLiteGraph {
  /// The whole model.
  ///
  /// - Parameter signature: whose subgraph is the graph that runs; `nil` for the first.
  static func sourceModel(
    _ bytes: UnsafeRawBufferPointer, signature: String?
  ) throws(SourceModelDamage) -> SourceModel {
    guard let graph = TFLiteGraph(bytes), let subgraphs = graph.root.tableCount(2), subgraphs > 0 else {
      throw SourceModelDamage("it has no subgraph")
    }
    guard let main = graph.subgraph(running: signature) else {
      throw SourceModelDamage("it has no signature '\(signature ?? "")'")
    }
    guard main < subgraphs else { throw SourceModelDamage("a signature names subgraph \(main), which is not there") }
    var reader = try TFLiteSourceReader(graph, main: main, size: bytes.count)
    for index in 0..<subgraphs { try reader.read(subgraph: index) }
    var model = reader.model
    model.putFirst(main)
    model.signatures = graph.signatureInterfaces.map {
      SourceModel.Signature(name: $0.name, inputs: $0.inputs, outputs: $0.outputs)
    }
    model.facts = [
      ("schema_version", graph.root.integer(UInt32.self, 0).map { "\($0)" }),
      ("description", graph.root.text(3)), ("edgetpu_runtime", graph.edgeTPURuntime.map { "\($0)" }),
    ].compactMap { name, value in value.flatMap { $0.isEmpty ? nil : SourceModel.Fact(name: name, value: $0) } }
    model.metadata = graph.root.tables(6).map { entry in
      let name = entry.text(0) ?? ""
      let content = graph.root.table(4, at: entry.index(1))?.bytes(0)
      return SourceModel.Fact(name: name, value: content.map { Self.description(of: $0, named: name) } ?? "")
    }
    return model
  }

  /// Versions are texts; other metadata are tables of their own.
  private static func description(of content: UnsafeRawBufferPointer, named name: String) -> String {
    name == "min_runtime_version"
      ? String(decoding: content.prefix { $0 != 0 }, as: UTF8.self) : "\(content.count) bytes"
  }
}

extension SourceModel {
  /// Has a graph take the place of the graph that runs.
  fileprivate mutating func putFirst(_ main: Int) {
    guard main != 0 else { return }
    graphs.swapAt(0, main)
    let places = [0: main, main: 0]
    for graph in graphs.indices {
      for node in graphs[graph].nodes.indices {
        graphs[graph].nodes[node].bodies = graphs[graph].nodes[node].bodies.map { places[$0] ?? $0 }
      }
    }
  }
}

private struct TFLiteSourceReader {
  private(set) var model = SourceModel()
  private let graph: TFLiteGraph
  /// The number of the subgraph that runs.
  private let main: Int
  private let codes: [Int]
  private var customNames: [String?] = []
  /// Parts of a FlatBuffer may overlap, so that a small file describes any number of long names. A real one does not describe more than it has.
  private var unread: Int

  init(_ graph: TFLiteGraph, main: Int, size: Int) throws(SourceModelDamage) {
    (self.graph, self.main) = (graph, main)
    unread = size
    codes = graph.operatorCodes
    for code in graph.root.tables(1) {
      try spend(code.bytes(1)?.count ?? 0)
      customNames.append(code.text(1))
    }
    for entry in graph.root.tables(6) + graph.root.tables(7) { try spend(entry.bytes(0)?.count ?? 0) }
  }

  private mutating func spend(_ bytes: Int) throws(SourceModelDamage) {
    unread -= bytes
    guard unread >= 0 else { throw SourceModelDamage("its parts overlap") }
  }

  mutating func read(subgraph index: Int) throws(SourceModelDamage) {
    guard let table = graph.root.table(2, at: index) else { throw SourceModelDamage("subgraph \(index) is cut off") }
    let first = model.tensors.count
    let count = table.tableCount(0) ?? 0
    for number in 0..<count {
      guard let tensor = table.table(0, at: number) else { throw SourceModelDamage("tensor \(number) is cut off") }
      try spend((tensor.bytes(3)?.count ?? 0) + 4 * (tensor.tableCount(0) ?? 0) + 4)
      _ = model.add(Self.tensor(tensor, in: graph.root))
    }
    /// -1 stands for an optional tensor that is left out.
    func numbers(_ owner: FlatTable, _ field: Int, of name: String) throws(SourceModelDamage) -> [Int?] {
      let numbers = owner.integers(field) ?? []
      guard numbers.allSatisfy({ $0 >= -1 && $0 < count }) else {
        throw SourceModelDamage("\(name) uses a tensor that is not there")
      }
      return numbers.map { $0 < 0 ? nil : first + $0 }
    }
    // Only the graph that runs has no name.
    let name = table.text(4).flatMap { $0.isEmpty ? nil : $0 } ?? "subgraph \(index)"
    var result = SourceGraph(name: index == main ? "" : name)
    try spend(4 * ((table.tableCount(1) ?? 0) + (table.tableCount(2) ?? 0)))
    result.inputs = try numbers(table, 1, of: "the graph").compactMap(\.self)
    result.outputs = try numbers(table, 2, of: "the graph").compactMap(\.self)
    for number in 0..<(table.tableCount(3) ?? 0) {
      guard let node = table.table(3, at: number) else { throw SourceModelDamage("operation \(number) is cut off") }
      try spend(4 * ((node.tableCount(1) ?? 0) + (node.tableCount(2) ?? 0)) + 4 + (node.bytes(5)?.count ?? 0))
      let inputs = try numbers(node, 1, of: "operation \(number)")
      let outputs = try numbers(node, 2, of: "operation \(number)")
      result.nodes.append(try operation(node, number, inputs: inputs, outputs: outputs))
    }
    model.graphs.append(result)
  }

  private func operation(
    _ table: FlatTable, _ number: Int, inputs: [Int?], outputs: [Int?]
  ) throws(SourceModelDamage) -> SourceNode {
    let index = table.index(0)
    guard codes.indices.contains(index) else { throw SourceModelDamage("operation \(number) is of no known kind") }
    let code = codes[index]
    let isCustom = code == 32
    let name = outputs.first.flatMap(\.self).map { model.tensors[$0].name } ?? ""
    var node = SourceNode(
      name: name, operation: isCustom ? customNames[index] ?? "CUSTOM" : TFLiteOperatorNames.name(of: code),
      inputs: inputs, outputs: outputs)
    node.domain = isCustom ? "custom" : ""
    if let options = table.bytes(5), let package = EdgeTPUPackage(options: options) {
      node.attributes = package.attributes
    }
    guard let options = table.table(4) else { return node }
    for (name, field, kind) in TFLiteOptions.ofOperator[code] ?? [] {
      node.attributes[name] = kind.value(options, field)
    }
    let subgraphs = graph.root.tableCount(2) ?? 0
    node.bodies = (TFLiteOptions.subgraphs[code] ?? []).map { Int(options.integer(Int32.self, $0) ?? -1) }
      .filter { (0..<subgraphs).contains($0) }
    return node
  }

  private static func tensor(_ table: FlatTable, in root: FlatTable) -> SourceTensor {
    let known = TFLiteGraph.Tensor(table)
    var tensor = SourceTensor(name: known.name, type: types[known.type], shape: known.shape)
    let index = table.index(2)
    if index > 0, let buffer = root.table(4, at: index) {
      let data = buffer.bytes(0)
      // Models beyond 2 GB keep buffers behind the table.
      tensor.isConstant = data.map { !$0.isEmpty } == true || (buffer.integer(UInt64.self, 1) ?? 0) > 1
      if known.type == 2, let data, data.count <= 4 * SourceTensor.longestValue {
        let reader = ByteReader(bytes: data)
        tensor.value = .bounded(
          (0..<data.count / 4).compactMap { reader.integer(Int32.self, at: 4 * $0).map { Int($0) } })
      }
    }
    if let quantization = table.table(4), let count = quantization.tableCount(2), count > 0,
      let scale = quantization.firstFloat(2)
    {
      tensor.quantization = SourceQuantization(
        scales: count, firstScale: Double(scale), firstZeroPoint: quantization.firstLong(3) ?? 0,
        axis: count > 1 ? Int(quantization.integer(Int32.self, 6) ?? 0) : nil)
    }
    return tensor
  }

  /// `TensorType` of the schema.
  private static let types = [
    0: "float32", 1: "float16", 2: "int32", 3: "uint8", 4: "int64", 5: "string", 6: "bool", 7: "int16", 8: "complex64",
    9: "int8", 10: "float64", 11: "complex128", 12: "uint64", 13: "resource", 14: "variant", 15: "uint32",
    16: "uint16", 17: "int4", 18: "bfloat16",
  ]
}

/// The options of operators that say how they compute, by the numbers of `BuiltinOperator` and of the fields.
enum TFLiteOptions {
  enum Kind {
    case integer, flag, padding, activation

    func value(_ options: FlatTable, _ field: Int) -> SourceValue? {
      switch self {
      case .integer: options.integer(Int32.self, field).map { .integers([Int($0)]) }
      case .flag: .integers([Int(options.integer(UInt8.self, field) ?? 0)])
      case .padding: .text(options.integer(Int8.self, field) == 1 ? "VALID" : "SAME")
      case .activation: Self.name(Int(options.integer(Int8.self, field) ?? 0)).map { .text($0) }
      }
    }

    private static func name(_ activation: Int) -> String? {
      let names = ["RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"]
      return names.indices.contains(activation - 1) ? names[activation - 1] : nil
    }
  }

  static let ofOperator: [Int: [(name: String, field: Int, kind: Kind)]] = [
    0: [("activation", 0, .activation)], 18: [("activation", 0, .activation)], 41: [("activation", 0, .activation)],
    1: pool, 17: pool, 2: [("axis", 0, .integer), ("activation", 1, .activation)],
    3: [
      ("padding", 0, .padding), ("stride_w", 1, .integer), ("stride_h", 2, .integer), ("activation", 3, .activation),
      ("dilation_w", 4, .integer), ("dilation_h", 5, .integer),
    ],
    4: [
      ("padding", 0, .padding), ("stride_w", 1, .integer), ("stride_h", 2, .integer), ("activation", 4, .activation),
      ("dilation_w", 5, .integer), ("dilation_h", 6, .integer),
    ],
    9: [("activation", 0, .activation)],
    67: [
      ("padding", 0, .padding), ("stride_w", 1, .integer), ("stride_h", 2, .integer),
    ],
    126: [("adj_x", 0, .flag), ("adj_y", 1, .flag)],
  ]

  private static let pool: [(name: String, field: Int, kind: Kind)] = [
    ("padding", 0, .padding), ("stride_w", 1, .integer), ("stride_h", 2, .integer), ("filter_w", 3, .integer),
    ("filter_h", 4, .integer), ("activation", 5, .activation),
  ]

  /// The fields that number other subgraphs: IF, WHILE, CALL_ONCE.
  static let subgraphs = [118: [0, 1], 119: [0, 1], 129: [0]]
}
