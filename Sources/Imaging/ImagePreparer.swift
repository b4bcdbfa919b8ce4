public import AssayCore

/// Prepares image files for a model: decodes, turns, resizes and crops them, and writes them to the input tensor.
///
/// A preparer reuses its memory: use one per thread.
public struct ImagePreparer: Sendable {
  private let preprocessing: Preprocessing
  private var decoder = ImageDecoder()
  private var resampler = Resampler()
  private var decoded = RGBImage()
  private var turned = RGBImage()
  private var cropped = RGBImage()

  /// Creates a preparer with empty buffers.
  public init(_ preprocessing: Preprocessing) { self.preprocessing = preprocessing }

  /// Fills `input`, the host memory of the input tensor, from the image file at `path`.
  ///
  /// - Throws: `.badData`, naming the file and the reason, if it cannot be decoded.
  public mutating func prepare(_ path: String, into input: UnsafeMutableRawBufferPointer) throws(AssayError) {
    crop(try decoder.decode(path, keeping: preprocessing.columns, into: &decoded))
    write(cropped, into: input)
  }

  /// The image file at `path`, resized and cropped. It serves all preprocessing with the same geometry.
  ///
  /// - Throws: as `prepare(_:into:)`.
  public mutating func crop(_ path: String) throws(AssayError) -> RGBImage {
    crop(try decoder.decode(path, keeping: preprocessing.columns, into: &decoded))
    return cropped
  }

  /// Fills `input` from what `crop` has made.
  public func write(_ cropped: RGBImage, into input: UnsafeMutableRawBufferPointer) {
    preprocessing.writer.write(cropped, into: input)
  }

  /// Fills `input` from the bytes of an image file. Errors call the file `name`.
  ///
  /// - Throws: as `prepare(_:into:)`.
  public mutating func prepare(
    _ bytes: [UInt8], named name: String, into input: UnsafeMutableRawBufferPointer
  ) throws(AssayError) {
    crop(try ImageDecoder.decode(bytes, named: name, keeping: preprocessing.columns, into: &decoded))
    write(cropped, into: input)
  }

  /// Turns, resizes and crops `decoded` into `cropped`.
  private mutating func crop(_ orientation: ImageOrientation) {
    if preprocessing.appliesOrientation && orientation != .upright {
      orientation.turn(decoded, into: &turned)
      swap(&decoded, &turned)
    }
    let geometry = preprocessing.resizeAndCrop.geometry(imageWidth: decoded.width, imageHeight: decoded.height)
    resampler.resample(
      decoded, part: geometry.source, filter: preprocessing.filter, width: geometry.width, height: geometry.height,
      keeping: geometry.region, into: &cropped)
  }
}
