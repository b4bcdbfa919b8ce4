import AssayCore

/// The end of what a process printed, in bounded memory.
public struct OutputTail: Sendable {
  /// Bytes kept.
  private static let limit = 4096

  /// Bytes of all that was printed.
  public private(set) var totalCount = 0
  private let lineLimit: Int
  private var bytes: [UInt8] = []

  /// - Parameter lineLimit: lines kept at most.
  public init(lineLimit: Int = 20) { self.lineLimit = lineLimit }

  public mutating func append(_ more: UnsafeRawBufferPointer) {
    totalCount += more.count
    bytes.append(contentsOf: more.suffix(Self.limit))
    if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
  }

  /// The last lines, without control characters that a terminal would obey and without passwords in URLs; `nil` where nothing was printed.
  public var text: String? {
    let visible = String(decoding: bytes.suffix(Self.limit), as: UTF8.self).unicodeScalars.filter {
      $0 == "\n" || $0 == "\t" || $0.isPrintable
    }
    let lines = String(String.UnicodeScalarView(visible)).split(separator: "\n").suffix(lineLimit)
    return lines.isEmpty ? nil : lines.joined(separator: "\n").withoutCredentials
  }
}
