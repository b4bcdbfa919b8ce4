import AssayCore
import RecordLog
import Scenarios

/// The result of a scenario, from its record log.
enum ScenarioOfRun {
  /// - Returns: `nil` for a cell of another kind, or without a whole query.
  static func result(_ path: String, of cell: CellReport) throws(AssayError) -> ScenarioResult? {
    guard let measure = cell.spec.measure.scenario else { return nil }
    let batch = max(cell.options.batch ?? 1, 1)
    var tally = ScenarioTally(measure)
    var position = RecordPosition()
    var query = OpenQuery(inferences: measure.rules.samplesPerQuery / batch)
    var streams = FreeStreams()
    try RecordLogReader(opening: path).readStreams(after: &position) { records in
      for record in records {
        guard measure.scenario != .offline else {
          // All samples are due at once, those of a batch together.
          let sample = CompletedQuery(scheduled: 0, issued: record.start, completed: record.end)
          for _ in 0..<batch { tally.add(sample) }
          continue
        }
        let foundStream = streams.wereFree(for: record)
        if var done = query.add(record) {
          done.foundStream = foundStream
          tally.add(done)
        }
        tally.lasted(until: record.end)
      }
    }
    return tally.result(streams: cell.options.streams, sampleCount: cell.streams?.facts?.sampleCount ?? 0)
  }
}

/// Which streams were waiting for a query.
struct FreeStreams {
  private var ends: [UInt32: UInt64] = [:]

  /// Whether the stream of the next record, in order of time, had ended its last inference when this one was due.
  mutating func wereFree(for record: StreamRecord) -> Bool {
    defer { ends[record.stream] = record.end }
    return ends[record.stream].map { $0 < record.scheduled } ?? true
  }
}

/// A query whose inferences follow one another.
private struct OpenQuery {
  /// Of a query.
  let inferences: Int
  private var first: StreamRecord?
  private var count = 0

  init(inferences: Int) { self.inferences = max(inferences, 1) }

  /// - Returns: the query, if that was its last inference.
  mutating func add(_ record: StreamRecord) -> CompletedQuery? {
    let begun = first ?? record
    count += 1
    guard count == inferences else {
      first = begun
      return nil
    }
    (first, count) = (nil, 0)
    return CompletedQuery(scheduled: begun.scheduled, issued: begun.start, completed: record.end)
  }
}
