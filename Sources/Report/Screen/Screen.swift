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

  /// Why a cell has no figures, what to do, and the last of what the library printed.
  func failure(of cell: String, _ status: CellStatus, _ error: AssayError) -> [String] {
    var lines = wrap("\(cell) \(status.rawValue): \(error.message)").map {
      paint($0, status == .failed ? .red : .yellow)
    }
    if let advice = error.advice { lines += wrap("  \(advice)") }
    guard let tail = error.outputTail else { return lines }
    let printed = tail.split(separator: "\n").suffix(3).map { "    \(String($0).printable.prefix(columns - 4))" }
    return lines + ["  It printed:"] + printed
  }

  /// Replaces the middle of a text by an ellipsis: names differ at their ends.
  static func shorten(_ text: String, to width: Int) -> String {
    guard text.count > width, width > 1 else { return text }
    let tail = (width - 1) / 2
    return "\(text.prefix(width - 1 - tail))…\(text.suffix(tail))"
  }
}
