import ModelFiles

// Operations that move values around.
extension ONNXShapes {
  static let moving: [String: ShapeRule] = [
    "Reshape": reshape, "Flatten": flatten, "Transpose": transpose, "Concat": concat, "QLinearConcat": { _ in [nil] },
    "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Pad": pad, "Slice": slice, "Gather": gather, "Split": split,
    "Shape": { [[$0.shape(0)?.count ?? -1]] }, "Size": { _ in [[]] },
    "ConstantOfShape": { [$0.value(0)] },
    "Expand": { inputs in
      guard let shape = inputs.shape(0), let target = inputs.value(1) else { return [nil] }
      return [Shape.broadcast(shape, target)]
    },
    "Tile": tile, "Resize": resize, "Upsample": resize,
    "DepthToSpace": { blocks($0, grows: true) }, "SpaceToDepth": { blocks($0, grows: false) },
    "TopK": topK, "OneHot": oneHot, "GatherElements": { [$0.shape(1)] },
  ]

  static func reshape(_ inputs: ShapeInputs) -> [[Int]?] {
    guard var target = inputs.numbers(1, or: "shape") else { return [nil] }
    let data = inputs.shape(0)
    if !inputs.node.flag("allowzero") {
      for (place, size) in target.enumerated() where size == 0 {
        target[place] = data.flatMap { $0.indices.contains(place) ? $0[place] : nil } ?? -1
      }
    }
    guard target.count(where: { $0 < 0 }) == 1, let place = target.firstIndex(where: { $0 < 0 }),
      let count = data.flatMap(Shape.count), let others = Shape.count(target.filter { $0 >= 0 }), others > 0,
      count % others == 0
    else { return [target] }
    target[place] = count / others
    return [target]
  }

