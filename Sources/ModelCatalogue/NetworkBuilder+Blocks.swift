/// What several architectures are made of.
extension NetworkBuilder {
  /// The scores of the classes from the last features. Their filters lose all of their mean: what is left differs between images.
  func classifier(_ features: Signal, classes: Int = 1000) {
    output(dense(globalAveragePool(features), classes, centring: 1, .none), as: "scores")
  }

  /// MobileNet v2's block: more channels, a depthwise convolution, fewer channels; its input is added where shapes allow it.
  ///
  /// - Parameters:
  ///   - squeeze: the channels between which squeeze-and-excitation decides; `nil` for none.
  /// - Returns: what is inside the block behind the expansion, and its output.
  func invertedResidual(
    _ input: Signal, _ channels: Int, expansion: Int, kernel: Kernel = 3, stride: Int = 1, squeeze: Int? = nil,
    _ activation: ActivationFunction
  ) -> (expanded: Signal, output: Signal) {
    let expanded = expansion == 1 ? input : convolution(input, input.channels * expansion, activation)
    var inner = depthwise(expanded, kernel: kernel, stride: stride, activation)
    if let squeeze { inner = squeezedAndExcited(inner, squeeze, activation) }
    return (expanded, added(convolution(inner, channels, .none), to: input, stride: stride))
  }

  /// The block of EfficientNet for Edge TPUs, whose expansion is a convolution in full.
  func fusedInvertedResidual(
    _ input: Signal, _ channels: Int, expanded: Int, kernel: Kernel = 3, stride: Int = 1, isResidual: Bool = true,
    _ activation: ActivationFunction
  ) -> Signal {
    let inner = convolution(input, expanded, kernel: kernel, stride: stride, activation)
    let output = convolution(inner, channels, .none)
    return isResidual ? added(output, to: input, stride: stride) : output
  }

  /// A residual, where it has the shape of what it is added to.
  private func added(_ residual: Signal, to input: Signal, stride: Int) -> Signal {
    stride == 1 && residual.channels == input.channels ? sum(residual, input) : residual
  }

  /// Squeeze-and-excitation: the means of all channels decide how much of each passes.
  private func squeezedAndExcited(_ input: Signal, _ channels: Int, _ activation: ActivationFunction) -> Signal {
    let squeezed = convolution(globalAveragePool(input), channels, activation)
    return scaled(input, by: convolution(squeezed, input.channels, .sigmoid))
  }

  /// ResNet's bottleneck, with the stride in its first layer, as in the paper.
  func bottleneck(_ input: Signal, inner: Int, stride: Int) -> Signal {
    let channels = 4 * inner
    let reduced = convolution(convolution(input, inner, stride: stride), inner, kernel: 3)
    let residual = convolution(reduced, channels, .none)
    let shortcut = input.channels == channels ? input : convolution(input, channels, stride: stride, .none)
    return activate(sum(residual, shortcut), .relu)
  }

  /// An inception module: branches from one input, side by side.
  func inception(_ name: String, _ input: Signal, _ branches: [(Signal) -> Signal]) -> Signal {
    within(name) { concatenated(branches.map { $0(input) }) }
  }

  /// Convolutions one after the other, such as `[(64, 1), (96, 3)]`: channels and kernel.
  func chain(_ layers: [(channels: Int, kernel: Kernel)], stride: Int = 1, padding: Padding = .same) -> (Signal) ->
    Signal
  {
    { input in
      layers.enumerated().reduce(input) { signal, layer in
        // The last layer alone has the stride, and so the padding of a reduction.
        let isLast = layer.offset == layers.count - 1
        return self.convolution(
          signal, layer.element.channels, kernel: layer.element.kernel, stride: isLast ? stride : 1,
          padding: isLast ? padding : .same)
      }
    }
  }

  /// A pool, then a convolution.
  func pooled(_ kind: Pool, _ channels: Int) -> (Signal) -> Signal {
    { input in
      let pooled =
        switch kind {
        case .average: self.averagePool(input)
        case .maximum: self.maximumPool(input, stride: 1)
        }
      return self.convolution(pooled, channels)
    }
  }

  enum Pool { case average, maximum }
}
