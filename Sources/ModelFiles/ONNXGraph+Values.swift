extension ONNXGraph {
  struct Table {
    /// `nil` where their number is unknown.
    let rows: Int?
  }

  /// What a node indexes by one of its inputs; `nil` for nothing.
  func table(of node: Node, _ position: Int) -> Table? {
    switch (node.type, position) {
    case ("Gather", 1), ("GatherElements", 1), ("Scatter", 1), ("ScatterElements", 1):
      Table(rows: size(of: node.inputs[0], axis: node.integer("axis") ?? 0))
    case ("ArrayFeatureExtractor", 1): Table(rows: size(of: node.inputs[0], axis: -1))
    case ("RotaryEmbedding", 3): Table(rows: size(of: node.inputs[1], axis: 0))
    case ("NegativeLogLikelihoodLoss", 1), ("SoftmaxCrossEntropyLoss", 1):
      Table(rows: size(of: node.inputs[0], axis: 1))
    case ("RoiAlign", 2): Table(rows: size(of: node.inputs[0], axis: 0))
    case ("MaxUnpool", 1): Table(rows: knownShape(node.inputs[0]).flatMap(Self.elementCount))
    default: nil
    }
  }

  /// The values that a node takes at one of its inputs; `nil` where it takes any.
  ///
  /// - Parameter isInteger: whether the input of the model has integers.
  func range(of node: Node, _ position: Int, isInteger: Bool) -> ClosedRange<Int>? {
    switch (node.type, position) {
    case ("GatherND", 1), ("ScatterND", 1): return InputUse.indices(into: shape(of: node.inputs[0])?.min())
    case ("OneHot", 0): return InputUse.indices(into: node.inputs.count > 1 ? constants[node.inputs[1]]?.first : nil)
    case ("Equal", 0...1) where node.inputs.count == 2:
      // A single number that the graph compares, such as a sample rate, should be the number that it expects.
      guard (shape(of: node.inputs[position]) ?? [2]).allSatisfy({ $0 == 1 }) else { return nil }
      return constants[node.inputs[1 - position]]?.first.map { $0...$0 }
    // A division of integers by 0 ends the process.
    case ("Div", 1), ("Mod", 1): return isInteger ? 1...99 : nil
    case ("BitShift", 1): return 0...7
    case ("ReverseSequence", 1): return lengths(of: node.inputs[0], axis: node.integer("time_axis") ?? 0)
    case ("GRU", 4), ("LSTM", 4), ("RNN", 4): return lengths(of: node.inputs[0], axis: 0)
    case ("Attention", 6): return lengths(of: node.inputs[1], axis: -2)
    case ("BlackmanWindow", 0), ("HammingWindow", 0), ("HannWindow", 0): return 8...8
    case ("TopK", 1), ("ConstantOfShape", 0), ("Expand", 1), ("Tile", 1), ("Resize", 2...3), ("Upsample", 1),
      ("OneHot", 1), ("Slice", 2), ("Slice", 4), ("Range", 1), ("Range", 2), ("Loop", 0...1), ("DFT", 2), ("STFT", 1),
      ("CenterCropPad", 1):
      return 1...1
    case ("Slice", 1), ("Slice", 3), ("Pad", 1), ("Range", 0), ("CumSum", 1), ("CumProd", 1), ("Trilu", 1),
      ("SequenceAt", 1), ("TensorScatter", 2):
      return 0...0
    default: return nil
    }
  }

  /// The lengths that sequences along an axis may have.
  private func lengths(of name: String, axis: Int) -> ClosedRange<Int> { 1...(size(of: name, axis: axis) ?? 1) }

  /// The elements that a node takes at one of its inputs, where they must fit together; `nil` where any of the range will do.
  func elements(of node: Node, _ position: Int, count: Int) -> [Int]? {
    let output = node.outputs.first.flatMap(knownShape)
    let elements: [Int]? =
      switch (node.type, position) {
      case ("Reshape", 1): output ?? [-1] + [Int](repeating: 1, count: max(count - 1, 0))
      case ("CenterCropPad", 1), ("ConstantOfShape", 0), ("Expand", 1), ("MaxUnpool", 2), ("Resize", 3): output
      case ("Tile", 1): output.flatMap { repeats(from: node.inputs[0], to: $0) }
      case ("Pad", 3), ("Slice", 3), ("Unsqueeze", 1): Array(0..<count)
      case ("Squeeze", 1): knownShape(node.inputs[0]).map { shape in shape.indices.filter { shape[$0] == 1 } }
      case ("Split", 1), ("SplitToSequence", 1):
        size(of: node.inputs[0], axis: node.integer("axis") ?? 0).flatMap { Self.parts(of: $0, count: count) }
      case ("AffineGrid", 1): output.map { $0.prefix(1) + [1] + $0.dropFirst().dropLast() }
      default: node.type.hasPrefix("Reduce") && position == 1 ? Array(0..<count) : nil
      }
    return elements?.count == count ? elements : nil
  }

  private func knownShape(_ name: String) -> [Int]? {
    shape(of: name).flatMap { $0.allSatisfy { $0 >= 0 } ? $0 : nil }
  }

  /// `nil` where the number does not fit.
  private static func elementCount(_ shape: [Int]) -> Int? {
    shape.reduce(1 as Int?) { count, size in
      guard let (product, overflow) = count?.multipliedReportingOverflow(by: size), !overflow else { return nil }
      return product
    }
  }

  private func repeats(from name: String, to output: [Int]) -> [Int]? {
    guard let input = knownShape(name), input.count == output.count, !input.contains(0) else { return nil }
    return zip(output, input).map { $0 / $1 }
  }

  /// A size in equal parts, the last with the rest.
  private static func parts(of size: Int, count: Int) -> [Int]? {
    guard count > 0 else { return nil }
    let part = size / count
    return [Int](repeating: part, count: count - 1) + [size - part * (count - 1)]
  }
}
