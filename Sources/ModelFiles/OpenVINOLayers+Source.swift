extension OpenVINOLayers {
  /// The whole model.
  static func sourceModel(_ bytes: UnsafeRawBufferPointer) throws(SourceModelDamage) -> SourceModel {
    let file = OpenVINOLayers(bytes)
    guard !file.main.layers.isEmpty else { throw SourceModelDamage("it has no layers") }
    guard file.isWhole else { throw SourceModelDamage("it is cut off") }
    var model = SourceModel()
    model.graphs = [SourceGraph(name: "")]
    try model.add(file.main, into: 0)
    model.facts = [("graph", file.net["name"]), ("ir_version", file.net["version"])].compactMap { name, value in
      value.flatMap { $0.isEmpty ? nil : SourceModel.Fact(name: name, value: $0) }
    }
    model.facts += Set(file.main.layers.map(\.version)).filter { !$0.isEmpty }.sorted().map {
      SourceModel.Fact(name: "opset", value: $0)
    }
    model.metadata = file.information.map { SourceModel.Fact(name: $0.name, value: $0.value) }
    return model
  }
}

extension SourceModel {
  fileprivate mutating func add(_ graph: OpenVINOLayers.Graph, into index: Int) throws(SourceModelDamage) {
    /// By layer and port.
    var numbers: [[Int]: Int] = [:]
    for layer in graph.layers {
      for port in layer.outputs {
        var tensor = SourceTensor(
          name: port.names.first ?? layer.name, type: port.precision.map(OpenVINOPrecision.name), shape: port.shape)
        tensor.isConstant = layer.type == "Const"
        numbers[[layer.number, port.number]] = add(tensor)
      }
    }
    let sources = Dictionary(graph.edges.map { ([$0.to.layer, $0.to.port], [$0.from.layer, $0.from.port]) }) { $1 }
    for layer in graph.layers {
      var inputs: [Int?] = []
      for port in layer.inputs {
        let place = [layer.number, port.number]
        guard let source = sources[place], let number = numbers[source] else {
          throw SourceModelDamage("nothing leads to input \(port.number) of layer \(layer.name)")
        }
        inputs.append(number)
      }
      let outputs = layer.outputs.map { numbers[[layer.number, $0.number]] }
      switch layer.type {
      case "Const": continue
      case "Parameter": graphs[index].inputs += outputs.compactMap(\.self)
      case "Result": graphs[index].outputs += inputs.compactMap(\.self)
      default:
        var node = SourceNode(name: layer.name, operation: layer.type, inputs: inputs, outputs: outputs)
        node.domain = layer.version.hasPrefix("opset") ? "" : layer.version
        for (name, text) in layer.data { node.attributes[String(name)] = Self.value(text) }
        for body in layer.bodies {
          graphs.append(SourceGraph(name: layer.name))
          node.bodies.append(graphs.count - 1)
          try add(body, into: graphs.count - 1)
        }
        graphs[index].nodes.append(node)
      }
    }
  }

  /// `2, 2` as numbers, other texts as they are.
  private static func value(_ text: String) -> SourceValue {
    let numbers = text.split(separator: ",").map { Int($0.trimmingSpaces) }
    let known = numbers.compactMap(\.self)
    return known.count == numbers.count && !known.isEmpty && known.count <= SourceTensor.longestValue
      ? .bounded(known) : .text(text)
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    let start = drop { $0 == " " }
    return start.prefix { $0 != " " }
  }
}

/// Element types in OpenVINO's words.
enum OpenVINOPrecision {
  static func name(_ precision: String) -> String { names[precision] ?? precision.lowercased() }

  private static let names = [
    "FP32": "float32", "FP16": "float16", "BF16": "bfloat16", "FP64": "float64", "I64": "int64", "I32": "int32",
    "I16": "int16", "I8": "int8", "I4": "int4", "U64": "uint64", "U32": "uint32", "U16": "uint16", "U8": "uint8",
    "U4": "uint4", "BOOL": "bool", "STRING": "string",
  ]
}
