import AssayCore

extension Architecture {
  static let resNet50 = Architecture(
    "resnet50", title: "ResNet-50", paper: "He et al., CVPR 2016, Table 1", imageSize: 224,
    published: .init(parameters: 25.53, multiplyAdds: 3860, source: "Open Model Zoo; Netscope")
  ) { net, image in
    var x = net.convolution(image, 64, kernel: 7, stride: 2, padding: .symmetric(3))
    x = net.maximumPool(x, padding: .symmetric(1))
    for (stage, (inner, blocks)) in [(64, 3), (128, 4), (256, 6), (512, 3)].enumerated() {
      for block in 0..<blocks {
        let stride = stage > 0 && block == 0 ? 2 : 1
        x = net.within("stage\(stage + 2)/block\(block + 1)") { net.bottleneck(x, inner: inner, stride: stride) }
      }
    }
    net.classifier(x)
  }
}
