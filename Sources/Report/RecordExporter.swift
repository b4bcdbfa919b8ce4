public import AssayCore
import CSV
import Foundation
public import RecordLog

/// Writes record logs as CSV: `index,start_ms,latency_ms`, one row per inference. Logs of streams have three more columns: the stream, the query,
/// and when it was issued.
public enum RecordExporter {
  /// The first line.
  public static let header = CSVText.line(["index", "start_ms", "latency_ms"])

  /// The first line for a log of streams.
  public static let streamHeader = CSVText.line(["index", "start_ms", "latency_ms", "stream", "query", "issued_ms"])

  /// Streams a log as CSV, in bounded memory. The caller closes the sink.
  public static func write(_ log: RecordLogReader, to sink: TextSink) throws(AssayError) {
    guard log.hasStreams else {
      try sink.write(header)
      return try writeRows(of: log, to: sink) { index, record in
        "\(index),\(milliseconds(record.scheduled)),\(milliseconds(record.duration))\n"
      }
    }
    try sink.write(streamHeader)
    try writeRows(of: log, to: sink) { index, record in
      let latency = record.inference
      return
        "\(index),\(milliseconds(latency.start)),\(milliseconds(latency.duration)),\(record.stream),\(record.query),"
        + "\(milliseconds(record.start))\n"
    }
  }

  /// The first line of the records of several runs.
  public static let runHeader = CSVText.line([
    "run", "model", "engine", "version", "device", "threads", "host", "index", "start_utc", "start_ms", "latency_ms",
  ])

  /// Streams the log of a run as rows under `runHeader`, in bounded memory. The caller closes the sink.
  ///
  /// `start_utc` is the wall clock at the start of the measurement, with the monotonic time of the inference added.
  public static func writeRows(
    of log: RecordLogReader, of run: StoredRun, to sink: TextSink
  ) throws(AssayError) {
    let cell = run.report
    let facts = [
      "\(run.id)", CSVText.name(cell.model.name), CSVText.name(cell.engine.name),
      cell.engine.version.map(CSVText.name) ?? "", CSVText.name(cell.device), "\(cell.options.threads)",
      CSVText.name(run.host.shortName),
    ]
    let prefix = CSVText.line(facts).dropLast()
    var clock = UTCClock()
    let began = log.wallClockStart
    try writeRows(of: log, to: sink) { index, record in
      let record = record.inference
      let (time, isPossible) = began.addingReportingOverflow(record.start)
      let start = began == 0 || isPossible ? "" : clock.text(nanoseconds: time)
      return
        "\(prefix),\(index),\(start),\(milliseconds(record.start)),\(milliseconds(record.duration))\n"
    }
  }

  private static func writeRows(
    of log: RecordLogReader, to sink: TextSink, _ row: (Int, StreamRecord) -> String
  ) throws(AssayError) {
    var index = 0
    var failure: AssayError?
    var position = RecordPosition()
    try log.readStreams(after: &position) { records in
      guard failure == nil else { return }
      var text = ""
      text.reserveCapacity(records.count * 32)
      for record in records {
        text += row(index, record)
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

/// Times since 1970 as ISO 8601 in UTC, with microseconds: `2026-11-26T02:05:09.123456Z`. Formats the second once for all times in it.
struct UTCClock {
  private var second: UInt64?
  private var prefix = ""

  mutating func text(nanoseconds: UInt64) -> String {
    let (second, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    if second != self.second {
      self.second = second
      prefix = String(Date(timeIntervalSince1970: Double(second)).formatted(Date.ISO8601FormatStyle()).dropLast())
    }
    let digits = String(rest / 1000)
    return "\(prefix).\(String(repeating: "0", count: 6 - digits.count))\(digits)Z"
  }
}
