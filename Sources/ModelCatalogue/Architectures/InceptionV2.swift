import AssayCore

extension Architecture {
  static let inceptionV2 = Architecture(
    "inception_v2", title: "Inception v2 (BN-Inception)",
    paper: "Ioffe, Szegedy, ICML 2015, Figure 5, with the sizes of TensorFlow's inception_v2",
    imageSize: 224,
    published: .init(parameters: 11.185, multiplyAdds: 2029, source: "Open Model Zoo, half of its operations")
  ) { net, image in
    var x = net.maximumPool(net.convolution(image, 64, kernel: 7, stride: 2))
    x = net.maximumPool(net.convolution(net.convolution(x, 64), 192, kernel: 3))
    func module(
      _ name: String, _ one: Int, _ three: [Int], _ double: [Int], _ pool: NetworkBuilder.Pool, _ projection: Int
    ) {
      x = net.inception(
        "mixed_\(name)", x,
        [
          net.chain([(one, 1)]), net.chain([(three[0], 1), (three[1], 3)]),
          net.chain([(double[0], 1), (double[1], 3), (double[1], 3)]), net.pooled(pool, projection),
        ])
    }
    func reduction(_ name: String, _ three: [Int], _ double: [Int]) {
      x = net.inception(
        "mixed_\(name)", x,
        [
          net.chain([(three[0], 1), (three[1], 3)], stride: 2),
          net.chain([(double[0], 1), (double[1], 3), (double[1], 3)], stride: 2), { net.maximumPool($0) },
        ])
    }
    module("3a", 64, [64, 64], [64, 96], .average, 32)
    module("3b", 64, [64, 96], [64, 96], .average, 64)
    reduction("3c", [128, 160], [64, 96])
    module("4a", 224, [64, 96], [96, 128], .average, 128)
    module("4b", 192, [96, 128], [96, 128], .average, 128)
    module("4c", 160, [128, 160], [128, 160], .average, 96)
    module("4d", 96, [128, 192], [160, 192], .average, 96)
    reduction("4e", [128, 192], [192, 256])
    module("5a", 352, [192, 320], [160, 224], .average, 128)
    module("5b", 352, [192, 320], [192, 224], .maximum, 128)
    net.classifier(x)
  }
}
