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

  /// The columns that are needed of an image, from its size and orientation.
  public typealias Columns = (_ width: Int, _ height: Int, _ orientation: ImageOrientation) -> Range<Int>

  private var file: [UInt8] = []

  /// Creates a decoder with empty buffers.
  public init() {}

  /// Decodes the file at `path` into `image` as stored, and returns its EXIF orientation.
  ///
  /// - Parameter columns: `image` has at least these columns, of a file that is read to its end in any case; `nil` for all.
  /// - Throws: `.badData`, naming the file and the reason, if it is unreadable, neither JPEG nor PNG, damaged, truncated, or
  ///   too large. `image` is then unspecified.
  @discardableResult
  public mutating func decode(
    _ path: String, keeping columns: Columns? = nil, into image: inout RGBImage
  ) throws(AssayError) -> ImageOrientation {
    try FileReader.read(path, into: &file)
    return try Self.decode(file, named: path, keeping: columns, into: &image)
  }

  /// Decodes the bytes of a file into `image`. Errors call the file `name`.
  ///
  /// - Throws: as `decode(_:keeping:into:)`.
  @discardableResult
  public static func decode(
    _ bytes: [UInt8], named name: String, keeping columns: Columns? = nil, into image: inout RGBImage
  ) throws(AssayError) -> ImageOrientation {
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
    let orientation = ImageOrientation(ofFile: bytes)
    let decoded = size.columns(around: columns?(width, height, orientation) ?? 0..<width)
    try image.fill(width: width, height: height, columns: decoded) { (pixels) throws(AssayError) in
      try codec.decode(bytes, named: name, size: size, columns: decoded, into: pixels)
    }
    return orientation
  }
}

extension assay_image_size {
  /// What to decode so that the columns that are needed are those of the whole image. Smoothing mixes the outermost columns with what is beyond
  /// them; a step more than that is left as a margin.
  fileprivate func columns(around needed: Range<Int>) -> Range<Int> {
    let (step, width) = (Int(column_step), Int(width))
    guard step > 0 else { return 0..<width }
    return max(needed.lowerBound / step - 2, 0) * step..<min(needed.upperBound + 2 * step, width)
  }
}

/// A format and its C functions.
private struct Codec {
  private typealias Decode =
    @convention(c) (
      UnsafePointer<UInt8>, Int, assay_image_size, UInt32, UInt32, UnsafeMutablePointer<UInt8>,
      UnsafeMutablePointer<CChar>
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
      // All columns of a PNG are decoded: each depends on the one before.
      (format, readSize, decodePixels) = ("PNG", assay_png_size, { assay_png_decode($0, $1, $2, $5, $6) })
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
    _ bytes: [UInt8], named name: String, size: assay_image_size, columns: Range<Int>,
    into pixels: UnsafeMutableBufferPointer<UInt8>
  ) throws(AssayError) {
    guard let start = pixels.baseAddress else { return }
    try check(named: name) { message in
      bytes.withUnsafeBufferPointer { data in
        data.baseAddress.map {
          decodePixels($0, data.count, size, UInt32(columns.lowerBound), UInt32(columns.count), start, message)
        } ?? false
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
