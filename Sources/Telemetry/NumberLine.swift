import Glibc

/// Parses `[12.5,62.3,null]`. Logs have many such lines, so it allocates nothing.
enum NumberLine {
  /// - Parameter values: the numbers after the first; NaN for `null`.
  /// - Returns: the first number; `nil` if the line is anything else.
  static func parse(_ line: UnsafeRawBufferPointer, into values: inout [Double]) -> Double? {
    values.removeAll(keepingCapacity: true)
    var scanner = Scanner(bytes: line)
    guard scanner.skip("["), let first = scanner.number() else { return nil }
    while !scanner.skip("]") {
      guard scanner.skip(",") else { return nil }
      if scanner.skipNull() {
        values.append(.nan)
      } else {
        guard let value = scanner.number() else { return nil }
        values.append(value)
      }
    }
    return scanner.isAtEnd ? first : nil
  }

  private struct Scanner {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    /// These powers of ten are exact. With exact digits (below 2^53) one division rounds correctly.
    private static let powers = sequence(first: 1.0) { $0 * 10 }.prefix(23).map(\.self)

    var isAtEnd: Bool {
      position == bytes.count || (position == bytes.count - 1 && bytes[position] == UInt8(ascii: "\r"))
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    mutating func skipNull() -> Bool {
      guard position < bytes.count, bytes[position] == UInt8(ascii: "n"), bytes[position...].starts(with: "null".utf8)
      else { return false }
      position += 4
      return true
    }

    mutating func number() -> Double? {
      let start = position
      let isNegative = skip("-")
      var digits: UInt64 = 0
      var count = 0
      var places = 0
      var hasPoint = false
      while position < bytes.count {
        let byte = bytes[position]
        if byte == UInt8(ascii: "."), !hasPoint {
          hasPoint = true
        } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
          count += 1
          if count <= 18 { digits = digits * 10 + UInt64(byte - UInt8(ascii: "0")) }
          if hasPoint { places += 1 }
        } else {
          break
        }
        position += 1
      }
      guard count > 0 else { return nil }
      let hasExponent = position < bytes.count && bytes[position] | 0x20 == UInt8(ascii: "e")
      guard !hasExponent, count <= 15, places <= 22 else { return slowNumber(from: start) }
      let value = Double(digits) / Self.powers[places]
      return isNegative ? -value : value
    }

    /// For many digits or an exponent, which Assay never writes.
    private mutating func slowNumber(from start: Int) -> Double? {
      let rest = bytes[start...].prefix { byte in ![UInt8(ascii: ","), UInt8(ascii: "]")].contains(byte) }
      position = start + rest.count
      guard let value = Double(String(decoding: rest, as: UTF8.self)), value.isFinite else { return nil }
      return value
    }
  }
}
