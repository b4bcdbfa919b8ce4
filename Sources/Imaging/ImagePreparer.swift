public import AssayCore

/// Takes image files to the input tensor of a model: decodes, resizes, crops, writes.
///
/// Its buffers are kept from one image to the next: use one preparer a thread.
public struct ImagePreparer {
  private let fit: Preprocessing.Fit
  private let writer: InputWriter
  private var decoder = ImageDecoder()
  private var resampler = Resampler()
  private var decoded = RGBImage()
  private var fitted = RGBImage()

  /// - Throws: `.badData` where `input` takes no image, or one that is not square is to get a square crop.
  public init(_ preprocessing: Preprocessing, input: TensorSpec) throws(AssayError) {
    fit = preprocessing.fit
    writer = try InputWriter(input, normalization: preprocessing.normalization)
    guard fit != .center || writer.width == writer.height else {
      throw AssayError(
        .badData,
        "Input '\(input.name)' takes images of \(writer.width) × \(writer.height) pixels; a centre crop is square.",
        advice: "Choose the squash preprocessing for this model.")
    }
  }

  /// Fills `input`, the host memory of the input tensor, from the image file at `path`.
  ///
  /// - Throws: `.badData`, naming the file and the reason, where it cannot be decoded.
  public mutating func prepare(_ path: String, into input: UnsafeMutableRawBufferPointer) throws(AssayError) {
    try decoder.decode(path, into: &decoded)
    fitDecoded()
    writer.write(fitted, into: input)
  }

  private mutating func fitDecoded() {
    let geometry =
      switch fit {
      case .center: Geometry.center(imageWidth: decoded.width, imageHeight: decoded.height, size: writer.width)
      case .squash: Geometry.squash(width: writer.width, height: writer.height)
      }
    resampler.resample(
      decoded, width: geometry.width, height: geometry.height, keeping: geometry.region, into: &fitted)
  }
}
