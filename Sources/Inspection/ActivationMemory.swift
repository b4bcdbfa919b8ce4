import AssayCore
import ModelFiles

/// How much memory activations need: an estimate for an engine that frees each tensor after its last use and keeps the order of the file.
enum ActivationMemory {
  /// The most bytes that are alive while one operation of the main graph runs; `nil` where nothing is known.
  static func peak(_ model: SourceModel, _ shapes: GraphShapes, _ weights: WeightUse) -> Int? {
    guard let graph = model.graphs.first else { return nil }
    let steps = graph.nodes.enumerated().filter { !weights.isConstant($0.element) }
    var lastUse: [Int: Int] = [:]
    for (step, node) in steps { for input in node.inputs.compactMap(\.self) { lastUse[input] = step } }
    for output in graph.outputs { lastUse[output] = .max }
    func size(_ tensor: Int) -> Int {
      guard !model.tensors[tensor].isConstant, let count = shapes.count(tensor), let type = model.tensors[tensor].type
      else { return 0 }
      return bytes(count, type) ?? 0
    }
    /// By number of the tensor: what it counts. Of sizes that do not fit into the sum, 0.
    var alive: [Int: Int] = [:]
    var (live, peak) = (0, 0)
    func enter(_ tensor: Int) {
      guard alive[tensor] == nil else { return }
      let sum = MACRule.sum(live, size(tensor)) ?? live
      alive[tensor] = sum - live
      live = sum
    }
    for input in graph.inputs { enter(input) }
    for (step, node) in steps {
      let outputs = node.outputs.compactMap(\.self)
      for output in outputs { enter(output) }
      peak = max(peak, live)
      for tensor in node.inputs.compactMap(\.self) + outputs where (lastUse[tensor] ?? step) <= step {
        live -= alive.removeValue(forKey: tensor) ?? 0
      }
    }
    return peak > 0 ? peak : nil
  }

  /// - Returns: `nil` for a type without a size, such as strings.
  static func bytes(_ count: Int, _ type: String) -> Int? {
    guard let bits = DataType(rawValue: type)?.bitCount else { return nil }
    return Shape.product(count, bits).map { ($0 + 7) / 8 }
  }
}
