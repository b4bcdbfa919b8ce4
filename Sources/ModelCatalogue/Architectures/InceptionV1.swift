import AssayCore

extension Architecture {
  static let inceptionV1 = Architecture(
    "inception_v1", title: "Inception v1 (GoogLeNet)", paper: "Szegedy et al., CVPR 2015, Table 1", imageSize: 224,
    published: .init(parameters: 6.999, multiplyAdds: 1582, source: "Open Model Zoo; Caffe's bvlc_googlenet, counted")
  ) { net, image in
    var x = net.localResponseNormalization(net.maximumPool(net.convolution(image, 64, kernel: 7, stride: 2)))
    x = net.convolution(net.convolution(x, 64), 192, kernel: 3)
    x = net.maximumPool(net.localResponseNormalization(x))
    // #1×1, #3×3 reduce, #3×3, #5×5 reduce, #5×5, pool proj
    let stages = [
      [(64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64)],
      [
        (192, 96, 208, 16, 48, 64), (160, 112, 224, 24, 64, 64), (128, 128, 256, 24, 64, 64),
        (112, 144, 288, 32, 64, 64), (256, 160, 320, 32, 128, 128),
      ],
      [(256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128)],
    ]
    for (stage, modules) in stages.enumerated() {
      if stage > 0 { x = net.maximumPool(x) }
      for (module, letter) in zip(modules, "abcde") {
        let (one, reduceThree, three, reduceFive, five, projection) = module
        x = net.inception(
          "mixed_\(stage + 3)\(letter)", x,
          [
            net.chain([(one, 1)]), net.chain([(reduceThree, 1), (three, 3)]), net.chain([(reduceFive, 1), (five, 5)]),
            net.pooled(.maximum, projection),
          ])
      }
    }
    net.classifier(x)
  }
}
