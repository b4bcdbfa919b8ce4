import AssayCore
import CSV

extension TextLines {
  /// The fields of the CSV record that begins with `line`; a quoted field may continue on the next lines. Spaces around unquoted fields go.
  ///
  /// - Throws: `.badData`, with the line, if quotes do not match or the record is longer than a line may be.
  mutating func csvFields(beginningWith line: String) throws(AssayError) -> [String] {
    let place = place
    var row = CSVRow()
    var line = line
    while true {
      for byte in line.utf8 { _ = row.take(byte) }
      if let flaw = row.flaw { throw Self.error(flaw, place) }
      if row.take(UInt8(ascii: "\n")) { break }
      guard row.length <= Self.longestLine, let more = try next() else {
        throw AssayError(
          .badData, "\(place) opens a quote that is never closed.", advice: "Double a quote inside a quoted field.")
      }
      line = more
    }
    return row.texts.enumerated().map { row.isQuoted($0) ? $1 : String($1.trimmed) }
  }

  private static func error(_ flaw: CSVRow.Flaw, _ place: String) -> AssayError {
    switch flaw {
    case .strayQuote:
      AssayError(
        .badData, "\(place) has a quote inside a field that does not begin with one.",
        advice: "Put the field into quotes, and double those inside.")
    case .textAfterQuote:
      AssayError(
        .badData, "\(place) has text after the quote that ends a field.",
        advice: "Double a quote inside a quoted field.")
    }
  }
}
