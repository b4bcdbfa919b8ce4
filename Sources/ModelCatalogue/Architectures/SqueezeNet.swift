import AssayCore

extension Architecture {
  static let squeezeNetV10 = Architecture(
    "squeezenet_1.0", title: "SqueezeNet 1.0", paper: "Iandola et al., arXiv 1602.07360, Table 1", imageSize: 227,
    published: .init(
      parameters: 1.248, multiplyAdds: 833, source: "Open Model Zoo; Netscope, less the border of its last layer")
  ) { net, image in
    var x = net.maximumPool(net.convolution(image, 96, kernel: 7, stride: 2, padding: .valid), padding: .valid)
    for (squeeze, expand) in [(16, 64), (16, 64), (32, 128)] { x = net.fire(x, squeeze, expand) }
    x = net.maximumPool(x, padding: .valid)
    for (squeeze, expand) in [(32, 128), (48, 192), (48, 192), (64, 256)] { x = net.fire(x, squeeze, expand) }
    net.squeezedClasses(net.fire(net.maximumPool(x, padding: .valid), 64, 256))
  }

  static let squeezeNetV11 = Architecture(
    "squeezenet_1.1", title: "SqueezeNet 1.1", paper: "Iandola et al., github.com/forresti/SqueezeNet, v1.1",
    imageSize: 224,
    published: .init(parameters: 1.235, multiplyAdds: 349, source: "torchvision 0.28")
  ) { net, image in
    var x = net.convolution(image, 64, kernel: 3, stride: 2, padding: .valid)
    for (squeeze, expand) in [(16, 64), (32, 128)] {
      x = net.maximumPool(x, padding: .valid)
      for _ in 0..<2 { x = net.fire(x, squeeze, expand) }
    }
    x = net.maximumPool(x, padding: .valid)
    for (squeeze, expand) in [(48, 192), (48, 192), (64, 256), (64, 256)] { x = net.fire(x, squeeze, expand) }
    net.squeezedClasses(x)
  }
}

extension NetworkBuilder {
  /// Few channels, then many of two kinds.
  fileprivate func fire(_ input: Signal, _ squeeze: Int, _ expand: Int) -> Signal {
    let squeezed = convolution(input, squeeze)
    return concatenated([convolution(squeezed, expand), convolution(squeezed, expand, kernel: 3)])
  }

  /// A convolution for the classes, whose average over the image is their score.
  fileprivate func squeezedClasses(_ features: Signal) {
    output(flattened(globalAveragePool(convolution(features, 1000))), as: "scores")
  }
}
