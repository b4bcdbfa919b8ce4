import AssayCore

/// Damages files, the same way for the same seed: bits flipped, bytes set to values at the edge, cut, repeated, taken from another file; numbers and
/// strings of text replaced by extreme ones; invalid UTF-8.
struct FileMutator {
  private var generator: SplitMix64

  /// Bytes at which sizes and offsets go wrong.
  private static let edges: [UInt8] = [0, 1, 2, 3, 4, 7, 8, 0x7F, 0x80, 0xC0, 0xD8, 0xD9, 0xDA, 0xE1, 0xFE, 0xFF]
  /// What stands in the place of a number.
  private static let numbers: [[UInt8]] = [
    "0", "1", "-1", "-0.0", "0.1", "5e-324", "1e308", "-1e308", "1e999", "4294967296", "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808", "18446744073709551615", "99999999999999999999999999", "null", "true", "\"\"", "[]", "{}",
    "nan", "0x1p4", "",
  ].map { Array($0.utf8) }
  /// What stands anywhere, or between quotes.
  private static let pieces: [[UInt8]] =
    [
      "", "\n", "\r\n", "\r", "\t", " ", ",", ";", "\"", "\"\"", "\\", "\\u0000", "\\ud800", "-", "[", "]", "{", "}",
      ":", "=", "<", ">", "/", ".", "..",
      "../../x", "a.jpg", "b c.jpg", "1 ", "0\t", "null", "n00000001", "background", "image,label\n", "\u{FEFF}",
      "\u{0}", "\u{1B}[2J", "e\u{301}",
      "\u{202E}", "👩‍👩‍👧",
    ].map { Array($0.utf8) } + [
      [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xFF, 0xFE], Array(repeating: 0x61, count: 70_000),
    ]
  /// No input grows beyond this many bytes by repetition.
  private static let limit = 1 << 20

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }

  mutating func mutate(_ file: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = file
    // Half of all inputs keep their structure, so that what stands in it is read.
    let keepsStructure = Bool.random(using: &generator)
    let changes = Bool.random(using: &generator) ? 1 : below(4) + 1
    for _ in 0..<changes where !bytes.isEmpty {
      if keepsStructure { changeValue(in: &bytes) } else { change(&bytes, other) }
    }
    // Otherwise most damage to a PNG file stops at the checksum and never reaches the decoder.
    if Bool.random(using: &generator) { PNGChecksums.repair(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
    let place = below(bytes.count)
    let end = min(place + length(), bytes.count)
    switch below(11) {
    case 0: bytes[place] ^= 1 << UInt8(below(8))
    case 1: bytes[place] = UInt8(below(256))
    case 2: for index in place..<end { bytes[index] = Self.edges[below(Self.edges.count)] }
    case 3: bytes[place] = Self.edges[below(Self.edges.count)]
    case 4: bytes.removeSubrange(place..<end)
    case 5: repeatPart(place..<end, of: &bytes)
    case 6: bytes.removeSubrange(place...)
    case 7: bytes.insert(contentsOf: Self.pieces[below(Self.pieces.count)], at: place)
    case 8, 9: changeValue(in: &bytes)
    default:
      let from = other.isEmpty ? 0 : below(other.count)
      bytes.replaceSubrange(place..<end, with: other[from..<min(from + length(), other.count)])
    }
  }

  private mutating func changeValue(in bytes: inout [UInt8]) {
    let place = below(bytes.count)
    let isText = !bytes.contains { $0 < 9 || $0 > 0xF4 }
    switch (below(6), isText) {
    case (0...3, true): replaceNumber(behind: place, in: &bytes)
    case (_, true): replaceString(behind: place, in: &bytes)
    case (0...3, false): setInteger(at: place, in: &bytes)
    default: replaceNumber(behind: place, in: &bytes)
    }
  }

  /// Mostly a few bytes, at times thousands.
  private mutating func length() -> Int { below(8) == 0 ? below(4096) + 1 : below(16) + 1 }

  private mutating func repeatPart(_ range: Range<Int>, of bytes: inout [UInt8]) {
    let times = below(16) == 0 ? below(2000) + 1 : 1
    let part = Array(bytes[range])
    let room = max((Self.limit - bytes.count) / max(part.count, 1), 1)
    bytes.insert(contentsOf: repeatElement(part, count: min(times, room)).joined(), at: range.lowerBound)
  }

  /// The next number of a text gets another value.
  private mutating func replaceNumber(behind place: Int, in bytes: inout [UInt8]) {
    guard let start = bytes[place...].prefix(200).firstIndex(where: Self.isDigit) else { return }
    let end = bytes[start...].firstIndex { !Self.isDigit($0) && $0 != UInt8(ascii: ".") } ?? bytes.endIndex
    bytes.replaceSubrange(start..<end, with: Self.numbers[below(Self.numbers.count)])
  }

  /// What stands next between quotes becomes something else.
  private mutating func replaceString(behind place: Int, in bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    guard let open = bytes[place...].firstIndex(of: quote), let close = bytes[(open + 1)...].firstIndex(of: quote)
    else { return }
    bytes.replaceSubrange(open + 1..<close, with: Self.pieces[below(Self.pieces.count)])
  }

  /// An integer of a binary file becomes an extreme one.
  private mutating func setInteger(at place: Int, in bytes: inout [UInt8]) {
    let size = [2, 4, 8][below(3)]
    let start = place / size * size
    let value = [0, 1, .max, .max >> 1, .max >> 8, 1 << 63, 1 << 31, 1 << 32, UInt64(bytes.count)][below(9)] as UInt64
    for index in start..<min(start + size, bytes.count) {
      bytes[index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (index - start)))
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
