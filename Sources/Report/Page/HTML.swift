import AssayCore

/// A piece of a page. Interpolated text is escaped, other pieces are not, so that no name from outside becomes markup.
struct HTML: Hashable, Sendable, ExpressibleByStringInterpolation {
  let text: String

  init(stringLiteral value: String) { text = value }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Text that is markup.
  init(verbatim text: String) { self.text = text }

  /// Pieces one after the other.
  init(_ pieces: [HTML]) { text = pieces.map(\.text).joined(separator: "\n") }

  static let empty = HTML(verbatim: "")

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 32 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ piece: HTML) { text += piece.text }
    mutating func appendInterpolation(_ pieces: [HTML]) { text += HTML(pieces).text }
    mutating func appendInterpolation(_ number: Int) { text += String(number) }
    mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }
  }

  /// For text and for attributes in double quotes, printable.
  static func escaped(_ value: String) -> String {
    var escaped = ""
    for scalar in value.printableLines.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// JSON inside a script element: nothing in it can end the element, and JavaScript's line ends are escaped.
  static func script(json: String) -> HTML {
    HTML(
      verbatim: json.replacing("<", with: "\\u003c").replacing("\u{2028}", with: "\\u2028")
        .replacing("\u{2029}", with: "\\u2029"))
  }
}
