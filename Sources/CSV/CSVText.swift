import AssayCore

/// Writes CSV (RFC 4180), with line feeds.
public enum CSVText {
  /// One row, with its line end.
  public static func line(_ fields: some Sequence<String>) -> String {
    fields.map(quoted).joined(separator: ",") + "\n"
  }

  /// A column of a table: its title, and its field in a row; `nil` for an empty one.
  public typealias Column<Row> = (title: String, field: (Row) -> String?)

  /// A header, then one line per row.
  public static func table<Row>(_ columns: [Column<Row>], of rows: some Sequence<Row>) -> String {
    line(columns.map(\.title)) + rows.map { row in line(columns.map { $0.field(row) ?? "" }) }.joined()
  }

  /// A name from outside as a field: on one line, and with an apostrophe before what a spreadsheet would take for a formula. An apostrophe that was
  /// there before stays.
  public static func name(_ text: String) -> String {
    let text = text.printable
    return text.first { $0 != " " }.map(formulaMarks.contains) == true ? "'\(text)" : text
  }

  /// The first characters of formulas, also in full width (OWASP, "CSV Injection").
  private static let formulaMarks: Set<Character> = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
        || byte == UInt8(ascii: "\r")
    }
    guard needsQuotes else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
