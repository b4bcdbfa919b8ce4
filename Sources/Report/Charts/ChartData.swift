import AssayCore

/// A table that a chart draws, as CSV: what the specification holds is what a reader downloads.
struct ChartData: Hashable, Sendable {
  /// What the specification calls it, and the first part of the file's name.
  let name: String
  /// Column titles, then rows (RFC 4180).
  let csv: String
  /// The columns that hold numbers.
  let numbers: [String]

  /// - Parameters:
  ///   - texts: the columns that hold text; they come first.
  ///   - rows: the texts and the numbers of each row, in the order of the columns.
  init(_ name: String, texts: [String] = [], numbers: [String], rows: [(texts: [String], numbers: [Double?])]) {
    self.name = name
    self.numbers = numbers
    var csv = (texts + numbers).map(CSVText.quoted).joined(separator: ",") + "\n"
    for row in rows {
      let fields = row.texts.map(CSVText.quoted) + row.numbers.map { $0.map(Self.text) ?? "" }
      csv += fields.joined(separator: ",") + "\n"
    }
    self.csv = csv
  }

  /// A table of numbers alone.
  init(_ name: String, numbers: [String], rows: [[Double?]]) {
    self.init(name, numbers: numbers, rows: rows.map { ([], $0) })
  }

  /// The member `data` of a view that draws this table.
  var reference: JSONValue {
    [
      "name": .string(name),
      "format": ["type": "csv", "parse": .object(Dictionary(uniqueKeysWithValues: numbers.map { ($0, "number") }))],
    ]
  }

  /// Seven significant digits: a nanosecond of what takes a millisecond, and no more bytes than that needs.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return "" }
    // Of a number so large the digits do not tell.
    guard abs(value) < 1e15 else { return "\(value)" }
    if value == value.rounded() { return String(Int(value)) }
    var unit = 1.0
    while abs(value) * unit < 1e6, unit < 1e9 { unit *= 10 }
    let rounded = (value * unit).rounded() / unit
    return rounded == rounded.rounded() ? String(Int(rounded)) : "\(rounded)"
  }
}

/// Fields of CSV.
enum CSVText {
  static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