  private static func flatten(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0) else { return [nil] }
    let axis = inputs.node.integer("axis") ?? 1
    let place = min(max(axis < 0 ? axis + shape.count : axis, 0), shape.count)
    return [[Shape.count(shape[..<place]) ?? -1, Shape.count(shape[place...]) ?? -1]]
  }

  private static func transpose(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0) else { return [nil] }
    let order = inputs.numbers(1, or: "perm") ?? shape.indices.reversed()
    guard order.count == shape.count, order.allSatisfy(shape.indices.contains) else { return [nil] }
    return [order.map { shape[$0] }]
  }

  private static func concat(_ inputs: ShapeInputs) -> [[Int]?] {
    [joined(inputs.shapes, inputs.node.integer("axis") ?? 0)]
  }

  static func joined(_ shapes: [[Int]?], _ axis: Int) -> [Int]? {
    guard let first = shapes.first ?? nil, let axis = Shape.axis(axis, of: first.count) else { return nil }
    var result = first
    for shape in shapes.dropFirst() {
      guard let shape, shape.count == first.count else { return nil }
      result[axis] = result[axis] < 0 || shape[axis] < 0 ? -1 : min(result[axis] + shape[axis], SourceValue.largest)
      for place in shape.indices where place != axis && result[place] < 0 { result[place] = shape[place] }
    }
    return result
  }

  private static func squeeze(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0) else { return [nil] }
    guard let axes = inputs.numbers(1, or: "axes") else {
      return [inputs.has(1) || !Shape.isKnown(shape) ? nil : shape.filter { $0 != 1 }]
    }
    let gone = Set(axes.compactMap { Shape.axis($0, of: shape.count) })
    return [shape.enumerated().filter { !gone.contains($0.offset) }.map(\.element)]
  }

  private static func unsqueeze(_ inputs: ShapeInputs) -> [[Int]?] {
    guard var shape = inputs.shape(0), let axes = inputs.numbers(1, or: "axes") else { return [nil] }
    let rank = shape.count + axes.count
    for axis in axes.compactMap({ Shape.axis($0, of: rank) }).sorted() where axis <= shape.count {
      shape.insert(1, at: axis)
    }
    return [shape]
  }

  private static func pad(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0), !inputs.has(3), let pads = inputs.numbers(1, or: "pads"),
      pads.count == 2 * shape.count
    else { return [nil] }
    return [shape.enumerated().map { $1 < 0 ? -1 : max($1 + pads[$0] + pads[$0 + shape.count], -1) }]
  }

  private static func slice(_ inputs: ShapeInputs) -> [[Int]?] {
    guard var shape = inputs.shape(0), let starts = inputs.numbers(1, or: "starts"),
      let ends = inputs.numbers(2, or: "ends"), starts.count == ends.count, !inputs.isUnknown(3), !inputs.isUnknown(4)
    else { return [nil] }
    let axes = inputs.numbers(3, or: "axes") ?? Array(starts.indices)
    let steps = inputs.value(4) ?? Array(repeating: 1, count: starts.count)
    guard axes.count == starts.count, steps.count == starts.count else { return [nil] }
    for place in starts.indices {
      guard let axis = Shape.axis(axes[place], of: shape.count), shape[axis] >= 0, steps[place] != 0 else {
        return [nil]
      }
      let (size, step) = (shape[axis], steps[place])
      func bound(_ value: Int) -> Int {
        min(max(value < 0 ? value + size : value, step < 0 ? -1 : 0), step < 0 ? size - 1 : size)
      }
      let length = step > 0 ? bound(ends[place]) - bound(starts[place]) : bound(starts[place]) - bound(ends[place])
      shape[axis] = max(length, 0) == 0 ? 0 : (length - 1) / abs(step) + 1
    }
    return [shape]
  }

  private static func gather(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let data = inputs.shape(0), let indices = inputs.shape(1),
      let axis = Shape.axis(inputs.node.integer("axis") ?? 0, of: data.count)
    else { return [nil] }
    return [data[..<axis] + indices + data[(axis + 1)...]]
  }

  private static func split(_ inputs: ShapeInputs) -> [[Int]?] {
    let outputs = inputs.node.outputs.count
    guard let shape = inputs.shape(0), outputs > 0,
      let axis = Shape.axis(inputs.node.integer("axis") ?? 0, of: shape.count)
    else { return [nil] }
    let even = shape[axis] < 0 ? -1 : (shape[axis] + outputs - 1) / outputs
    let rest = shape[axis] < 0 ? -1 : shape[axis] - even * (outputs - 1)
    let sizes: [Int] =
      inputs.isUnknown(1)
      ? Array(repeating: -1, count: outputs)
      : inputs.numbers(1, or: "split") ?? Array(repeating: even, count: outputs - 1) + [rest]
    return sizes.map { size in
      var part = shape
      part[axis] = size
      return part
    }
  }

  private static func tile(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0), let repeats = inputs.value(1), repeats.count == shape.count else { return [nil] }
    return [zip(shape, repeats).map { $0 < 0 || $1 < 0 ? -1 : Shape.product($0, $1) ?? -1 }]
  }

  private static func resize(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0) else { return [nil] }
    if let sizes = inputs.value(3), sizes.count == shape.count { return [sizes] }
    let scales =
      inputs.reals.dropFirst().compactMap(\.self).last { $0.count == shape.count }
      ?? inputs.node.attributes["scales"]?.reals
    guard let scales, scales.count == shape.count else { return [shape.map { _ in -1 }] }
    return [
      zip(shape, scales).map { size, scale in
        let scaled = (Double(size) * scale).rounded(.down)
        return size >= 0 && scaled >= 0 && scaled < Double(SourceValue.largest) ? Int(scaled) : -1
      }
    ]
  }

  private static func blocks(_ inputs: ShapeInputs, grows: Bool) -> [[Int]?] {
    guard let shape = inputs.shape(0), shape.count == 4, let size = inputs.node.integer("blocksize"), size > 0,
      let area = Shape.product(size, size), Shape.isKnown(shape)
    else { return [nil] }
    guard !grows else { return [[shape[0], shape[1] / area] + shape[2...].map { Shape.product($0, size) ?? -1 }] }
    return [[shape[0], Shape.product(shape[1], area) ?? -1] + shape[2...].map { $0 / size }]
  }

  private static func topK(_ inputs: ShapeInputs) -> [[Int]?] {
    guard var shape = inputs.shape(0), let axis = Shape.axis(inputs.node.integer("axis") ?? -1, of: shape.count) else {
      return [nil]
    }
    shape[axis] = inputs.numbers(1, or: "k")?.first ?? -1
    return [shape, shape]
  }

  private static func oneHot(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0), let axis = Shape.axis(inputs.node.integer("axis") ?? -1, of: shape.count + 1)
    else {
      return [nil]
    }
    var result = shape
    result.insert(inputs.value(1)?.first ?? -1, at: axis)
    return [result]
  }
}
