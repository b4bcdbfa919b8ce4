public import AssayCore
import CSV
public import RecordLog

/// Writes record logs as CSV: `index,start_ms,latency_ms`, one row per inference.
public enum RecordExporter {
  /// The first line.
  public static let header = CSVText.line(["index", "start_ms", "latency_ms"])

  /// Streams a log as CSV, in bounded memory. The caller closes the sink.
  public static func write(_ log: RecordLogReader, to sink: TextSink) throws(AssayError) {
    try sink.write(header)
    try writeRows(of: log, prefix: "", to: sink)
  }

  /// Streams a log as rows of CSV, each with the same beginning, in bounded memory. The caller closes the sink.
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
}
