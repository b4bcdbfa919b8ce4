import ModelFiles

/// The shapes of all tensors of a model: what the file says, completed by what follows from the operations.
struct GraphShapes {
  /// By number of the tensor; -1 for a dynamic dimension, `nil` for an unknown shape.
  private(set) var shapes: [[Int]?]
  /// The values of tensors that hold shapes, as far as they are known.
  private var values: [[Int]?]
  private let reals: [[Double]?]
  /// Whether a dynamic first dimension of an input counts as 1.
  private(set) var assumesBatchOfOne = false

  /// - Parameter rules: of the format's operations; empty for formats that say every shape.
  init(_ model: SourceModel, rules: [String: ShapeRule]) {
    shapes = model.tensors.map { $0.shape.flatMap(Shape.bounded) }
    values = model.tensors.map { $0.value?.integers }
    reals = model.tensors.map { $0.value?.reals }
    guard let main = model.graphs.first else { return }
    for input in main.inputs {
      guard let shape = shapes[input], let known = Shape.withBatchOfOne(shape) else { continue }
      shapes[input] = known
      assumesBatchOfOne = true
    }
    // Where the file itself says the shapes between, they are dynamic with those of the inputs.
    if rules.isEmpty, assumesBatchOfOne {
      for (number, shape) in shapes.enumerated() {
        if let known = shape.flatMap(Shape.withBatchOfOne) { shapes[number] = known }
      }
    }
    guard !rules.isEmpty else { return }
    for graph in model.graphs { for node in graph.nodes { infer(node, rules) } }
  }

  func count(_ tensor: Int) -> Int? { shapes[tensor].flatMap(Shape.count) }

  private mutating func infer(_ node: SourceNode, _ rules: [String: ShapeRule]) {
    let inputs = ShapeInputs(
      node: node, shapes: node.inputs.map { $0.flatMap { shapes[$0] } },
      values: node.inputs.map { $0.flatMap { values[$0] } }, reals: node.inputs.map { $0.flatMap { reals[$0] } })
    if let output = node.outputs.first.flatMap(\.self), values[output] == nil {
      values[output] = ShapeValues.of(inputs)
    }
    guard node.outputs.contains(where: { $0.map { !Shape.isKnown(shapes[$0]) } ?? false }),
      let inferred = rules[node.operation]?(inputs)
    else { return }
    for (output, shape) in zip(node.outputs, inferred) {
      guard let output, let shape = shape.flatMap(Shape.bounded) else { continue }
      shapes[output] = Shape.merged(shapes[output], shape)
    }
  }
}

/// The shapes of a node's outputs; `nil` for those that are unknown.
typealias ShapeRule = @Sendable (ShapeInputs) -> [[Int]?]

/// What is known of a node before its shapes are inferred.
struct ShapeInputs {
  let node: SourceNode
  let shapes: [[Int]?]
  /// Of those that are integers and known.
  let values: [[Int]?]
  /// Of constants.
  let reals: [[Double]?]

  func shape(_ index: Int) -> [Int]? { shapes.indices.contains(index) ? shapes[index] : nil }
  func value(_ index: Int) -> [Int]? { values.indices.contains(index) ? values[index] : nil }
  func has(_ index: Int) -> Bool { node.inputs.indices.contains(index) && node.inputs[index] != nil }

  /// Whether it is given and its values are not known.
  func isUnknown(_ index: Int) -> Bool { has(index) && value(index) == nil }

  /// Numbers that newer opsets take as an input and older ones as an attribute.
  func numbers(_ index: Int, or attribute: String) -> [Int]? { value(index) ?? node.integers(attribute) }
}

/// Arithmetic on shapes that may come from a hostile file.
enum Shape {
  /// More dimensions than any engine has.
  static let highestRank = 32

  static func bounded(_ shape: [Int]) -> [Int]? {
    guard shape.count <= highestRank else { return nil }
    return shape.map { $0 < 0 || $0 > SourceValue.largest ? -1 : $0 }
  }

  static func isKnown(_ shape: [Int]?) -> Bool { shape.map { $0.allSatisfy { $0 >= 0 } } ?? false }

  /// The number of elements; `nil` where a dimension is dynamic, or for more than fit.
  static func count(_ shape: some Sequence<Int>) -> Int? {
    shape.reduce(1 as Int?) { count, size in size < 0 ? nil : count.flatMap { product($0, size) } }
  }

  static func product(_ first: Int, _ second: Int) -> Int? {
    let (product, overflow) = first.multipliedReportingOverflow(by: second)
    return overflow ? nil : product
  }

  /// The shape with a first dimension of 1; `nil` where the first is known or another one is not.
  static func withBatchOfOne(_ shape: [Int]) -> [Int]? {
    guard shape.first == -1, shape.dropFirst().allSatisfy({ $0 >= 0 }) else { return nil }
    return [1] + shape.dropFirst()
  }

  /// What the file says, with its dynamic dimensions as inferred.
  static func merged(_ declared: [Int]?, _ inferred: [Int]) -> [Int] {
    guard let declared, declared.count == inferred.count else { return declared ?? inferred }
    return zip(declared, inferred).map { $0 >= 0 ? $0 : $1 }
  }

  /// The index of a dimension, which may count from the end.
  static func axis(_ axis: Int, of rank: Int) -> Int? {
    let index = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(index) ? index : nil
  }

  /// NumPy's broadcasting; `nil` where the shapes do not fit.
  static func broadcast(_ first: [Int], _ second: [Int]) -> [Int]? {
    let rank = max(first.count, second.count)
    let pad = { (shape: [Int]) in Array(repeating: 1, count: rank - shape.count) + shape }
    var result: [Int] = []
    for (a, b) in zip(pad(first), pad(second)) {
      guard a == b || a == 1 || b == 1 || a < 0 || b < 0 else { return nil }
      result.append(a == 1 ? b : b == 1 ? a : max(a, b))
    }
    return result
  }
}
