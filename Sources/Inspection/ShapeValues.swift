import ModelFiles

/// The values of tensors that hold shapes: what exporters compute between `Shape` and `Reshape`.
enum ShapeValues {
  private static let longest = 64

  /// The values of a node's first output; `nil` where they are unknown.
  static func of(_ inputs: ShapeInputs) -> [Int]? {
    guard let values = unbounded(inputs), values.count <= longest else { return nil }
    return values.map { min(max($0, -SourceValue.largest), SourceValue.largest) }
  }

  private static func unbounded(_ inputs: ShapeInputs) -> [Int]? {
    let node = inputs.node
    switch node.operation {
    case "Shape":
      guard let shape = inputs.shape(0), Shape.isKnown(shape) else { return nil }
      let start = index(node.integer("start") ?? 0, in: shape.count)
      let end = index(node.integer("end") ?? shape.count, in: shape.count)
      return start < end ? Array(shape[start..<end]) : []
    case "Size": return inputs.shape(0).flatMap(Shape.count).map { [$0] }
    case "Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape": return inputs.value(0)
    case "Gather":
      guard let data = inputs.value(0), let indices = inputs.value(1) else { return nil }
      let places = indices.map { Shape.axis($0, of: data.count) }
      return places.contains(nil) ? nil : places.compactMap { $0.map { data[$0] } }
    case "Concat", "Pack":
      let parts = inputs.values
      guard parts.count <= longest else { return nil }
      return parts.contains(nil) ? nil : parts.flatMap { $0 ?? [] }
    case "Slice":
      guard let data = inputs.value(0), let start = inputs.numbers(1, or: "starts")?.first,
        let end = inputs.numbers(2, or: "ends")?.first, (inputs.numbers(4, or: "steps")?.first ?? 1) == 1
      else { return nil }
      let (from, to) = (index(start, in: data.count), index(end, in: data.count))
      return from < to ? Array(data[from..<to]) : []
    case "Add": return combined(inputs) { $0 + $1 }
    case "Sub": return combined(inputs) { $0 - $1 }
    case "Mul": return combined(inputs) { Shape.product($0, $1) ?? SourceValue.largest }
    case "Div": return combined(inputs) { $1 == 0 ? 0 : $0 / $1 }
    default: return nil
    }
  }

  private static func index(_ place: Int, in count: Int) -> Int {
    min(max(place < 0 ? place + count : place, 0), count)
  }

  private static func combined(_ inputs: ShapeInputs, _ combine: (Int, Int) -> Int) -> [Int]? {
    guard let first = inputs.value(0), let second = inputs.value(1) else { return nil }
    if first.count == second.count { return zip(first, second).map(combine) }
    if second.count == 1 { return first.map { combine($0, second[0]) } }
    return first.count == 1 ? second.map { combine(first[0], $0) } : nil
  }
}
