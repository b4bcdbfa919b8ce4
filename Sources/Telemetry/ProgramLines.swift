import AssayCore
import Machine
import Platform

/// What a program that keeps printing said last: rows of columns, of which the first is a number.
package struct ProgramLines: Sendable {
  /// The columns of one line after its first.
  package struct Row: Sendable {
    let seconds: Double
    let columns: [String]
  }

  /// By the first column.
  package private(set) var rows: [Int: Row] = [:]
  /// A line that is not a row.
  package private(set) var complaint: String?
  private var rest: [UInt8] = []

  private static let maximumLine = 1 << 16
  /// More than any machine has devices.
  private static let numbers = 0..<1024

  package init() {}

  /// Takes the next bytes.
  ///
  /// - Returns: whether they complete a line.
  package mutating func take(_ bytes: ArraySlice<UInt8>) -> Bool {
    rest += bytes
    let lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for line in lines.dropLast() { take(String(decoding: line, as: UTF8.self)) }
    rest = lines.last.flatMap { $0.count > Self.maximumLine ? nil : Array($0) } ?? []
    return lines.count > 1
  }

  private mutating func take(_ line: String) {
    let columns = line.split(separator: ",").map { $0.trimmed() }
    if let number = columns.first.flatMap({ Int($0) }), Self.numbers.contains(number) {
      rows[number] = Row(seconds: MonotonicClock.seconds(), columns: Array(columns.dropFirst()))
    } else {
      complaint = String(line.prefix(200).printable)
    }
  }
}
