/// A row of CSV, built byte by byte: in one of the usual delimiters, quoted or not, with either line end.
struct CSVRow {
  /// `,`, `;` or tab.
  let delimiter: UInt8
  /// The line that the row begins on, from 1 on.
  private(set) var line = 1
  /// Where each field ends in `bytes`.
  private(set) var ends: [Int] = []

  private var bytes: [UInt8] = []
  private var state = State.plain
  private var nextLine = 1
  private var isComplete = false

  private enum State { case plain, quoted, behindQuote }

  init(delimiter: UInt8) { self.delimiter = delimiter }

  /// What a line is parted by: the one of the usual delimiters that it has most of.
  static func delimiter(of line: some Sequence<UInt8>) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in line {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted { counts[byte, default: 0] += 1 }
    }
    let usual = [UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: ",")]
    return usual.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? UInt8(ascii: ",")
  }

  /// - Returns: whether the row is complete. Empty lines are no rows.
  mutating func take(_ byte: UInt8) -> Bool {
    if isComplete { clear() }
    switch (state, byte) {
    case (.quoted, UInt8(ascii: "\"")): state = .behindQuote
    case (.quoted, _):
      if byte == UInt8(ascii: "\n") { nextLine += 1 }
      bytes.append(byte)
    case (.behindQuote, UInt8(ascii: "\"")):
      bytes.append(byte)
      state = .quoted
    case (_, delimiter):
      ends.append(bytes.count)
      state = .plain
    case (_, UInt8(ascii: "\n")): return finish()
    case (.plain, UInt8(ascii: "\"")) where bytes.count == ends.last ?? 0: state = .quoted
    default: bytes.append(byte)
    }
    return false
  }

  /// Ends a row, also the last one of a file that does not end with a line end.
  mutating func finish() -> Bool {
    guard !isComplete else { return false }
    nextLine += 1
    if bytes.last == UInt8(ascii: "\r"), bytes.count > ends.last ?? 0 { bytes.removeLast() }
    guard !bytes.isEmpty || !ends.isEmpty else {
      clear()
      return false
    }
    ends.append(bytes.count)
    isComplete = true
    return true
  }

  /// Bytes so far.
  var length: Int { bytes.count }

  /// The bytes of a field.
  subscript(column: Int) -> ArraySlice<UInt8> { bytes[(column == 0 ? 0 : ends[column - 1])..<ends[column]] }

  var texts: [String] { ends.indices.map { String(decoding: self[$0], as: UTF8.self) } }

  private mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    state = .plain
    line = nextLine
    isComplete = false
  }
}
