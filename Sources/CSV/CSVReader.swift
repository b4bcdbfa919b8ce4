public import AssayCore
import Glibc

/// Reads a CSV file row by row, in bounded memory.
public final class CSVReader {
  /// The row that `next` has read.
  public private(set) var row: CSVRow
  private let path: String
  private let descriptor: Int32
  private let chunk: UnsafeMutableRawBufferPointer
  private var rest: UnsafeRawBufferPointer

  /// Bytes read at once; no row is longer.
  private static let chunkSize = 1 << 20

  /// - Parameter delimiter: between fields; `nil` for the usual one that the first line has most of.
  /// - Throws: `.inputOutput` if the file cannot be read, `.badData` if it is UTF-16.
  public init(opening path: String, delimiter: UInt8? = UInt8(ascii: ",")) throws(AssayError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    chunk = .allocate(byteCount: Self.chunkSize, alignment: 16)
    rest = UnsafeRawBufferPointer(rebasing: chunk[..<0])
    row = CSVRow()
    guard descriptor >= 0 else { throw unreadable() }
    try fill()
    try skipMark()
    row = CSVRow(delimiter: delimiter ?? CSVRow.delimiter(of: rest.prefix { $0 != UInt8(ascii: "\n") }))
  }

  deinit {
    chunk.deallocate()
    if descriptor >= 0 { close(descriptor) }
  }

  /// Reads the next row into `row`; false after the last.
  ///
  /// - Throws: `.inputOutput`; `.badData`, with the line, for a row of over a mebibyte.
  public func next() throws(AssayError) -> Bool {
    while !rest.isEmpty {
      let taken = row.take(rest)
      rest = UnsafeRawBufferPointer(rebasing: rest[taken.count...])
      if taken.isComplete { return true }
      guard row.length < Self.chunkSize else {
        throw AssayError(
          .badData, "\(path), line \(row.line): the line has no end.", advice: "Is a quote not closed?")
      }
      try fill()
    }
    return row.finish()
  }

  private func fill() throws(AssayError) {
    var count: Int
    repeat { count = read(descriptor, chunk.baseAddress, chunk.count) } while count < 0 && errno == EINTR
    guard count >= 0 else { throw unreadable() }
    rest = UnsafeRawBufferPointer(rebasing: chunk[..<count])
  }

  /// Some programs begin a file with a mark of its encoding.
  private func skipMark() throws(AssayError) {
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = UnsafeRawBufferPointer(rebasing: rest[3...]) }
    if rest.starts(with: [0xFF, 0xFE]) || rest.starts(with: [0xFE, 0xFF]) {
      throw AssayError(.badData, "\(path) is UTF-16.", advice: "Save it as UTF-8.")
    }
  }

  private func unreadable() -> AssayError {
    AssayError(.inputOutput, "Cannot read \(path): \(String(cString: strerror(errno))).")
  }
}
