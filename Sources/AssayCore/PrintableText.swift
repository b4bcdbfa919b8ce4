// Names of engines, models, devices, hosts and files come from anywhere, and may hold what a terminal or a reader would obey.

extension StringProtocol {
  /// The text on one line, without characters that a terminal would obey: line breaks and tabs become spaces; other control characters, and
  /// those that reverse the direction of text, become `?`.
  public var printable: String { filtered { $0.isLineBreak || $0 == "\t" ? " " : $0.isPrintable ? $0 : "?" } }

  /// The same, with its lines and tabs kept.
  public var printableLines: String {
    filtered { $0 == "\n" || $0 == "\t" ? $0 : $0.isLineBreak ? " " : $0.isPrintable ? $0 : "?" }
  }

  private func filtered(_ filter: (Unicode.Scalar) -> Unicode.Scalar) -> String {
    if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return String(self) }
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars { scalars.append(filter(scalar)) }
    return String(scalars)
  }

  /// The text as one word of a command to copy. Control characters are written as Bash and others read them: `$'\x1b'`.
  public var shellQuoted: String {
    let plain = utf8.allSatisfy { byte in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || "/._-+:@%,=".utf8.contains(byte)
    }
    // Zsh expands a word that begins with `=`.
    if plain, !isEmpty, first != "=" { return String(self) }
    guard unicodeScalars.allSatisfy({ $0.isPrintable && $0 != "\n" }) else {
      return "$'\(unicodeScalars.map { $0.escapedInShell }.joined())'"
    }
    return "'\(split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
  }

  /// The text with the user and password of every URL left out: `https://…@host/`.
  public var withoutCredentials: String {
    var rest = self[...]
    var result = ""
    while let mark = rest.firstRange(of: "://") {
      result += rest[..<mark.upperBound]
      rest = rest[mark.upperBound...]
      let end = rest.firstIndex { $0 == "/" || $0.isWhitespace || $0 == "\"" || $0 == "'" } ?? rest.endIndex
      guard let at = rest[..<end].lastIndex(of: "@") else { continue }
      result += "…"
      rest = rest[at...]
    }
    return result + rest
  }
}

extension Unicode.Scalar {
  /// Whether a terminal only shows it.
  public var isPrintable: Bool {
    if isASCII { return (0x20...0x7E).contains(value) }
    return switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: false
    default: !properties.isBidiControl
    }
  }

  fileprivate var isLineBreak: Bool { self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}" }

  fileprivate var escapedInShell: String {
    if self == "'" || self == "\\" { return "\\\(self)" }
    return isPrintable ? String(self) : UTF8.encode(self).map { $0.map { #"\x"# + $0.hexadecimal }.joined() } ?? "?"
  }
}

extension UInt8 {
  fileprivate var hexadecimal: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
