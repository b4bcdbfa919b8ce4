import AssayCore
import ModelFiles

/// Which constants are weights, and which layers use them.
struct WeightUse {
  /// By number of the tensor: its elements, for weights.
  private(set) var elements: [Int: Int] = [:]
  /// By number of the tensor: the operation that computes it from constants alone.
  private var makers: [Int: Int] = [:]
  private let nodes: [SourceNode]
  private let model: SourceModel

  /// Constants are followed through so many operations.
  private static let longestChain = 64

  init(_ model: SourceModel, _ shapes: GraphShapes, format: GraphFormat) {
    self.model = model
    nodes = model.graphs.flatMap(\.nodes)
    for (number, node) in nodes.enumerated() {
      for (place, input) in node.inputs.enumerated() {
        guard let input, model.tensors[input].isConstant, elements[input] == nil,
          Self.isWeight(model.tensors[input], node, place), let count = shapes.count(input)
        else { continue }
        elements[input] = count
      }
      guard isConstant(node) else { continue }
      for output in node.outputs.compactMap(\.self) {
        makers[output] = number
        // A model may make its weights instead of holding them.
        if node.operation == "ConstantOfShape", let shape = shapes.shapes[output], !shape.isEmpty {
          elements[output] = shapes.count(output)
        }
      }
    }
  }

  /// Whether it computes with constants only.
  func isConstant(_ node: SourceNode) -> Bool {
    let inputs = node.inputs.compactMap(\.self)
    return !inputs.isEmpty && node.bodies.isEmpty
      && inputs.allSatisfy { model.tensors[$0].isConstant || makers[$0] != nil }
  }

  /// The elements of all weights that a layer uses, directly or after operations that engines do once; 0 for those operations.
  func parameters(of node: SourceNode) -> Int {
    guard !isConstant(node) else { return 0 }
    var (waiting, seen, sum) = (node.inputs.compactMap(\.self), Set<Int>(), 0)
    while let tensor = waiting.popLast(), seen.count < Self.longestChain * max(node.inputs.count, 1) {
      guard seen.insert(tensor).inserted else { continue }
      if let count = elements[tensor] { sum = MACRule.sum(sum, count) ?? sum }
      if let maker = makers[tensor], elements[tensor] == nil { waiting += nodes[maker].inputs.compactMap(\.self) }
    }
    return sum
  }

  /// By element type, the largest first.
  func counts() -> [WeightCount] {
    Dictionary(grouping: elements.keys) { model.tensors[$0].type ?? "unknown" }.map { type, numbers in
      let count = numbers.reduce(0) { MACRule.sum($0, elements[$1]) ?? $0 }
      return WeightCount(
        type: type, tensors: numbers.count, elements: count, bytes: ActivationMemory.bytes(count, type) ?? 0)
    }.sorted { ($1.elements, $0.type) < ($0.elements, $1.type) }
  }

  /// Shapes, axes, masks and the scales of quantised tensors are no weights.
  private static func isWeight(_ tensor: SourceTensor, _ node: SourceNode, _ place: Int) -> Bool {
    if options[node.operation]?.contains(place) == true { return false }
    switch tensor.type {
    case "int32", "int64":
      return tensor.quantization != nil || node.operation == "DequantizeLinear" || node.operation == "QLinearConv"
    case "bool", "string", "resource", "variant", nil: return false
    default: return true
    }
  }

  /// The inputs that say how an operation computes.
  private static let options: [String: Set<Int>] = [
    "Clip": [1, 2], "ConvInteger": [2, 3], "DequantizeLinear": [1, 2], "Expand": [1], "MatMulInteger": [2, 3],
    "Pad": [1, 2, 3], "QLinearAdd": [1, 2, 4, 5, 6, 7], "QLinearConv": [1, 2, 4, 5, 6, 7],
    "QLinearMatMul": [1, 2, 4, 5, 6, 7], "QLinearMul": [1, 2, 4, 5, 6, 7], "QuantizeLinear": [1, 2],
    "Resize": [1, 2, 3],
    "Slice": [1, 2, 3, 4], "Upsample": [1], "Dropout": [1, 2], "FakeQuantize": [1, 2, 3, 4], "PADV2": [2],
    "Range": [0, 1, 2], "NonMaxSuppression": [2, 3, 4], "Interpolate": [1, 2, 3], "OneHot": [1, 2],
  ]
}
