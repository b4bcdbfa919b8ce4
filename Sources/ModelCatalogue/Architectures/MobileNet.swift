import AssayCore

extension Architecture {
  static let mobileNetV1 = Architecture(
    "mobilenet_v1", title: "MobileNet v1", paper: "Howard et al., arXiv 1704.04861, Table 1", imageSize: 224,
    published: .init(parameters: 4.221, multiplyAdds: 569, source: "Open Model Zoo; paper, Table 8")
  ) { net, image in net.classifier(net.mobileNetV1(image).last) }

  static let mobileNetV2 = Architecture(
    "mobilenet_v2", title: "MobileNet v2", paper: "Sandler et al., CVPR 2018, Table 2", imageSize: 224,
    published: .init(parameters: 3.489, multiplyAdds: 300, source: "Open Model Zoo; paper, Table 4")
  ) { net, image in net.classifier(net.mobileNetV2(image).last) }
}

extension NetworkBuilder {
  /// - Returns: the features at a sixteenth of the image's size, and the last.
  func mobileNetV1(_ image: Signal) -> (sixteenth: Signal, last: Signal) {
    var x = convolution(image, 32, kernel: 3, stride: 2, .relu6)
    func separable(_ channels: Int, stride: Int) {
      x = convolution(depthwise(x, stride: stride, .relu6), channels, .relu6)
    }
    for (channels, stride) in [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] {
      separable(channels, stride: stride)
    }
    for _ in 0..<5 { separable(512, stride: 1) }
    let sixteenth = x
    separable(1024, stride: 2)
    separable(1024, stride: 1)
    return (sixteenth, x)
  }

  /// - Returns: the features at a sixteenth of the image's size, and the last.
  func mobileNetV2(_ image: Signal) -> (sixteenth: Signal, last: Signal) {
    var x = convolution(image, 32, kernel: 3, stride: 2, .relu6)
    var sixteenth = x
    let rows = [
      // t, c, n, s
      (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ]
    for (expansion, channels, count, stride) in rows {
      for index in 0..<count {
        let block = invertedResidual(x, channels, expansion: expansion, stride: index == 0 ? stride : 1, .relu6)
        if channels == 160 && index == 0 { sixteenth = block.expanded }
        x = block.output
      }
    }
    return (sixteenth, convolution(x, 1280, .relu6))
  }
}
