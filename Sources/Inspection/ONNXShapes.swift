import ModelFiles

/// The shapes that ONNX's common operations give (onnx/docs/Operators.md).
enum ONNXShapes {
  static let rules: [String: ShapeRule] = {
    var rules = ONNXShapes.moving.merging(computing) { $1 }
    for name in likeFirst { rules[name] = { [$0.shape(0)] } }
    // The second output says which elements are left.
    rules["Dropout"] = { [$0.shape(0), $0.shape(0)] }
    for name in broadcasting { rules[name] = broadcast }
    for name in reducing { rules[name] = reduce }
    return rules
  }()

  /// Operations whose first output has the shape of their first input.
  private static let likeFirst = [
    "Abs", "Acos", "Asin", "Atan", "BatchNormalization", "BiasGelu", "Cast", "CastLike", "Ceil", "Celu", "Clip", "Cos",
    "CumSum", "DequantizeLinear", "DynamicQuantizeLinear", "Elu", "Erf", "Exp", "FastGelu", "Floor", "Gelu",
    "GroupNormalization", "HardSigmoid", "HardSwish", "Hardmax", "Identity", "InstanceNormalization", "IsInf", "IsNaN",
    "LRN", "LayerNormalization", "LeakyRelu", "Log", "LogSoftmax", "LpNormalization", "MeanVarianceNormalization",
    "Mish", "Neg", "Not", "PRelu", "QLinearLeakyRelu", "QLinearSigmoid", "QLinearSoftmax", "QuantizeLinear",
    "QuickGelu",
    "RMSNormalization", "Reciprocal", "Relu", "Round", "ScatterElements", "ScatterND", "Selu", "Shrink", "Sigmoid",
    "Sign",
    "SimplifiedLayerNormalization", "Sin", "Sinh", "SkipLayerNormalization", "Softmax", "Softplus", "Softsign", "Sqrt",
    "Swish", "Tan", "Tanh", "ThresholdedRelu", "Trilu",
  ]

  private static let broadcasting = [
    "Add", "And", "BitwiseAnd", "BitwiseOr", "Div", "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Max",
    "Mean", "Min", "Mod", "Mul", "Or", "Pow", "Sub", "Sum", "Where", "Xor",
  ]

  private static let reducing = [
    "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
    "ReduceSum", "ReduceSumSquare",
  ]

  private static func broadcast(_ inputs: ShapeInputs) -> [[Int]?] {
    let shapes = inputs.shapes
    guard !shapes.contains(nil), let first = shapes.first ?? nil else { return [nil] }
    return [
      shapes.dropFirst().reduce(first as [Int]?) { result, shape in
        result.flatMap { Shape.broadcast($0, shape ?? []) }
      }
    ]
  }

  private static func reduce(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let shape = inputs.shape(0) else { return [nil] }
    let keeps = inputs.node.integer("keepdims") ?? 1 != 0
    guard let given = inputs.numbers(1, or: "axes"), !given.isEmpty else {
      if inputs.has(1) { return [nil] }
      return [inputs.node.flag("noop_with_empty_axes") ? shape : keeps ? shape.map { _ in 1 } : []]
    }
    let axes = Set(given.compactMap { Shape.axis($0, of: shape.count) })
    return [
      keeps
        ? shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
        : shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
    ]
  }

  // MARK: Operations that compute

  private static let computing: [String: ShapeRule] = [
    "Conv": { convolution($0, weights: 1) }, "FusedConv": { convolution($0, weights: 1) },
    "ConvInteger": { convolution($0, weights: 1) }, "QLinearConv": { convolution($0, weights: 3) },
    "ConvTranspose": transposed,
    "MaxPool": pool, "AveragePool": pool, "LpPool": pool, "QLinearAveragePool": pool,
    "GlobalAveragePool": globalPool, "GlobalMaxPool": globalPool, "GlobalLpPool": globalPool,
    "QLinearGlobalAveragePool": globalPool,
    "Gemm": gemm, "FusedGemm": gemm,
    "MatMul": { [product($0.shape(0), $0.shape(1))] }, "MatMulInteger": { [product($0.shape(0), $0.shape(1))] },
    "FusedMatMul": fusedMatMul, "QLinearMatMul": { [product($0.shape(0), $0.shape(3))] },
    "QLinearAdd": { quantizedPair($0) }, "QLinearMul": { quantizedPair($0) },
    "LSTM": recurrent, "GRU": recurrent, "RNN": recurrent,
    "ArgMax": argument, "ArgMin": argument,
  ]

