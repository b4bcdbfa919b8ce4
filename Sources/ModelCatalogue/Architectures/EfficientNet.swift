import AssayCore

extension Architecture {
  private static let paper = "Tan, Le, ICML 2019, Tables 1 and 2"

  static let efficientNetB0 = Architecture(
    "efficientnet_b0", title: "EfficientNet B0", paper: paper, imageSize: 224,
    published: .init(parameters: 5.268, multiplyAdds: 386, source: "Open Model Zoo; torchvision 0.28")
  ) { $0.efficientNet($1, width: 1, depth: 1) }

  static let efficientNetB3 = Architecture(
    "efficientnet_b3", title: "EfficientNet B3", paper: paper, imageSize: 300,
    published: .init(parameters: 12.233, multiplyAdds: 1827, source: "torchvision 0.28")
  ) { $0.efficientNet($1, width: 1.2, depth: 1.4) }

  static let efficientNetB5 = Architecture(
    "efficientnet_b5", title: "EfficientNet B5", paper: paper, imageSize: 456,
    published: .init(parameters: 30.303, multiplyAdds: 10266, source: "Open Model Zoo; torchvision 0.28")
  ) { $0.efficientNet($1, width: 1.6, depth: 2.2) }
}

/// A stage of EfficientNet: repeats of a block.
private struct Stage {
  let expansion, channels, repeats, stride: Int
  let kernel: Kernel

  /// Table 1 of the paper.
  static let all = [
    Stage(expansion: 1, channels: 16, repeats: 1, stride: 1, kernel: 3),
    Stage(expansion: 6, channels: 24, repeats: 2, stride: 2, kernel: 3),
    Stage(expansion: 6, channels: 40, repeats: 2, stride: 2, kernel: 5),
    Stage(expansion: 6, channels: 80, repeats: 3, stride: 2, kernel: 3),
    Stage(expansion: 6, channels: 112, repeats: 3, stride: 1, kernel: 5),
    Stage(expansion: 6, channels: 192, repeats: 4, stride: 2, kernel: 5),
    Stage(expansion: 6, channels: 320, repeats: 1, stride: 1, kernel: 3),
  ]
}

extension NetworkBuilder {
  func efficientNet(_ image: Signal, width: Double, depth: Double) {
    let channels = { Self.channels($0, times: width) }
    var x = convolution(image, channels(32), kernel: 3, stride: 2, .swish)
    for stage in Stage.all {
      for index in 0..<Self.repeats(stage.repeats, times: depth) {
        x =
          invertedResidual(
            x, channels(stage.channels), expansion: stage.expansion, kernel: stage.kernel,
            stride: index == 0 ? stage.stride : 1, squeeze: max(x.channels / 4, 1), .swish
          ).output
      }
    }
    classifier(convolution(x, channels(1280), .swish))
  }

  /// EfficientNet-Lite: without squeeze-and-excitation, with ReLU6; first and last layers stay as they are.
  func efficientNetLite(_ image: Signal, width: Double, depth: Double) {
    var x = convolution(image, 32, kernel: 3, stride: 2, .relu6)
    for (number, stage) in Stage.all.enumerated() {
      let isOuter = number == 0 || number == Stage.all.count - 1
      for index in 0..<(isOuter ? stage.repeats : Self.repeats(stage.repeats, times: depth)) {
        x =
          invertedResidual(
            x, Self.channels(stage.channels, times: width), expansion: stage.expansion, kernel: stage.kernel,
            stride: index == 0 ? stage.stride : 1, .relu6
          ).output
      }
    }
    classifier(convolution(x, 1280, .relu6))
  }

  /// Channels of a wider network, in eights, at least nine tenths of the exact number.
  static func channels(_ channels: Int, times width: Double) -> Int {
    let exact = Double(channels) * width
    let rounded = max(Int(exact + 4) / 8 * 8, 8)
    return Double(rounded) < 0.9 * exact ? rounded + 8 : rounded
  }

  static func repeats(_ repeats: Int, times depth: Double) -> Int { Int((Double(repeats) * depth).rounded(.up)) }
}
