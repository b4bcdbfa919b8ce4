/// Frames of the worker protocol: a length in four little-endian bytes, then that many bytes of JSON.
///
/// A buffer takes bytes as the pipe delivers them and returns whole frames.
public struct FrameBuffer: Sendable {
  /// The longest frame, in bytes. A greater length means that something else writes into the pipe.
  public static let maximumLength = 1 << 26

  private var bytes: [UInt8] = []

  public init() {}

  public mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

  /// Bytes missing from the next frame: first those of its length, then those of its content.
  public var missingCount: Int { max(4 + (contentLength ?? 0) - bytes.count, 0) }

  /// Removes and returns the content of the next whole frame; `nil` if bytes are missing.
  ///
  /// - Throws: `.protocolViolation` if the bytes are not a frame.
  public mutating func next() throws(AssayError) -> [UInt8]? {
    guard let length = contentLength else { return nil }
    guard length <= Self.maximumLength else {
      throw AssayError(.protocolViolation, "The worker sent something that is not a message.")
    }
    guard bytes.count >= 4 + length else { return nil }
    let content = Array(bytes[4..<(4 + length)])
    bytes.removeFirst(4 + length)
    return content
  }

  private var contentLength: Int? {
    bytes.count < 4 ? nil : (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
  }

  /// Encodes `content` as a frame.
  public static func frame(_ content: some Collection<UInt8>) -> [UInt8] {
    let length = UInt32(content.count)
    return (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + content
  }
}
