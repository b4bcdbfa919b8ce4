/// An image of 8-bit red, green and blue, or some of its columns, row by row from the top left without gaps.
public struct RGBImage: Equatable, Sendable {
  /// Bytes per pixel.
  static let channels = 3

  /// In pixels; 0 for the empty image only.
  public private(set) var width = 0
  /// In pixels; 0 for the empty image only.
  public private(set) var height = 0
  /// The columns that there are pixels of: all, unless a decoder has left out what a crop does not need.
  public private(set) var columns = 0..<0
  /// `columns.count × height × 3` bytes.
  public private(set) var pixels: [UInt8] = []

  /// Creates an empty image to decode or resample into.
  public init() {}

  /// Changes the size and lets `body` fill every pixel, reusing the memory. If `body` throws, the pixels are unspecified.
  mutating func fill<Failure: Error>(
    width: Int, height: Int, columns: Range<Int>? = nil,
    _ body: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let columns = columns ?? 0..<width
    resize(&pixels, to: columns.count * height * Self.channels)
    (self.width, self.height, self.columns) = (width, height, columns)
    try pixels.withUnsafeMutableBufferPointer { (buffer) throws(Failure) in try body(buffer) }
  }
}
