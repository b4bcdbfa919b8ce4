import ModelFiles

/// How many multiply-accumulates an operation needs.
///
/// Counted are convolutions and products of matrices, as in the papers on MobileNets (arXiv:1704.04861, 1801.04381), in fvcore's and in
/// torchvision's tables. Element-wise operations, pooling, normalisation and moving of data count none. Operations are counted as the file
/// describes them: a kernel that saves some, such as Winograd's, does less.
enum MACRule {
  /// A convolution: for each output element, the weights of its channel.
  case convolution(weights: Int, channelAxes: [Int])
  /// A transposed convolution: for each input element, the weights of its channel.
  case transposedConvolution(input: Int, weights: Int, channelAxes: [Int])
  /// A product of matrices: for each output element, the common dimension, from the left factor.
  case product(left: Int, transposition: String?)
  /// A fully connected layer: for each output element, the last dimension of the weights.
  case dense(weights: Int)
  /// A recurrent layer: all weights at every step of every sequence.
  case recurrent(weights: [Int])
  /// A sum over the product of two tensors with named dimensions: the product of all dimensions.
  case einsum
  /// Scaled products of queries, keys and values.
  case attention
  /// Weights packed to blocks, whose sizes the attributes `K` and `N` say.
  case packedProduct

  /// By operation. Names are the formats' own; where two formats use one name, its rule is the same or stands below.
  static func rule(of node: SourceNode, in format: GraphFormat) -> MACRule? {
    switch format {
    case .onnx: onnx[node.operation]
    case .tflite: tflite[node.operation]
    case .openvino: openvino[node.operation]
    case .tensorflow: tensorflow[node.operation]
    }
  }

  private static let onnx: [String: MACRule] = [
    "Conv": .convolution(weights: 1, channelAxes: [0]), "FusedConv": .convolution(weights: 1, channelAxes: [0]),
    "ConvInteger": .convolution(weights: 1, channelAxes: [0]),
    "QLinearConv": .convolution(weights: 3, channelAxes: [0]),
    "ConvTranspose": .transposedConvolution(input: 0, weights: 1, channelAxes: [0]),
    "Gemm": .product(left: 0, transposition: "transA"), "FusedGemm": .product(left: 0, transposition: "transA"),
    "MatMul": .product(left: 0, transposition: nil), "MatMulInteger": .product(left: 0, transposition: nil),
    "QLinearMatMul": .product(left: 0, transposition: nil), "FusedMatMul": .product(left: 0, transposition: "transA"),
    "QGemm": .product(left: 0, transposition: "transA"), "DynamicQuantizeMatMul": .product(left: 0, transposition: nil),
    "MatMulNBits": .packedProduct, "LSTM": .recurrent(weights: [1, 2]), "GRU": .recurrent(weights: [1, 2]),
    "RNN": .recurrent(weights: [1, 2]), "Einsum": .einsum, "Attention": .attention,
  ]

  private static let tflite: [String: MACRule] = [
    "CONV_2D": .convolution(weights: 1, channelAxes: [0]),
    "DEPTHWISE_CONV_2D": .convolution(weights: 1, channelAxes: [3]),
    "CONV_3D": .convolution(weights: 1, channelAxes: [4]),
    "TRANSPOSE_CONV": .transposedConvolution(input: 2, weights: 1, channelAxes: [3]),
    "CONV_3D_TRANSPOSE": .transposedConvolution(input: 2, weights: 1, channelAxes: [4]),
    "FULLY_CONNECTED": .dense(weights: 1), "BATCH_MATMUL": .product(left: 0, transposition: "adj_x"),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": .recurrent(weights: Array(1...8) + [16]),
    "BIDIRECTIONAL_SEQUENCE_LSTM": .recurrent(weights: Array(1...8) + [16] + Array(18...25) + [33]),
    "LSTM": .recurrent(weights: Array(1...8) + [16]), "RNN": .recurrent(weights: [1, 2]),
    "UNIDIRECTIONAL_SEQUENCE_RNN": .recurrent(weights: [1, 2]),
    "BIDIRECTIONAL_SEQUENCE_RNN": .recurrent(weights: [1, 2, 4, 5]), "SVDF": .recurrent(weights: [1, 2]),
  ]

  private static let openvino: [String: MACRule] = [
    "Convolution": .convolution(weights: 1, channelAxes: [0]),
    "GroupConvolution": .convolution(weights: 1, channelAxes: [0, 1]),
    "BinaryConvolution": .convolution(weights: 1, channelAxes: [0]),
    "ConvolutionBackpropData": .transposedConvolution(input: 0, weights: 1, channelAxes: [0]),
    "GroupConvolutionBackpropData": .transposedConvolution(input: 0, weights: 1, channelAxes: [0, 1]),
    "MatMul": .product(left: 0, transposition: "transpose_a"), "Einsum": .einsum,
    "LSTMSequence": .recurrent(weights: [4, 5]), "GRUSequence": .recurrent(weights: [3, 4]),
    "RNNSequence": .recurrent(weights: [3, 4]), "LSTMCell": .recurrent(weights: [3, 4]),
    "GRUCell": .recurrent(weights: [2, 3]), "RNNCell": .recurrent(weights: [2, 3]),
    "ScaledDotProductAttention": .attention,
  ]

