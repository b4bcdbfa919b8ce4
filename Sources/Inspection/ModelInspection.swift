public import AssayCore
import ModelFiles

/// Looks into model files, without an engine and without their weights.
public enum ModelInspection {
  /// - Parameters:
  ///   - bytes: of all files of the model.
  ///   - signature: of a SavedModel or a TFLite model; `nil` for the first.
  /// - Throws: `.unsupported` for formats that Assay does not read by itself, `.badModel` with what is wrong with the file.
  public static func report(
    of path: String, format: ModelFormat, bytes: Int, signature: String? = nil
  ) throws(AssayError) -> InspectionReport {
    let model = try SourceModel.read(path, format: format, signature: signature)
    return InspectedGraph(model, format: GraphFormat(format)).report(path: path, format: format, bytes: bytes)
  }
}

extension GraphFormat {
  init(_ format: ModelFormat) {
    self =
      switch format {
      case .tflite: .tflite
      case .openvinoIR: .openvino
      case .savedModel: .tensorflow
      default: .onnx
      }
  }

  /// For formats that do not say every shape.
  var shapeRules: [String: ShapeRule] {
    switch self {
    case .onnx: ONNXShapes.rules
    case .tensorflow: TensorFlowShapes.rules
    case .tflite, .openvino: [:]
    }
  }
}

/// A model with all that follows from it.
private struct InspectedGraph {
  private var model: SourceModel
  private let declared: [[Int]?]
  private let shapes: GraphShapes
  private let weights: WeightUse
  private let format: GraphFormat

  init(_ source: SourceModel, format: GraphFormat) {
    self.format = format
    var source = source
    declared = source.tensors.map(\.shape)
    shapes = GraphShapes(source, rules: format.shapeRules)
    for (number, type) in GraphTypes.of(source).enumerated() { source.tensors[number].type = type }
    model = source
    weights = WeightUse(source, shapes, format: format)
    QuantizationOperations.describe(&model)
  }

  func report(path: String, format: ModelFormat, bytes: Int) -> InspectionReport {
    let layers = layers()
    let main = model.graphs.first
    let counts = weights.counts()
    let nodes = model.graphs.flatMap(\.nodes)
    let isOpen = zip(nodes, layers).contains { node, layer in layer.macs == nil || isRepeated(node) }
    return InspectionReport(
      model: InspectedModel(
        path: path, format: format, bytes: bytes, facts: model.facts.map(\.text), metadata: model.metadata.map(\.text)),
      inputs: (main?.inputs ?? []).map { tensor($0, shape: declared[$0]) },
      outputs: (main?.outputs ?? []).map { tensor($0, shape: declared[$0] ?? shapes.shapes[$0]) },
      signatures: model.signatures.map {
        InspectedSignature(name: $0.name, inputs: $0.inputs, outputs: $0.outputs)
      },
      totals: InspectionTotals(
        operations: layers.count, parameters: sum(counts.map(\.elements)), weightBytes: sum(counts.map(\.bytes)),
        macs: sum(layers.compactMap(\.macs)), macsAreAtLeast: isOpen,
        unknownShapes: nodes.count { !weights.isConstant($0) && !hasKnownShape($0) },
        activationBytes: ActivationMemory.peak(model, shapes, weights), assumesBatchOfOne: shapes.assumesBatchOfOne,
        quantizedPerTensor: model.tensors.count { $0.quantization?.scales == 1 },
        quantizedPerChannel: model.tensors.count { ($0.quantization?.scales ?? 0) > 1 }),
      operations: operations(layers), weights: counts, layers: layers)
  }

  private func sum(_ numbers: [Int]) -> Int { numbers.reduce(0) { MACRule.sum($0, $1) ?? $0 } }

  private func hasKnownShape(_ node: SourceNode) -> Bool {
    node.outputs.compactMap(\.self).allSatisfy { Shape.isKnown(shapes.shapes[$0]) }
  }

  /// Whether what is inside it runs an unknown number of times.
  private func isRepeated(_ node: SourceNode) -> Bool {
    ["Loop", "Scan", "While", "WHILE", "StatelessWhile", "TensorIterator"].contains(node.operation)
  }

  private func layers() -> [InspectedLayer] {
    var layers: [InspectedLayer] = []
    for graph in model.graphs {
      for node in graph.nodes {
        layers.append(
          InspectedLayer(
            index: layers.count, name: node.name, operation: node.operation,
            domain: node.domain.isEmpty ? nil : node.domain, graph: graph.name.isEmpty ? nil : graph.name,
            inputs: node.inputs.map { $0.map { tensor($0) } ?? .omitted },
            outputs: node.outputs.map { $0.map { tensor($0) } ?? .omitted },
            parameters: weights.parameters(of: node), macs: macs(node), isConstant: weights.isConstant(node),
            attributes: attributes(node)))
      }
    }
    return layers
  }

  private func macs(_ node: SourceNode) -> Int? {
    if weights.isConstant(node) { return 0 }
    if let rule = MACRule.rule(of: node, in: format) { return rule.count(node, shapes) }
    // Nobody outside knows what operations of others compute. What is inside a layer counts in its own layers.
    return node.domain.isEmpty || node.domain.hasPrefix("ai.onnx") || !node.bodies.isEmpty ? 0 : nil
  }

  private func tensor(_ number: Int) -> InspectedTensor { tensor(number, shape: shapes.shapes[number]) }

  private func tensor(_ number: Int, shape: [Int]?) -> InspectedTensor {
    let source = model.tensors[number]
    return InspectedTensor(
      id: number, name: source.name, type: source.type, shape: shape, isConstant: source.isConstant,
      quantization: source.quantization.map { quantization in
        TensorQuantization(
          scales: quantization.scales, scale: quantization.firstScale.isFinite ? quantization.firstScale : nil,
          zeroPoint: quantization.firstZeroPoint, axis: quantization.axis)
      })
  }

  private func operations(_ layers: [InspectedLayer]) -> [OperationCount] {
    Dictionary(grouping: layers, by: \.operation).map { operation, layers in
      OperationCount(
        operation: operation, count: layers.count, parameters: sum(layers.map(\.parameters)),
        macs: sum(layers.compactMap(\.macs)))
    }.sorted { ($1.macs, $1.count, $0.operation) < ($0.macs, $0.count, $1.operation) }
  }

  private func attributes(_ node: SourceNode) -> [NamedText] {
    node.attributes.sorted { $0.key < $1.key }.filter { !$0.key.hasPrefix("_") }.map {
      NamedText(name: $0.key, value: $0.value.text)
    }
  }
}

extension InspectedTensor {
  /// An optional input that is left out.
  fileprivate static let omitted = InspectedTensor(id: nil, name: "", type: nil, shape: nil, isConstant: false)
}

extension SourceModel.Fact {
  fileprivate var text: NamedText { NamedText(name: name, value: value) }
}

extension SourceValue {
  fileprivate var text: String {
    switch self {
    case .integers(let numbers): numbers.map { "\($0)" }.joined(separator: ", ")
    case .reals(let numbers): numbers.map { "\(Float($0))" }.joined(separator: ", ")
    case .text(let text): text
    }
  }
}
