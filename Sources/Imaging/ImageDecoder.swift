public import AssayCore
import CImageCodecs

/// Decodes JPEG and PNG files to the pixels of Pillow's `Image.open(file).convert("RGB")`: drops alpha without compositing,
/// clips 16-bit grey at 255, treats CMYK as inverted, and applies neither colour profile nor EXIF orientation.
///
/// The first bytes of a file decide its format, not its name. A decoder reuses its memory: use one per thread.
public struct ImageDecoder: Sendable {
  /// The most pixels in an image: half a GiB of RGB. Pillow, too, refuses more as a decompression bomb. The header is
  /// checked before any pixels are allocated.
  public static let maximumPixels = 178_956_970
  /// The most pixels in a row or column: libpng's default. The memory of a filter grows with it.
  public static let maximumSide = 1_000_000
  /// The most bytes of coefficients while decoding a JPEG in several scans, such as a progressive one. At 2 bytes a sample
  /// that is 44 million pixels without chroma subsampling, 89 million with 4:2:0.
  public static let maximumCoefficientBytes = 256 << 20
  /// The most bytes in a file.
  public static let maximumFileBytes = 1 << 30

  private var file: [UInt8] = []

  /// Creates a decoder with empty buffers.
  public init() {}

  /// Decodes the file at `path` into `image` as stored, and returns its EXIF orientation.
  ///
  /// - Throws: `.badData`, naming the file and the reason, if it is unreadable, neither JPEG nor PNG, damaged, truncated, or
  ///   too large. `image` is then unspecified.
  @discardableResult
  public mutating func decode(_ path: String, into image: inout RGBImage) throws(AssayError) -> ImageOrientation {
    try FileReader.read(path, into: &file)
    try Self.decode(file, named: path, into: &image)
    return ImageOrientation(ofFile: file)
  }

  /// Decodes the bytes of a file into `image`. Errors call the file `name`.
  ///
  /// - Throws: as `decode(_:into:)`.
  public static func decode(_ bytes: [UInt8], named name: String, into image: inout RGBImage) throws(AssayError) {
    let codec = try Codec(of: bytes, named: name)
    let size = try codec.size(of: bytes, named: name)
    let (width, height) = (Int(size.width), Int(size.height))
    // Neither product overflows: both sides come from 32 bits.
    guard width * height <= maximumPixels, max(width, height) <= maximumSide else {
      throw AssayError(
        .badData,
        "\(name) has \(width) × \(height) pixels; the limit is \(maximumPixels), and \(maximumSide) in a row or column.",
        advice: "If the image is genuine, make a smaller copy of it.")
    }
    guard size.coefficient_bytes <= maximumCoefficientBytes else {
      throw AssayError(
        .badData,
        "\(name) has \(width) × \(height) pixels in several scans, which take \(size.coefficient_bytes >> 20) MiB to decode; the limit is \(maximumCoefficientBytes >> 20) MiB.",
        advice: "If the image is genuine, make a smaller or a baseline JPEG copy of it.")
    }
    try image.fill(width: width, height: height) { (pixels) throws(AssayError) in
      try codec.decode(bytes, named: name, size: size, into: pixels)
    }
  }
}

/// A format and its C functions.
private struct Codec {
  private typealias Decode =
    @convention(c) (
      UnsafePointer<UInt8>, Int, assay_image_size, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<CChar>
    ) -> Bool
  private typealias ReadSize =
    @convention(c) (
      UnsafePointer<UInt8>, Int, UnsafeMutablePointer<assay_image_size>, UnsafeMutablePointer<CChar>
    ) -> Bool

  private let format: String
  private let readSize: ReadSize
  private let decodePixels: Decode

  init(of bytes: [UInt8], named name: String) throws(AssayError) {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      (format, readSize, decodePixels) = ("JPEG", assay_jpeg_size, assay_jpeg_decode)
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      (format, readSize, decodePixels) = ("PNG", assay_png_size, assay_png_decode)
    } else {
      throw AssayError(.badData, "\(name) is neither a JPEG nor a PNG file.")
    }
  }

  func size(of bytes: [UInt8], named name: String) throws(AssayError) -> assay_image_size {
    var size = assay_image_size()
    try check(named: name) { message in
      bytes.withUnsafeBufferPointer { data in
        data.baseAddress.map { readSize($0, data.count, &size, message) } ?? false
      }
    }
    return size
  }

  func decode(
    _ bytes: [UInt8], named name: String, size: assay_image_size, into pixels: UnsafeMutableBufferPointer<UInt8>
  ) throws(AssayError) {
    guard let start = pixels.baseAddress else { return }
    try check(named: name) { message in
      bytes.withUnsafeBufferPointer { data in
        data.baseAddress.map { decodePixels($0, data.count, size, start, message) } ?? false
      }
    }
  }

  /// Calls a library and throws its message if it fails.
  private func check(named name: String, _ call: (UnsafeMutablePointer<CChar>) -> Bool) throws(AssayError) {
    var message = [CChar](repeating: 0, count: Int(ASSAY_CODEC_MESSAGE_SIZE))
    let succeeded = message.withUnsafeMutableBufferPointer { $0.baseAddress.map(call) ?? false }
    guard !succeeded else { return }
    let reason = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    throw AssayError(.badData, "\(name) is a damaged \(format) file: \(reason)")
  }
}
