import AssayCore

extension Architecture {
  static let inceptionV4 = Architecture(
    "inception_v4", title: "Inception v4", paper: "Szegedy et al., AAAI 2017, Figures 3 to 9", imageSize: 299,
    published: .init(parameters: 42.648, multiplyAdds: 12280, source: "Open Model Zoo; timm 1.0")
  ) { net, image in
    let largest = { net.maximumPool($0, padding: .valid) }
    let (row, column) = (Kernel(1, 7), Kernel(7, 1))
    var x = net.inceptionV4Stem(image)
    for index in 1...4 {
      x = net.inception(
        "a\(index)", x,
        [
          net.pooled(.average, 96), net.chain([(96, 1)]), net.chain([(64, 1), (96, 3)]),
          net.chain([(64, 1), (96, 3), (96, 3)]),
        ])
    }
    x = net.inception(
      "reduction_a", x,
      [
        largest, net.chain([(384, 3)], stride: 2, padding: .valid),
        net.chain([(192, 1), (224, 3), (256, 3)], stride: 2, padding: .valid),
      ])
    for index in 1...7 {
      x = net.inception(
        "b\(index)", x,
        [
          net.pooled(.average, 128), net.chain([(384, 1)]), net.chain([(192, 1), (224, row), (256, column)]),
          net.chain([(192, 1), (192, row), (224, column), (224, row), (256, column)]),
        ])
    }
    x = net.inception(
      "reduction_b", x,
      [
        largest, net.chain([(192, 1), (192, 3)], stride: 2, padding: .valid),
        net.chain([(256, 1), (256, row), (320, column), (320, 3)], stride: 2, padding: .valid),
      ])
    for index in 1...3 {
      x = net.inception(
        "c\(index)", x,
        [
          net.pooled(.average, 256), net.chain([(256, 1)]), { net.crossed(net.convolution($0, 384), 256) },
          { net.crossed(net.chain([(384, 1), (448, Kernel(1, 3)), (512, Kernel(3, 1))])($0), 256) },
        ])
    }
    net.classifier(x)
  }
}

extension NetworkBuilder {
  /// Figure 3.
  fileprivate func inceptionV4Stem(_ image: Signal) -> Signal {
    let largest = { (input: Signal) in self.maximumPool(input, padding: .valid) }
    var x = convolution(image, 32, kernel: 3, stride: 2, padding: .valid)
    x = convolution(convolution(x, 32, kernel: 3, padding: .valid), 64, kernel: 3)
    x = inception("stem1", x, [largest, chain([(96, 3)], stride: 2, padding: .valid)])
    x = inception(
      "stem2", x,
      [
        chain([(64, 1), (96, 3)], padding: .valid),
        chain([(64, 1), (64, Kernel(7, 1)), (64, Kernel(1, 7)), (96, 3)], padding: .valid),
      ])
    return inception("stem3", x, [chain([(192, 3)], stride: 2, padding: .valid), largest])
  }
}
