import AssayCore

/// Text in GitHub's Markdown that stays text: names from outside become no markup, no link, no image, and end no cell of a table.
enum Markdown {
  static func text(_ text: String) -> String {
    var escaped = ""
    for character in text.printable {
      switch character {
      case "\\", "`", "*", "[", "]", "|", "~": escaped += "\\\(character)"
      case "<": escaped += "&lt;"
      case "&": escaped += "&amp;"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// An item of a list.
  static func item(_ text: String) -> String { "- " + self.text(text) }
}
