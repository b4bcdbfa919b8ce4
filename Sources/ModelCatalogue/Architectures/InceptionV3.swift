import AssayCore

extension Architecture {
  static let inceptionV3 = Architecture(
    "inception_v3", title: "Inception v3", paper: "Szegedy et al., CVPR 2016, Table 1", imageSize: 299,
    published: .init(parameters: 23.817, multiplyAdds: 5713, source: "Open Model Zoo; torchvision 0.28")
  ) { net, image in
    var x = net.convolution(image, 32, kernel: 3, stride: 2, padding: .valid)
    x = net.convolution(net.convolution(x, 32, kernel: 3, padding: .valid), 64, kernel: 3)
    x = net.convolution(net.maximumPool(x, padding: .valid), 80)
    x = net.maximumPool(net.convolution(x, 192, kernel: 3, padding: .valid), padding: .valid)
    for (name, projection) in [("5b", 32), ("5c", 64), ("5d", 64)] {
      x = net.inception(
        "mixed_\(name)", x,
        [
          net.chain([(64, 1)]), net.chain([(48, 1), (64, 5)]), net.chain([(64, 1), (96, 3), (96, 3)]),
          net.pooled(.average, projection),
        ])
    }
    let largest = { net.maximumPool($0, padding: .valid) }
    x = net.inception(
      "mixed_6a", x,
      [
        net.chain([(384, 3)], stride: 2, padding: .valid),
        net.chain([(64, 1), (96, 3), (96, 3)], stride: 2, padding: .valid), largest,
      ])
    let (row, column) = (Kernel(1, 7), Kernel(7, 1))
    for (name, inner) in [("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)] {
      x = net.inception(
        "mixed_\(name)", x,
        [
          net.chain([(192, 1)]), net.chain([(inner, 1), (inner, row), (192, column)]),
          net.chain([(inner, 1), (inner, column), (inner, row), (inner, column), (192, row)]),
          net.pooled(.average, 192),
        ])
    }
    x = net.inception(
      "mixed_7a", x,
      [
        net.chain([(192, 1), (320, 3)], stride: 2, padding: .valid),
        net.chain([(192, 1), (192, row), (192, column), (192, 3)], stride: 2, padding: .valid), largest,
      ])
    for name in ["7b", "7c"] {
      x = net.inception(
        "mixed_\(name)", x,
        [
          net.chain([(320, 1)]), { net.crossed(net.convolution($0, 384), 384) },
          { net.crossed(net.chain([(448, 1), (384, 3)])($0), 384) }, net.pooled(.average, 192),
        ])
    }
    net.classifier(x)
  }
}

extension NetworkBuilder {
  /// A row of three and a column of three, side by side.
  func crossed(_ input: Signal, _ channels: Int) -> Signal {
    concatenated([
      convolution(input, channels, kernel: Kernel(1, 3)), convolution(input, channels, kernel: Kernel(3, 1)),
    ])
  }
}
