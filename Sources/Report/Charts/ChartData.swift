import CSV

/// A table that a chart draws, as CSV: the same text that a reader of the page can download.
struct ChartData: Hashable, Sendable {
  /// Its name in the specification, and the first part of the file's name.
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
    csv =
      CSVText.line(texts + numbers)
      + rows.map { CSVText.line($0.texts.map(CSVText.name) + $0.numbers.map { $0.map(Self.text) ?? "" }) }.joined()
  }

  /// A table of numbers alone.
  init(_ name: String, numbers: [String], rows: [[Double?]]) {
    self.init(name, numbers: numbers, rows: rows.map { ([], $0) })
  }

  /// Names as they stand in the table, for the domain of a scale.
  static func names(_ texts: [String]) -> JSONValue { .strings(texts.map(CSVText.name)) }

  /// The member `data` of a view that draws this table.
  var reference: JSONValue {
    [
      "name": .string(name),
      "format": ["type": "csv", "parse": .object(Dictionary(uniqueKeysWithValues: numbers.map { ($0, "number") }))],
    ]
  }

  /// Seven significant digits: a nanosecond in a millisecond, in few bytes.
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return "" }
    // A number this large needs no rounding.
    guard abs(value) < 1e15 else { return "\(value)" }
    if value == value.rounded() { return String(Int(value)) }
    var unit = 1.0
    while abs(value) * unit < 1e6, unit < 1e9 { unit *= 10 }
    let rounded = (value * unit).rounded() / unit
    return rounded == rounded.rounded() ? String(Int(rounded)) : "\(rounded)"
  }
}
