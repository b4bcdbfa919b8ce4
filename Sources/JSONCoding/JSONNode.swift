/// A parsed JSON value (RFC 8259). Numbers stay text: a `Double` does not hold every 64-bit integer.
enum JSONNode {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONNode])
  case object([String: JSONNode])
}

/// Why a text is not JSON.
public struct JSONSyntaxError: Error, CustomStringConvertible {
  /// The offset of the byte that does not fit.
  public let offset: Int
  public let expected: String

  public var description: String { "not JSON at byte \(offset): expected \(expected)" }
}

struct JSONParser {
  /// Arrays and objects within each other. Parsing recurses, and a hostile file must not exhaust the stack.
  private static let maximumDepth = 256

  private let bytes: [UInt8]
  private var offset = 0

  static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONNode {
    var parser = JSONParser(bytes: bytes)
    let node = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.offset == bytes.count else { throw parser.error("the end") }
    return node
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONNode {
    guard depth < Self.maximumDepth else { throw error("at most \(Self.maximumDepth) levels") }
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONNode {
    var members: [String: JSONNode] = [:]
    offset += 1
    if accept(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw error("a name in quotes") }
      let name = try string()
      guard accept(UInt8(ascii: ":")) else { throw error("':'") }
      members[name] = try value(depth: depth + 1)
    } while accept(UInt8(ascii: ","))
    guard accept(UInt8(ascii: "}")) else { throw error("',' or '}'") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONNode {
    var elements: [JSONNode] = []
    offset += 1
    if accept(UInt8(ascii: "]")) { return .array(elements) }
    repeat { elements.append(try value(depth: depth + 1)) } while accept(UInt8(ascii: ","))
    guard accept(UInt8(ascii: "]")) else { throw error("',' or ']'") }
    return .array(elements)
  }

  private mutating func string() throws(JSONSyntaxError) -> String {
    let start = offset
    var content: [UInt8] = []
    offset += 1
    while let byte = peek, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw error("no control character in a string") }
      offset += 1
      if byte == UInt8(ascii: "\\") {
        content.append(contentsOf: String(Character(try escaped())).utf8)
      } else {
        content.append(byte)
      }
    }
    guard peek != nil else { throw error("the closing quote") }
    offset += 1
    guard let text = String(validating: content, as: UTF8.self) else {
      throw JSONSyntaxError(offset: start, expected: "a string in UTF-8")
    }
    return text
  }

  /// What follows a backslash.
  private mutating func escaped() throws(JSONSyntaxError) -> Unicode.Scalar {
    guard let byte = peek else { throw error("an escape") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try hexadecimal()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      // The first half of a surrogate pair: the second must follow.
      guard unit < 0xDC00, peek == UInt8(ascii: "\\") else { throw error("a surrogate pair") }
      offset += 1
      guard peek == UInt8(ascii: "u") else { throw error("a surrogate pair") }
      offset += 1
      let low = try hexadecimal()
      guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar((unit - 0xD800) << 10 + low - 0xDC00 + 0x10000)
      else { throw error("a surrogate pair") }
      return scalar
    default: throw error("an escape")
    }
  }

  private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = peek.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
        throw error("four digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  private mutating func number() throws(JSONSyntaxError) -> String {
    let start = offset
    if peek == UInt8(ascii: "-") { offset += 1 }
    if peek == UInt8(ascii: "0") { offset += 1 } else { try digits(of: "a value") }
    if peek == UInt8(ascii: ".") {
      offset += 1
      try digits(of: "a fraction")
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      offset += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
      try digits(of: "an exponent")
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func digits(of expected: String) throws(JSONSyntaxError) {
    let start = offset
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
    guard offset > start else { throw error(expected) }
  }

  private mutating func word(_ word: StaticString, _ node: JSONNode) throws(JSONSyntaxError) -> JSONNode {
    let expected = "\(word)"
    guard bytes[offset...].starts(with: expected.utf8) else { throw error(expected) }
    offset += expected.utf8.count
    return node
  }

  private mutating func accept(_ byte: UInt8) -> Bool {
    skipSpace()
    guard peek == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { offset += 1 }
  }

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func error(_ expected: String) -> JSONSyntaxError { JSONSyntaxError(offset: offset, expected: expected) }
}
