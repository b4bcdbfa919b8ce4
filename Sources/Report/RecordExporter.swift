public import AssayCore
import Foundation
public import RecordLog

/// Writes record logs as CSV: `index,start_ms,latency_ms`, one row an inference.
public struct RecordExporter: Sendable {
  private let path: String
  private let cellCount: Int

  /// With more than one cell, each gets a file of its own, whose name holds the cell's number, model and target.
  public init(path: String, cellCount: Int) {
    self.path = path
    self.cellCount = cellCount
  }

  /// Makes sure, before anything is measured, that the file can be written.
  ///
  /// - Throws: `.inputOutput`
  public func check() throws(AssayError) {
    guard cellCount > 1 else { return try TextSink(path: path).close() }
    // The files of several cells have names of their own; a file of the name that was given is none of them.
    let probe = "\(path).\(UUID().uuidString)"
    try TextSink(path: probe).close()
    try? FileManager.default.removeItem(atPath: probe)
  }

  public func export(_ log: RecordLogReader, of cell: CellReport, number: Int) throws(AssayError) {
    let sink = try TextSink(path: file(for: cell, number: number))
    try Self.write(log, to: sink)
    try sink.close()
  }

  /// The first line.
  public static let header = "index,start_ms,latency_ms\n"

  public static func write(_ log: RecordLogReader, to sink: TextSink) throws(AssayError) {
    try sink.write(header)
    try writeRows(of: log, prefix: "", to: sink)
  }

  /// Streams a log as rows of CSV, each with the same beginning, in bounded memory.
  public static func writeRows(
    of log: RecordLogReader, prefix: String, to sink: TextSink
  ) throws(AssayError) {
    var index = 0
    var failure: AssayError?
    try log.read { records in
      guard failure == nil else { return }
      var text = ""
      text.reserveCapacity(records.count * 32)
      for record in records {
        text += "\(prefix)\(index),\(milliseconds(record.start)),\(milliseconds(record.duration))\n"
        index += 1
      }
      do throws(AssayError) { try sink.write(text) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Nanoseconds as milliseconds with six decimals, exactly.
  private static func milliseconds(_ nanoseconds: UInt64) -> String {
    let fraction = String(nanoseconds % 1_000_000)
    return "\(nanoseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
  }

  private func file(for cell: CellReport, number: Int) -> String {
    guard cellCount > 1 else { return path }
    let url = URL(filePath: path)
    let suffix = url.pathExtension.isEmpty ? "" : ".\(url.pathExtension)"
    let target = cell.target.description.replacing(":", with: "-")
    return url.deletingPathExtension().path + "-\(number)-\(cell.model.name)-\(target)\(suffix)"
  }
}
