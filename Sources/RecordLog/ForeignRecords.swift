public import AssayCore
import Glibc

/// The CSV of another tool, made into a record log in bounded memory.
public struct ForeignRecords {
  private let path: String
  private let columns: ForeignColumns
  /// Where they are; `nil` before the first row was read.
  private var places: (time: Int?, latency: Int)?
  /// With semicolons between the fields a comma may stand in the numbers.
  private let hasDecimalCommas: Bool
  private var firstTime: Double?
  /// Where the last inference ended, in nanoseconds.
  private var end: UInt64 = 0

  private static let chunkSize = 1 << 20
  /// Nanoseconds of a century: what is longer was not meant.
  private static let longest = 3.2e18

  /// Reads a whole file.
  ///
  /// - Parameter logPath: the record log to make, which must not be there.
  /// - Throws: `.inputOutput` where a file cannot be read or written; `.badData`, with line and column, where it is not such a table.
  public static func convert(_ path: String, columns: ForeignColumns, to logPath: String) throws(AssayError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path) }
    defer { close(descriptor) }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 16)
    defer { chunk.deallocate() }
    var bytes = try withoutMark(try next(chunk, of: descriptor, path), path)
    var row = CSVRow(delimiter: CSVRow.delimiter(of: bytes.prefix { $0 != UInt8(ascii: "\n") }))
    var records = ForeignRecords(path, columns, delimiter: row.delimiter)
    var log = try RecordLogWriter(creating: logPath, expectedCount: 1 << 16)
    do throws(AssayError) {
      while !bytes.isEmpty {
        for byte in bytes where row.take(byte) { try records.add(row, to: &log) }
        guard row.length < chunkSize else {
          throw AssayError(
            .badData, "\(path), line \(row.line): the line has no end.", advice: "Is a quote not closed?")
        }
        bytes = try next(chunk, of: descriptor, path)
      }
      if row.finish() { try records.add(row, to: &log) }
      guard log.count > 0 else { throw AssayError(.badData, "\(path) holds no row of numbers.") }
    } catch {
      unlink(logPath)
      throw error
    }
    log.finish()
  }

  private init(_ path: String, _ columns: ForeignColumns, delimiter: UInt8) {
    self.path = path
    self.columns = columns
    hasDecimalCommas = delimiter == UInt8(ascii: ";")
  }

  // MARK: The file

  private static func next(
    _ chunk: UnsafeMutableRawBufferPointer, of descriptor: Int32, _ path: String
  ) throws(AssayError) -> UnsafeRawBufferPointer {
    var got: Int
    repeat { got = read(descriptor, chunk.baseAddress, chunk.count) } while got < 0 && errno == EINTR
    guard got >= 0 else { throw unreadable(path) }
    return UnsafeRawBufferPointer(rebasing: chunk[..<got])
  }

  /// Some programs begin a file with a mark of its encoding.
  private static func withoutMark(
    _ bytes: UnsafeRawBufferPointer, _ path: String
  ) throws(AssayError) -> UnsafeRawBufferPointer {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return UnsafeRawBufferPointer(rebasing: bytes[3...]) }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw AssayError(.badData, "\(path) is UTF-16.", advice: "Save it as UTF-8.")
    }
    return bytes
  }

  private static func unreadable(_ path: String) -> AssayError {
    AssayError(.inputOutput, "Cannot read \(path): \(String(cString: strerror(errno))).")
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
    // A record of zeros would end the log.
    if start == 0, duration == 0, log.count > 0 { start = 1 }
    log.append(start: start, duration: duration)
    end = start + duration
  }

  /// Finds the columns by the first row, which is a header or, where all are named by number, may be the first of the data.
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
        ? "Its columns: \(titles.joined(separator: ", "))."
        : "Its first line is no header. Name a column by its number, from 1 to \(titles.count).")
  }

  /// The number in a field; `nil` where there is none.
  private func value(_ place: Int, of row: CSVRow) -> Double? {
    guard place < row.ends.count else { return nil }
    var text = Array(row[place])
    if hasDecimalCommas, let comma = text.firstIndex(of: UInt8(ascii: ",")) { text[comma] = UInt8(ascii: ".") }
    // Hexadecimal numbers, infinity and nan are numbers for strtod.
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
    guard place < row.ends.count else {
      throw AssayError(
        .badData, "\(path), line \(row.line): there is no column \(place + 1) ('\(column.name)') for the \(what).",
        advice: "The line has \(row.ends.count) \(row.ends.count == 1 ? "field" : "fields").")
    }
    let text = String(decoding: row[place].prefix(40), as: UTF8.self)
    throw AssayError(
      .badData, "\(path), line \(row.line), column '\(column.name)': '\(text)' is no number.",
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
