package import AssayCore

/// A network's layers as its paper describes them, which Assay can write with seeded weights.
package struct Architecture: Sendable {
  /// The name on the command line.
  package let name: String
  package let title: String
  package let paper: String
  /// Height and width of the image that it takes.
  package let imageSize: Int
  /// To check the layers by.
  package let published: CatalogueModel.Published
  private let build: @Sendable (NetworkBuilder, Signal) -> Void

  init(
    _ name: String, title: String, paper: String, imageSize: Int, published: CatalogueModel.Published,
    build: @escaping @Sendable (_ net: NetworkBuilder, _ image: Signal) -> Void
  ) {
    (self.name, self.title, self.paper, self.imageSize, self.published) = (name, title, paper, imageSize, published)
    self.build = build
  }

  package var network: Network {
    let builder = NetworkBuilder()
    build(builder, builder.image(size: imageSize))
    return builder.network
  }

  /// The architectures of the thesis, in the order of its tables.
  package static let all: [Architecture] = [
    alexNet, resNet50, mobileNetV1, mobileNetV2, inceptionV1, inceptionV2, inceptionV3, inceptionV4, squeezeNetV10,
    squeezeNetV11, efficientNetB0, efficientNetB3, efficientNetB5, efficientNetEdgeTPUS, efficientNetEdgeTPUM,
    efficientNetEdgeTPUL, ssdMobileNetV1, ssdMobileNetV2,
  ]
}
