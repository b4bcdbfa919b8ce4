public import AssayCore
import CSV
import Glibc
import RecordLog

/// Turns the CSV of another tool into a record log, in bounded memory.
public struct ForeignRecords {
  private let path: String
  private let columns: ForeignColumns
  /// The places of the columns; `nil` before the first row.
  private var places: (time: Int?, latency: Int)?
  /// Between semicolons, numbers may have a comma.
  private let hasDecimalCommas: Bool
  private var firstTime: Double?
  /// The end of the last inference, in nanoseconds.
  private var end: UInt64 = 0

  /// Nanoseconds of a century; longer values are mistakes.
  private static let longest = 3.2e18

  /// Reads a whole file.
  ///
  /// - Parameter logPath: the record log to make, which must not exist.
  /// - Throws: `.inputOutput` if a file cannot be read or written; `.badData`, with line and column, if it is not such a table.
  public static func convert(_ path: String, columns: ForeignColumns, to logPath: String) throws(AssayError) {
    let reader = try CSVReader(opening: path, delimiter: nil)
    var records = ForeignRecords(path, columns, delimiter: reader.row.delimiter)
    var log = try RecordLogWriter(creating: logPath, expectedCount: 1 << 16)
    do throws(AssayError) {
      while try reader.next() { try records.add(reader.row, to: &log) }
      guard log.count > 0 else { throw AssayError(.badData, "\(path) holds no row of numbers.") }
    } catch {
      unlink(logPath)
      throw error
    }
    try log.finish()
  }

  private init(_ path: String, _ columns: ForeignColumns, delimiter: UInt8) {
    self.path = path
    self.columns = columns
    hasDecimalCommas = delimiter == UInt8(ascii: ";")
  }

  // MARK: Rows

  private mutating func add(_ row: CSVRow, to log: inout RecordLogWriter) throws(AssayError) {
    guard let places else { return try begin(row, &log) }
    let latency = try number(places.latency, of: row, columns.latency, "latency")
    let duration = try nanoseconds(latency * columns.latency.unit.nanoseconds, "latency", row)
    var start = end
    if let place = places.time, let column = columns.time {
      let time = try number(place, of: row, column, "time") * column.unit.nanoseconds
      firstTime = firstTime ?? time
      start = try nanoseconds(time - (firstTime ?? time), "time since the first row", row)
    }
    guard start <= UInt64.max - duration else {
      throw AssayError(
        .badData, "The latencies of \(path) add up to more than five hundred years.", advice: "Check --latency-unit.")
    }
    if !log.hasRoom { try log.makeRoom() }
    // A record of two zeros would end the log.
    if start == 0, duration == 0, log.count > 0 { start = 1 }
    log.append(start: start, duration: duration)
    end = start + duration
  }

  /// Finds the columns by the first row: a header, or, if columns are named by number, perhaps data.
  private mutating func begin(_ row: CSVRow, _ log: inout RecordLogWriter) throws(AssayError) {
    let titles = row.texts.map { $0.trimmed }
    let latency = try place(of: columns.latency, in: titles, row)
    var time: Int?
    if let column = columns.time { time = try place(of: column, in: titles, row) }
    places = (time, latency)
    if value(latency, of: row) != nil { try add(row, to: &log) }
  }

  private func place(of column: ForeignColumns.Column, in titles: [String], _ row: CSVRow) throws(AssayError) -> Int {
    if let place = titles.firstIndex(of: column.name) { return place }
    if let number = Int(column.name), titles.indices.contains(number - 1) { return number - 1 }
    let hasHeader = !titles.allSatisfy { $0.isEmpty || Double($0) != nil }
    throw AssayError(
      .badData, "\(path) has no column '\(column.name)'.",
      advice: hasHeader
        ? "Its columns: \(Self.list(titles))."
        : "Its first line is not a header. Name a column by its number, from 1 to \(titles.count).")
  }

  /// The first titles, each as long as a person reads: a damaged table may have thousands, or one of a mebibyte.
  private static func list(_ titles: [String]) -> String {
    let shown = titles.prefix(30).map { $0.count > 40 ? "\($0.prefix(40))…" : $0 }
    return (shown + (titles.count > shown.count ? ["…"] : [])).joined(separator: ", ")
  }

  /// The number in a field; `nil` if it holds none.
  private func value(_ place: Int, of row: CSVRow) -> Double? {
    guard place < row.count else { return nil }
    var text = Array(row[place])
    if hasDecimalCommas, let comma = text.firstIndex(of: UInt8(ascii: ",")) { text[comma] = UInt8(ascii: ".") }
    // strtod also reads hexadecimal numbers, infinity and nan.
    guard text.allSatisfy({ $0 < 0x3A || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) else { return nil }
    text.append(0)
    return text.withUnsafeBytes { bytes in
      guard let start = bytes.bindMemory(to: CChar.self).baseAddress else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      let number = strtod(start, &end)
      guard var end, UnsafePointer(end) != start else { return nil }
      while end.pointee == 32 { end += 1 }
      return end.pointee == 0 && UnsafePointer(end) == start + bytes.count - 1 ? number : nil
    }
  }

  private func number(
    _ place: Int, of row: CSVRow, _ column: ForeignColumns.Column, _ what: String
  ) throws(AssayError) -> Double {
    if let value = value(place, of: row) { return value }
    guard place < row.count else {
      throw AssayError(
        .badData, "\(path), line \(row.line): there is no column \(place + 1) ('\(column.name)') for the \(what).",
        advice: "The line has \(row.count) \(row.count == 1 ? "field" : "fields").")
    }
    let text = String(decoding: row[place].prefix(40), as: UTF8.self)
    throw AssayError(
      .badData, "\(path), line \(row.line), column '\(column.name)': '\(text)' is not a number.",
      advice: "Remove the line, or name another column for the \(what).")
  }

  private func nanoseconds(_ value: Double, _ what: String, _ row: CSVRow) throws(AssayError) -> UInt64 {
    guard value >= 0, value < Self.longest else {
      throw AssayError(
        .badData, "\(path), line \(row.line): the \(what) is \(value < 0 ? "negative" : "longer than a century").",
        advice: value < 0 ? "Sort the rows by time, or correct the line." : "Check the unit.")
    }
    return UInt64(value.rounded())
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
