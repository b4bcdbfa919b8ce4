import AssayCore

extension Architecture {
  private static let paper = "Gupta, Tan, EfficientNet-EdgeTPU, Google AI Blog 2019, with the sizes of its code"

  static let efficientNetEdgeTPUS = Architecture(
    "efficientnet_edgetpu_s", title: "EfficientNet-EdgeTPU S", paper: paper, imageSize: 224,
    published: .init(parameters: 5.44, multiplyAdds: 1793, source: "timm 1.0, less two for each normalised activation")
  ) { $0.efficientNetEdgeTPU($1, width: 1, depth: 1) }

  static let efficientNetEdgeTPUM = Architecture(
    "efficientnet_edgetpu_m", title: "EfficientNet-EdgeTPU M", paper: paper, imageSize: 240,
    published: .init(parameters: 6.90, multiplyAdds: 3011, source: "timm 1.0, less two for each normalised activation")
  ) { $0.efficientNetEdgeTPU($1, width: 1, depth: 1.1) }

  static let efficientNetEdgeTPUL = Architecture(
    "efficientnet_edgetpu_l", title: "EfficientNet-EdgeTPU L", paper: paper, imageSize: 300,
    published: .init(parameters: 10.59, multiplyAdds: 7939, source: "timm 1.0, less two for each normalised activation")
  ) { $0.efficientNetEdgeTPU($1, width: 1.2, depth: 1.4) }
}

extension NetworkBuilder {
  fileprivate func efficientNetEdgeTPU(_ image: Signal, width: Double, depth: Double) {
    let channels = { Self.channels($0, times: width) }
    var x = convolution(image, channels(32), kernel: 3, stride: 2)
    // The first block expands as if it had 24 channels.
    for _ in 0..<Self.repeats(1, times: depth) {
      x = fusedInvertedResidual(x, channels(24), expanded: 4 * channels(24), isResidual: false, .relu)
    }
    for (count, repeats) in [(32, 2), (48, 4)] {
      for index in 0..<Self.repeats(repeats, times: depth) {
        x = fusedInvertedResidual(x, channels(count), expanded: 8 * x.channels, stride: index == 0 ? 2 : 1, .relu)
      }
    }
    for (count, repeats, stride) in [(96, 5, 2), (144, 4, 1), (192, 2, 2)] {
      for index in 0..<Self.repeats(repeats, times: depth) {
        x =
          invertedResidual(
            x, channels(count), expansion: 8, kernel: 5, stride: index == 0 ? stride : 1, .relu
          ).output
      }
    }
    classifier(convolution(x, channels(1280)))
  }
}
