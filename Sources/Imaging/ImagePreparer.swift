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
    let orientation = try decoder.decode(path, into: &decoded)
    write(orientation, into: input)
  }

  /// Fills `input` from the bytes of an image file. Errors call the file `name`.
  ///
  /// - Throws: as `prepare(_:into:)`.
  public mutating func prepare(
    _ bytes: [UInt8], named name: String, into input: UnsafeMutableRawBufferPointer
  ) throws(AssayError) {
    try ImageDecoder.decode(bytes, named: name, into: &decoded)
    write(ImageOrientation(ofFile: bytes), into: input)
  }

  /// Turns, resizes and crops `decoded`, and writes it to `input`.
  private mutating func write(_ orientation: ImageOrientation, into input: UnsafeMutableRawBufferPointer) {
    if preprocessing.appliesOrientation && orientation != .upright {
      orientation.turn(decoded, into: &turned)
      swap(&decoded, &turned)
    }
    let geometry = preprocessing.resizeAndCrop.geometry(imageWidth: decoded.width, imageHeight: decoded.height)
    resampler.resample(
      decoded, part: geometry.source, filter: preprocessing.filter, width: geometry.width, height: geometry.height,
      keeping: geometry.region, into: &cropped)
    preprocessing.writer.write(cropped, into: input)
  }
}
