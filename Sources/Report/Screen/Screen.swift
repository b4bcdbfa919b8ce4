import AssayCore

/// The terminal that a report is written for.
public struct Screen: Sendable {
  public var columns: Int
  public var hasColor: Bool
  /// Whether to show everything, rather than what fits at a glance.
  public var isVerbose: Bool

  public init(columns: Int = 80, hasColor: Bool = false, isVerbose: Bool = false) {
    self.columns = columns
    self.hasColor = hasColor
    self.isVerbose = isVerbose
  }

  /// The colours of ECMA-48 that stay readable on light and dark grounds.
  enum Style: Int {
    case bold = 1
    case faint = 2
    case red = 31
    case green = 32
    case yellow = 33
  }

  func paint(_ text: String, _ style: Style?) -> String {
    let text = text.printable
    guard hasColor, let style, !text.isEmpty else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }

  /// Breaks a text between words, so that it fits.
  ///
  /// - Parameter indent: of every line but the first.
  func wrap(_ text: String, indent: Int = 2) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.printable.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > columns {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// Replaces the middle of a text by an ellipsis: names differ at their ends.
  static func shorten(_ text: String, to width: Int) -> String {
    guard text.count > width, width > 1 else { return text }
    let tail = (width - 1) / 2
    return "\(text.prefix(width - 1 - tail))…\(text.suffix(tail))"
  }
}