  private static func convolution(_ inputs: ShapeInputs, weights index: Int) -> [[Int]?] {
    guard let data = inputs.shape(0), data.count > 2 else { return [nil] }
    let weights = inputs.shape(index)
    let kernel = inputs.node.integers("kernel_shape") ?? weights.map { Array($0.dropFirst(2)) }
    guard let kernel, let sizes = Windows.sizes(data[2...], kernel: kernel, of: inputs.node) else { return [nil] }
    return [[data[0], weights?.first ?? -1] + sizes]
  }

  private static func transposed(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let data = inputs.shape(0), data.count > 2, let weights = inputs.shape(1), weights.count == data.count else {
      return [nil]
    }
    let kernel = inputs.node.integers("kernel_shape") ?? Array(weights.dropFirst(2))
    guard let sizes = Windows.transposed(data[2...], kernel: kernel, of: inputs.node) else { return [nil] }
    return [[data[0], Shape.product(weights[1], inputs.node.integer("group") ?? 1) ?? -1] + sizes]
  }

  private static func pool(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let data = inputs.shape(0), data.count > 2, let kernel = inputs.node.integers("kernel_shape"),
      let sizes = Windows.sizes(data[2...], kernel: kernel, of: inputs.node)
    else { return [nil] }
    let shape = Array(data[..<2]) + sizes
    return [shape, shape]
  }

  private static func globalPool(_ inputs: ShapeInputs) -> [[Int]?] {
    [inputs.shape(0).map { $0.prefix(2) + $0.dropFirst(2).map { _ in 1 } }]
  }

  private static func gemm(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let a = inputs.shape(0), let b = inputs.shape(1), a.count == 2, b.count == 2 else { return [nil] }
    return [[inputs.node.flag("transA") ? a[1] : a[0], inputs.node.flag("transB") ? b[0] : b[1]]]
  }

  private static func fusedMatMul(_ inputs: ShapeInputs) -> [[Int]?] {
    func turned(_ shape: [Int]?, _ flag: String) -> [Int]? {
      guard inputs.node.flag(flag), let shape, shape.count > 1 else { return shape }
      return shape.dropLast(2) + [shape[shape.count - 1], shape[shape.count - 2]]
    }
    return [product(turned(inputs.shape(0), "transA"), turned(inputs.shape(1), "transB"))]
  }

  /// NumPy's matmul.
  static func product(_ a: [Int]?, _ b: [Int]?) -> [Int]? {
    guard let a, let b, !a.isEmpty, !b.isEmpty else { return nil }
    guard let batch = Shape.broadcast(Array(a.dropLast(2)), Array(b.dropLast(2))) else { return nil }
    return batch + (a.count > 1 ? [a[a.count - 2]] : []) + (b.count > 1 ? [b[b.count - 1]] : [])
  }

  private static func quantizedPair(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let a = inputs.shape(0), let b = inputs.shape(3) else { return [nil] }
    return [Shape.broadcast(a, b)]
  }

  private static func recurrent(_ inputs: ShapeInputs) -> [[Int]?] {
    guard let data = inputs.shape(0), data.count == 3, let hidden = inputs.node.integer("hidden_size") else {
      return [nil]
    }
    let directions = inputs.node.text("direction") == "bidirectional" ? 2 : 1
    let batchFirst = inputs.node.flag("layout")
    let (steps, batch) = batchFirst ? (data[1], data[0]) : (data[0], data[1])
    let state = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    return [batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden], state, state]
  }

  private static func argument(_ inputs: ShapeInputs) -> [[Int]?] {
    guard var shape = inputs.shape(0), let axis = Shape.axis(inputs.node.integer("axis") ?? 0, of: shape.count) else {
      return [nil]
    }
    if inputs.node.integer("keepdims") ?? 1 != 0 { shape[axis] = 1 } else { shape.remove(at: axis) }
    return [shape]
  }
}
