/// A row of CSV (RFC 4180), built byte by byte: with any of the usual delimiters, quoted or not, and either line end.
public struct CSVRow: Sendable {
  /// What RFC 4180 forbids and this parser reads all the same.
  public enum Flaw: Sendable {
    /// A quote inside a field that does not begin with one. It is part of the field.
    case strayQuote
    /// Text after the quote that ends a field. It is part of the field.
    case textAfterQuote
  }

  /// `,`, `;` or tab.
  public let delimiter: UInt8
  /// The line on which the row begins, from 1.
  public private(set) var line = 1
  /// The first flaw of the row.
  public private(set) var flaw: Flaw?

  private var bytes: [UInt8] = []
  /// Where each field ends in `bytes`.
  private var ends: [Int] = []
  private var quoted: [Bool] = []
  private var state = State.plain
  private var nextLine = 1
  private var isComplete = false

  private enum State { case plain, quoted, behindQuote }

  public init(delimiter: UInt8 = UInt8(ascii: ",")) { self.delimiter = delimiter }

  /// The usual delimiter that occurs most often in a line, outside quotes.
  public static func delimiter(of line: some Sequence<UInt8>) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in line {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted { counts[byte, default: 0] += 1 }
    }
    let usual = [UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: ",")]
    return usual.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? UInt8(ascii: ",")
  }

  /// Takes the next byte of the file.
  ///
  /// - Returns: whether the row is complete. Empty lines are not rows.
  public mutating func take(_ byte: UInt8) -> Bool {
    if isComplete { clear() }
    switch (state, byte) {
    case (.quoted, UInt8(ascii: "\"")): state = .behindQuote
    case (.quoted, _):
      if byte == UInt8(ascii: "\n") { nextLine += 1 }
      bytes.append(byte)
    case (.behindQuote, UInt8(ascii: "\"")):
      bytes.append(byte)
      state = .quoted
    case (_, delimiter): endField()
    case (_, UInt8(ascii: "\n")): return finish()
    case (.plain, UInt8(ascii: "\"")) where bytes.count == ends.last ?? 0: state = .quoted
    default:
      if state == .behindQuote, byte != UInt8(ascii: "\r") { flaw = flaw ?? .textAfterQuote }
      if byte == UInt8(ascii: "\"") { flaw = flaw ?? .strayQuote }
      bytes.append(byte)
    }
    return false
  }

  /// Takes bytes until the row is complete.
  ///
  /// - Returns: how many it took, and whether the row is complete.
  mutating func take(_ bytes: UnsafeRawBufferPointer) -> (count: Int, isComplete: Bool) {
    for (index, byte) in bytes.enumerated() where take(byte) { return (index + 1, true) }
    return (bytes.count, false)
  }

  /// Ends a row, also the last one of a file that does not end with a line end.
  ///
  /// - Returns: whether there is a row.
  public mutating func finish() -> Bool {
    guard !isComplete else { return false }
    nextLine += 1
    if bytes.last == UInt8(ascii: "\r"), bytes.count > ends.last ?? 0 { bytes.removeLast() }
    guard !bytes.isEmpty || !ends.isEmpty || state != .plain else {
      clear()
      return false
    }
    endField()
    isComplete = true
    return true
  }

  /// Bytes so far.
  public var length: Int { bytes.count }

  /// Fields of a complete row.
  public var count: Int { ends.count }

  /// The bytes of a field, without its quotes.
  public subscript(column: Int) -> ArraySlice<UInt8> { bytes[(column == 0 ? 0 : ends[column - 1])..<ends[column]] }

  /// Whether a field stands in quotes.
  public func isQuoted(_ column: Int) -> Bool { quoted[column] }

  /// The fields as text.
  public var texts: [String] { ends.indices.map { String(decoding: self[$0], as: UTF8.self) } }

  private mutating func endField() {
    ends.append(bytes.count)
    quoted.append(state != .plain)
    state = .plain
  }

  private mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    quoted.removeAll(keepingCapacity: true)
    flaw = nil
    state = .plain
    line = nextLine
    isComplete = false
  }
}
