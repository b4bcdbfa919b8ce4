import AssayCore

extension Architecture {
  /// In one column, with the groups of the two GPUs, as Caffe has it.
  static let alexNet = Architecture(
    "alexnet", title: "AlexNet", paper: "Krizhevsky, Sutskever, Hinton, NIPS 2012, Section 3.5", imageSize: 227,
    published: .init(parameters: 60.965, multiplyAdds: 724, source: "Open Model Zoo; Sze et al. 2017, Table II")
  ) { net, image in
    var x = net.convolution(image, 96, kernel: 11, stride: 4, padding: .valid)
    x = net.maximumPool(net.localResponseNormalization(x), padding: .valid)
    x = net.convolution(x, 256, kernel: 5, groups: 2)
    x = net.maximumPool(net.localResponseNormalization(x), padding: .valid)
    x = net.convolution(x, 384, kernel: 3)
    x = net.convolution(x, 384, kernel: 3, groups: 2)
    x = net.convolution(x, 256, kernel: 3, groups: 2)
    x = net.maximumPool(x, padding: .valid)
    x = net.dense(net.dense(x, 4096), 4096)
    net.output(net.dense(x, 1000, centring: 1, .none), as: "scores")
  }
}
