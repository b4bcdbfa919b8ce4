/// An image of 8-bit red, green and blue, row by row from the top left without gaps.
public struct RGBImage: Equatable, Sendable {
  /// Bytes of a pixel.
  static let channels = 3

  /// In pixels; 0 for the empty image only.
  public private(set) var width = 0
  /// In pixels; 0 for the empty image only.
  public private(set) var height = 0
  /// `width × height × 3` bytes.
  public private(set) var pixels: [UInt8] = []

  /// The empty image: something to decode or resample into.
  public init() {}

  /// Takes over a new size and lets `body` fill every pixel. Memory is kept from one image to the next.
  ///
  /// The pixels are unspecified where `body` throws.
  mutating func fill<Failure: Error>(
    width: Int, height: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    resize(&pixels, to: width * height * Self.channels)
    (self.width, self.height) = (width, height)
    try pixels.withUnsafeMutableBufferPointer { (buffer) throws(Failure) in try body(buffer) }
  }
}
