/// Puts a network together, layer by layer. Batch normalisation is folded into the convolutions, as engines do it.
package final class NetworkBuilder {
  private(set) var network = Network()
  private var numbers: [String: Int] = [:]
  private var scope = ""

  /// The part of its mean that a filter loses. Larger ones make outputs differ more between images and between engines.
  private static let centring = 0.3

  /// The input of a network: a square image in red, green and blue.
  func image(size: Int) -> Signal {
    network.inputs.append(("image", [1, 3, size, size]))
    return Signal(name: "image", shape: [3, size, size], moments: .image)
  }

  /// Makes a signal an output of the network, by this name.
  func output(_ signal: Signal, as name: String) {
    guard let maker = network.nodes.lastIndex(where: { $0.output == signal.name }) else { return }
    network.nodes[maker].output = name
    network.outputs.append((name, [1] + signal.shape))
  }

  /// Names what `body` adds `name/…`.
  func within<Result>(_ name: String, _ body: () -> Result) -> Result {
    let outer = scope
    scope += "\(name)/"
    defer { scope = outer }
    return body()
  }

  // MARK: Layers with weights

  /// A convolution with biases.
  func convolution(
    _ input: Signal, _ channels: Int, kernel: Kernel = 1, stride: Int = 1, padding: Padding = .same, groups: Int = 1,
    _ activation: ActivationFunction = .relu
  ) -> Signal {
    let window = Window(kernel, stride: stride, padding: padding, on: input.shape)
    let name = unused("conv")
    let taps = input.channels / groups * kernel.height * kernel.width
    // The taps of a depthwise filter see one channel: without their mean they would see only edges.
    let spread = input.moments.spread(
      over: taps, centring: groups == input.channels ? 0 : Self.centring, to: .target(before: activation))
    let weights = parameter(
      "\(name).weight", [channels, input.channels / groups, kernel.height, kernel.width], .weights(spread))
    let biases = parameter("\(name).bias", [channels], .biases)
    let shape = [channels] + window.outputSize
    network.multiplyAdds += shape.reduce(taps, *)
    let convolved = node(
      "Conv", [input.name, weights, biases], name,
      window.attributes + (groups > 1 ? [("group", .integer(groups))] : []),
      shape, .target(before: activation))
    return activate(convolved, activation)
  }

  /// One filter per channel.
  func depthwise(
    _ input: Signal, kernel: Kernel = 3, stride: Int = 1, _ activation: ActivationFunction = .relu
  ) -> Signal {
    convolution(input, input.channels, kernel: kernel, stride: stride, groups: input.channels, activation)
  }

  /// A layer that connects all with all.
  func dense(_ input: Signal, _ channels: Int, centring: Double? = nil, _ activation: ActivationFunction = .relu)
    -> Signal
  {
    let flat = input.shape.count == 1 ? input : flattened(input)
    let name = unused("dense")
    let spread = flat.moments.spread(
      over: flat.channels, centring: centring ?? Self.centring, to: .target(before: activation))
    let weights = parameter("\(name).weight", [channels, flat.channels], .weights(spread))
    let biases = parameter("\(name).bias", [channels], .biases)
    network.multiplyAdds += channels * flat.channels
    let product = node(
      "Gemm", [flat.name, weights, biases], name, [("transB", .integer(1))], [channels], .target(before: activation))
    return activate(product, activation)
  }

  // MARK: Layers without weights

  func activate(_ input: Signal, _ function: ActivationFunction) -> Signal {
    let moments = input.moments.behind(function)
    func apply(_ type: String, _ others: [String] = []) -> Signal {
      node(type, [input.name] + others, unused(type.lowercased()), [], input.shape, moments)
    }
    switch function {
    case .none: return input
    case .relu: return apply("Relu")
    case .relu6: return apply("Clip", [constant("zero", .floats([0])), constant("six", .floats([6]))])
    case .sigmoid: return apply("Sigmoid")
    case .swish: return apply("Mul", [apply("Sigmoid").name])
    }
  }

  func maximumPool(_ input: Signal, kernel: Kernel = 3, stride: Int = 2, padding: Padding = .same) -> Signal {
    pool(
      "MaxPool", input, Window(kernel, stride: stride, padding: padding, on: input.shape), input.moments.behindMaximum)
  }

  func averagePool(_ input: Signal, kernel: Kernel = 3, stride: Int = 1) -> Signal {
    pool(
      "AveragePool", input, Window(kernel, stride: stride, padding: .same, on: input.shape), input.moments.behindAverage
    )
  }

  private func pool(_ type: String, _ input: Signal, _ window: Window, _ moments: Moments) -> Signal {
    node(type, [input.name], unused("pool"), window.attributes, [input.channels] + window.outputSize, moments)
  }

  /// The mean of each channel.
  func globalAveragePool(_ input: Signal) -> Signal {
    node("GlobalAveragePool", [input.name], unused("pool"), [], [input.channels, 1, 1], input.moments.behindAverage)
  }

  func flattened(_ input: Signal) -> Signal {
    node("Flatten", [input.name], unused("flatten"), [], [input.shape.reduce(1, *)], input.moments)
  }

  func sum(_ one: Signal, _ other: Signal) -> Signal {
    node("Add", [one.name, other.name], unused("add"), [], one.shape, one.moments + other.moments)
  }

  /// Scales each channel by a number of its own.
  func scaled(_ input: Signal, by gate: Signal) -> Signal {
    node("Mul", [input.name, gate.name], unused("mul"), [], input.shape, input.moments * gate.moments)
  }

  /// Side by side, along the first dimension behind the batch.
  func concatenated(_ inputs: [Signal]) -> Signal {
    let shape = [inputs.reduce(0) { $0 + $1.channels }] + inputs[0].shape.dropFirst()
    return node(
      "Concat", inputs.map(\.name), unused("concat"), [("axis", .integer(1))], shape,
      .mixture(inputs.map { ($0.moments, $0.channels) }))
  }

  /// AlexNet's normalisation across five channels.
  func localResponseNormalization(_ input: Signal) -> Signal {
    node(
      "LRN", [input.name], unused("lrn"),
      [("alpha", .float(1e-4)), ("beta", .float(0.75)), ("bias", .float(1)), ("size", .integer(5))], input.shape,
      input.moments)
  }

  /// The channels of all places in rows of `length` numbers, place by place.
  func rows(_ input: Signal, length: Int) -> Signal {
    let places = node(
      "Transpose", [input.name], unused("transpose"), [("perm", .integers([0, 2, 3, 1]))],
      Array(input.shape.dropFirst()) + [input.channels], input.moments)
    let shape = constant("rows\(length)", .integers([1, -1, Int64(length)]))
    return node(
      "Reshape", [places.name, shape], unused("reshape"), [], [input.shape.reduce(1, *) / length, length], input.moments
    )
  }

  // MARK: Names

  private func node(
    _ type: String, _ inputs: [String], _ output: String, _ attributes: [(String, Network.Attribute)], _ shape: [Int],
    _ moments: Moments
  ) -> Signal {
    network.nodes.append(.init(type: type, inputs: inputs, output: output, attributes: attributes))
    return Signal(name: output, shape: shape, moments: moments)
  }

  private func parameter(_ name: String, _ shape: [Int], _ content: Network.Content) -> String {
    network.parameters.append(.init(name: name, shape: shape, content: content))
    return name
  }

  /// A number or a list of numbers that many layers share.
  private func constant(_ name: String, _ content: Network.Content) -> String {
    if network.parameters.contains(where: { $0.name == name }) { return name }
    return if case .integers(let numbers) = content {
      parameter(name, [numbers.count], content)
    } else {
      parameter(name, [], content)
    }
  }

  private func unused(_ kind: String) -> String {
    numbers[scope + kind, default: 0] += 1
    return "\(scope)\(kind)\(numbers[scope + kind, default: 1])"
  }
}
