import AssayCore

/// Detectors whose anchors, decoding of boxes and suppression stand outside the graph: its outputs are the boxes as coded relative to their anchors, and the
/// scores of 90 classes of COCO and the background for each.
extension Architecture {
  private static let paper = "Liu et al., ECCV 2016, with the configuration of TensorFlow's Object Detection API"

  static let ssdMobileNetV1 = Architecture(
    "ssd_mobilenet_v1", title: "SSD MobileNet v1", paper: paper, imageSize: 300,
    published: .init(parameters: 6.807, multiplyAdds: 1247, source: "Open Model Zoo, half of its operations")
  ) { net, image in
    let features = net.mobileNetV1(image)
    let more = net.smallerFeatures(features.last) { net.convolution($0, $1, kernel: 3, stride: 2, .relu6) }
    net.detections(from: [features.sixteenth, features.last] + more, kernel: 1)
  }

  static let ssdMobileNetV2 = Architecture(
    "ssd_mobilenet_v2", title: "SSD MobileNet v2", paper: paper, imageSize: 300,
    published: .init(parameters: 16.818, multiplyAdds: 1888, source: "Open Model Zoo, half of its operations")
  ) { net, image in
    let features = net.mobileNetV2(image)
    let more = net.smallerFeatures(features.last) {
      net.convolution(net.depthwise($0, stride: 2, .relu6), $1, .relu6)
    }
    net.detections(from: [features.sixteenth, features.last] + more, kernel: 3)
  }
}

extension NetworkBuilder {
  /// Four more features, each of half the size.
  fileprivate func smallerFeatures(_ features: Signal, halved: (Signal, Int) -> Signal) -> [Signal] {
    var x = features
    return [512, 256, 256, 128].map { channels in
      x = halved(convolution(x, channels / 2, .relu6), channels)
      return x
    }
  }

  /// Boxes and scores for three anchors at each place of the first features, and six of the others.
  fileprivate func detections(from features: [Signal], kernel: Kernel) {
    let heads = features.enumerated().map { index, feature in
      let anchors = index == 0 ? 3 : 6
      return (
        boxes: rows(convolution(feature, 4 * anchors, kernel: kernel, .none), length: 4),
        scores: rows(convolution(feature, 91 * anchors, kernel: kernel, .none), length: 91)
      )
    }
    output(concatenated(heads.map(\.boxes)), as: "boxes")
    output(activate(concatenated(heads.map(\.scores)), .sigmoid), as: "scores")
  }
}