  private static let tensorflow: [String: MACRule] = [
    "Conv2D": .convolution(weights: 1, channelAxes: [3]), "_FusedConv2D": .convolution(weights: 1, channelAxes: [3]),
    "Conv3D": .convolution(weights: 1, channelAxes: [4]),
    "DepthwiseConv2dNative": .convolution(weights: 1, channelAxes: [2, 3]),
    "Conv2DBackpropInput": .transposedConvolution(input: 2, weights: 1, channelAxes: [3]),
    "MatMul": .product(left: 0, transposition: "transpose_a"),
    "_FusedMatMul": .product(left: 0, transposition: "transpose_a"),
    "BatchMatMul": .product(left: 0, transposition: "adj_x"),
    "BatchMatMulV2": .product(left: 0, transposition: "adj_x"),
    "BatchMatMulV3": .product(left: 0, transposition: "adj_x"), "Einsum": .einsum,
  ]
}

extension MACRule {
  /// - Returns: `nil` where a shape that matters is unknown, or the number does not fit.
  func count(_ node: SourceNode, _ shapes: GraphShapes) -> Int? {
    func shape(_ place: Int) -> [Int]? {
      node.inputs.indices.contains(place) ? node.inputs[place].flatMap { shapes.shapes[$0] } : nil
    }
    let output = node.outputs.first.flatMap(\.self).flatMap { shapes.count($0) }
    switch self {
    case .convolution(let weights, let axes):
      return Self.times(output, Self.perChannel(shape(weights), axes))
    case .transposedConvolution(let input, let weights, let axes):
      return Self.times(shape(input).flatMap(Shape.count), Self.perChannel(shape(weights), axes))
    case .product(let left, let transposition):
      guard let left = shape(left), let last = left.last else { return nil }
      let isTurned = transposition.map(node.flag) ?? false
      return Self.times(output, isTurned && left.count > 1 ? left[left.count - 2] : last)
    case .dense(let weights): return Self.times(output, shape(weights)?.last)
    case .packedProduct: return Self.times(output, node.integer("K"))
    case .recurrent(let weights):
      guard let steps = shape(0).flatMap({ Shape.count($0.dropLast()) }) else { return nil }
      let given = weights.filter { node.inputs.indices.contains($0) && node.inputs[$0] != nil }
      let counts = given.map { shape($0).flatMap(Shape.count) }
      return Self.times(steps, counts.reduce(0 as Int?) { sum, count in sum.flatMap { Self.sum($0, count) } })
    case .einsum: return Self.einsum(node, (0..<2).map(shape))
    case .attention:
      guard let queries = shape(0), let keys = shape(1), let values = shape(2), queries.count > 2, keys.count > 2,
        let rows = Shape.count(queries.dropLast()), let width = queries.last, let depth = values.last
      else { return nil }
      let scores = Self.times(rows, keys[keys.count - 2])
      return Self.times(scores, Self.sum(width, depth))
    }
  }

  private static func times(_ first: Int?, _ second: Int?) -> Int? {
    guard let first, let second, first >= 0, second >= 0 else { return nil }
    return Shape.product(first, second)
  }

  static func sum(_ first: Int, _ second: Int?) -> Int? {
    guard let second else { return nil }
    let (sum, overflow) = first.addingReportingOverflow(second)
    return overflow ? nil : sum
  }

  /// The weights of one channel.
  private static func perChannel(_ weights: [Int]?, _ axes: [Int]) -> Int? {
    guard let weights, weights.count > (axes.max() ?? 0) else { return nil }
    return Shape.count(weights.enumerated().filter { !axes.contains($0.offset) }.map(\.element))
  }

  private static func einsum(_ node: SourceNode, _ shapes: [[Int]?]) -> Int? {
    guard let equation = node.text("equation"), node.inputs.count == 2, !equation.contains(".") else { return nil }
    let left = equation.prefix { $0 != "-" }.filter { $0 != " " }
    var sizes: [Character: Int] = [:]
    for (letters, shape) in zip(left.split(separator: ","), shapes) {
      guard let shape, shape.count == letters.count else { return nil }
      for (letter, size) in zip(letters, shape) { sizes[letter] = max(sizes[letter] ?? -1, size) }
    }
    return Shape.count(sizes.values)
  }
}

/// Whose words the operations of a graph are.
enum GraphFormat {
  case onnx, tflite, openvino, tensorflow
}
