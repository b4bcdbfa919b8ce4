/// One unit of the worker protocol: JSON, or raw bytes of a kind.
public struct Frame: Hashable, Sendable {
  /// The first byte of a frame's content.
  public enum Kind: UInt8, Sendable {
    /// The `{` that every message begins with, and part of it.
    case message = 0x7B
    /// A piece of a file that the worker lacks; from the parent.
    case content = 0x43
    /// Inference records as they stand in a record log; from a worker that shares no files, as are the next four.
    case records = 0x52
    /// The same of a log of several streams, with all columns.
    case streamRecords = 0x57
    /// What comes next in the file of predictions.
    case predictions = 0x50
    /// What comes next in the telemetry log.
    case telemetry = 0x54
    /// What comes next in the file of outputs.
    case outputs = 0x4F
  }

  public let kind: Kind
  /// All of the JSON of a message; without the first byte of the other kinds.
  public let bytes: ArraySlice<UInt8>

  /// The most bytes that a sender puts into one frame of raw bytes.
  public static let pieceLength = 1 << 18

  init?(content: ArraySlice<UInt8>) {
    guard let kind = content.first.flatMap({ Kind(rawValue: $0) }) else { return nil }
    self.kind = kind
    bytes = kind == .message ? content : content.dropFirst()
  }

  /// Encodes a message in JSON.
  public static func message(_ json: some Collection<UInt8>) -> [UInt8] { length(json.count) + json }

  /// Encodes raw bytes.
  public static func raw(_ kind: Kind, _ bytes: some Collection<UInt8>) -> [UInt8] {
    length(bytes.count + 1) + [kind.rawValue] + bytes
  }

  private static func length(_ count: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } }
}

/// Takes bytes as a pipe delivers them and returns whole frames: a length in four little-endian bytes, then that many bytes of content.
public struct FrameBuffer: Sendable {
  /// The longest frame, in bytes. A greater length means that something else writes into the pipe.
  public static let maximumLength = 1 << 26

  private var bytes: [UInt8] = []
  /// Where the next frame begins.
  private var start = 0

  public init() {}

  public mutating func append(_ more: UnsafeRawBufferPointer) {
    bytes.removeFirst(start)
    start = 0
    bytes.append(contentsOf: more)
  }

  /// Bytes missing from the next frame: first those of its length, then those of its content.
  public var missingCount: Int { max(4 + (contentLength ?? 0) - (bytes.count - start), 0) }

  /// Removes and returns the next whole frame; `nil` if bytes are missing.
  ///
  /// - Throws: `.protocolViolation` if the bytes are not a frame.
  public mutating func next() throws(AssayError) -> Frame? {
    guard let length = contentLength else { return nil }
    guard length <= Self.maximumLength else { throw Self.nonsense }
    let content = start + 4
    guard bytes.count >= content + length else { return nil }
    guard let frame = Frame(content: bytes[content..<(content + length)]) else { throw Self.nonsense }
    start = content + length
    return frame
  }

  private var contentLength: Int? {
    bytes.count < start + 4 ? nil : (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
  }

  private static let nonsense = AssayError(.protocolViolation, "The worker sent something that is not a message.")
}
