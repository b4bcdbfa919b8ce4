import ModelFiles

/// The shapes that TensorFlow's common operations give, for graphs that do not say them.
enum TensorFlowShapes {
  static let rules: [String: ShapeRule] = {
    var rules: [String: ShapeRule] = [
      "Conv2D": { convolution($0, channels: { $0[3] }) },
      "_FusedConv2D": { convolution($0, channels: { $0[3] }) },
      "DepthwiseConv2dNative": { convolution($0, channels: { Shape.product($0[2], $0[3]) ?? -1 }) },
      "MaxPool": pool, "AvgPool": pool, "MatMul": matMul, "_FusedMatMul": matMul,
      "BatchMatMulV2": { [ONNXShapes.product($0.shape(0), $0.shape(1))] },
      "Reshape": ONNXShapes.reshape, "Mean": reduce, "Max": reduce, "Sum": reduce, "Min": reduce,
      "Pad": pad, "PadV2": pad, "MirrorPad": pad, "ConcatV2": concat, "Squeeze": squeeze,
    ]
    for name in likeFirst { rules[name] = { [$0.shape(0)] } }
    for name in broadcasting { rules[name] = broadcast }
    return rules
  }()

  private static let likeFirst = [
    "BiasAdd", "Cast", "Elu", "Exp", "FakeQuantWithMinMaxVars", "FusedBatchNorm", "FusedBatchNormV3", "Identity",
    "LeakyRelu", "LogSoftmax", "Neg", "Relu", "Relu6", "Rsqrt", "Sigmoid", "Softmax", "Sqrt", "Square", "StopGradient",
    "Tanh",
  ]
  private static let broadcasting = [
    "Add", "AddV2", "Maximum", "Minimum", "Mul", "RealDiv", "Sub", "SquaredDifference",
  ]

  private static func broadcast(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let first = inputs.shape(0), let second = inputs.shape(1) else { return [nil] }
    return [Shape.broadcast(first, second)]
  }

  /// `nil` unless the channels come last.
  private static func windows(_ inputs: ShapeInputs, kernel: [Int], channels: Int) -> [[Int]?] {
    let node = inputs.node
    guard let data = inputs.shape(0), data.count == 4, (node.text("data_format") ?? "NHWC") == "NHWC",
      let strides = node.integers("strides"), strides.count == 4
    else { return [nil] }
    let dilations = node.integers("dilations") ?? [1, 1, 1, 1]
    guard dilations.count == 4 else { return [nil] }
    var window = SourceNode(name: "", operation: "", inputs: [], outputs: [])
    window.attributes = [
      "strides": .integers(Array(strides[1...2])), "dilations": .integers(Array(dilations[1...2])),
      "auto_pad": .text(node.text("padding") ?? "VALID"),
    ]
    if node.text("padding") == "EXPLICIT", let pads = node.integers("explicit_paddings"), pads.count == 8 {
      window.attributes["pads"] = .integers([pads[2], pads[4], pads[3], pads[5]])
    }
    return [Windows.sizes(data[1...2], kernel: kernel, of: window).map { [data[0]] + $0 + [channels] }]
  }

  private static func convolution(_ inputs: ShapeInputs, channels: ([Int]) -> Int) -> [[Int]?] {
    guard let filter = inputs.shape(1), filter.count == 4 else { return [nil] }
    return windows(inputs, kernel: Array(filter[..<2]), channels: channels(filter))
  }

  private static func pool(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let kernel = inputs.node.integers("ksize"), kernel.count == 4, let data = inputs.shape(0), data.count == 4
    else {
      return [nil]
    }
    return windows(inputs, kernel: Array(kernel[1...2]), channels: data[3])
  }

  private static func matMul(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let a = inputs.shape(0), let b = inputs.shape(1), a.count == 2, b.count == 2 else { return [nil] }
    return [[inputs.node.flag("transpose_a") ? a[1] : a[0], inputs.node.flag("transpose_b") ? b[0] : b[1]]]
  }

  private static func reduce(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0), let given = inputs.value(1) else { return [nil] }
    let axes = Set(given.compactMap { Shape.axis($0, of: shape.count) })
    return [
      inputs.node.flag("keep_dims")
        ? shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
        : shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
    ]
  }

  private static func pad(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0), let pads = inputs.value(1), pads.count == 2 * shape.count else { return [nil] }
    return [shape.enumerated().map { $1 < 0 ? -1 : max($1 + pads[2 * $0] + pads[2 * $0 + 1], -1) }]
  }

  private static func concat(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let axis = inputs.values.last??.first else { return [nil] }
    return [ONNXShapes.joined(inputs.shapes.dropLast(), axis)]
  }

  private static func squeeze(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0) else { return [nil] }
    let axes = Set((inputs.node.integers("squeeze_dims") ?? []).compactMap { Shape.axis($0, of: shape.count) })
    if axes.isEmpty { return [Shape.isKnown(shape) ? shape.filter { $0 != 1 } : nil] }
    return [shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element)]
  }
}
