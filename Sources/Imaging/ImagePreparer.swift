public import AssayCore

/// Takes image files to the input tensor of a model: decodes, turns, resizes, crops, writes.
///
/// Its buffers are kept from one image to the next: use one preparer a thread.
public struct ImagePreparer: Sendable {
  private let preprocessing: Preprocessing
  private var decoder = ImageDecoder()
  private var resampler = Resampler()
  private var decoded = RGBImage()
  private var turned = RGBImage()
  private var fitted = RGBImage()

  /// A preparer without memory yet.
  public init(_ preprocessing: Preprocessing) { self.preprocessing = preprocessing }

  /// Fills `input`, the host memory of the input tensor, from the image file at `path`.
  ///
  /// - Throws: `.badData`, naming the file and the reason, where it cannot be decoded.
  public mutating func prepare(_ path: String, into input: UnsafeMutableRawBufferPointer) throws(AssayError) {
    let orientation = try decoder.decode(path, into: &decoded)
    fit(orientation, into: input)
  }

  /// Fills `input` from an image file's bytes; `name` stands for the file in errors.
  ///
  /// - Throws: as `prepare(_:into:)`.
  public mutating func prepare(
    _ bytes: [UInt8], named name: String, into input: UnsafeMutableRawBufferPointer
  ) throws(AssayError) {
    try ImageDecoder.decode(bytes, named: name, into: &decoded)
    fit(ImageOrientation(ofFile: bytes), into: input)
  }

  private mutating func fit(_ orientation: ImageOrientation, into input: UnsafeMutableRawBufferPointer) {
    if preprocessing.appliesOrientation && orientation != .upright {
      orientation.turn(decoded, into: &turned)
      swap(&decoded, &turned)
    }
    let geometry = preprocessing.fit.geometry(imageWidth: decoded.width, imageHeight: decoded.height)
    resampler.resample(
      decoded, part: geometry.source, filter: preprocessing.filter, width: geometry.width, height: geometry.height,
      keeping: geometry.region, into: &fitted)
    preprocessing.writer.write(fitted, into: input)
  }
}
