import AssayCore

/// Comma-separated fields as RFC 4180 has them: a field in double quotes may hold commas, line breaks, and quotes, which are doubled.
enum CSVRecord {
  /// The fields of the record that begins with `line`; a quoted field may go on in the lines after it.
  ///
  /// - Throws: `.badData`, with the line, where quotes do not match or the record is longer than a line may be.
  static func fields(_ line: String, from lines: inout TextLines) throws(AssayError) -> [String] {
    let place = lines.place
    var text = line
    while true {
      if let fields = try split(text, place) { return fields }
      guard text.utf8.count <= TextLines.longestLine, let more = try lines.next() else {
        throw AssayError(
          .badData, "\(place) opens a quote that is never closed.", advice: "A quote inside a quoted field is doubled.")
      }
      text += "\n" + more
    }
  }

  /// `nil` where the last field is still open.
  private static func split(_ text: String, _ place: String) throws(AssayError) -> [String]? {
    var fields: [String] = []
    var rest = text.unicodeScalars[...]
    while true {
      guard rest.first == "\"" else {
        let field = rest.prefix { $0 != "," }
        guard !field.contains("\"") else {
          throw AssayError(
            .badData, "\(place) has a quote inside a field that does not begin with one.",
            advice: "Put the field into quotes, and double those inside.")
        }
        fields.append(String(String(field).trimmed))
        rest = rest[field.endIndex...]
        if rest.popFirst() == nil { return fields }
        continue
      }
      guard let field = quotedField(&rest) else { return nil }
      fields.append(field)
      guard let separator = rest.popFirst() else { return fields }
      guard separator == "," else {
        throw AssayError(
          .badData, "\(place) goes on after the quote that ends a field.",
          advice: "A quote inside a quoted field is doubled.")
      }
    }
  }

  /// Takes a field and the quotes around it.
  private static func quotedField(_ rest: inout Substring.UnicodeScalarView) -> String? {
    var field = String.UnicodeScalarView()
    rest.removeFirst()
    while let scalar = rest.popFirst() {
      if scalar == "\"" {
        guard rest.first == "\"" else { return String(field) }
        rest.removeFirst()
      }
      field.append(scalar)
    }
    return nil
  }
}
