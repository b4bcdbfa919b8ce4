import AssayCore
import RecordLog
import Scenarios

/// The result of an open loop, from its record log.
enum LoadOfRun {
  /// - Parameter arrivals: recorded times that queries were due at; `nil` for a pattern with rates.
  /// - Returns: `nil` for a cell of another kind, or without records.
  static func report(_ path: String, of cell: CellReport, arrivals: [UInt64]?) throws(AssayError) -> LoadReport? {
    guard case .load(let load) = cell.spec.measure else { return nil }
    let log = try RecordLogReader(opening: path)
    var due =
      if let arrivals { arrivals } else { try ArrivalTimes.times(of: load.arrivals, seed: cell.options.seed) }
    if cell.status != .ok || due.isEmpty {
      var recorded: [UInt64] = []
      var position = RecordPosition()
      try log.readStreams(after: &position) { recorded += $0.map(\.scheduled) }
      guard let last = recorded.last else { return nil }
      // What was due after an interruption never arrived; of a file that is gone, only what was done is known.
      due = due.isEmpty ? recorded : due.filter { $0 <= last }
    }
    var tally = LoadTally(due: due, seconds: cell.status == .ok ? load.arrivals.seconds : nil)
    var streams = FreeStreams()
    var position = RecordPosition()
    try log.readStreams(after: &position) { records in
      for record in records {
        let foundStream = streams.wereFree(for: record)
        tally.add(due: record.scheduled, started: record.start, ended: record.end, foundStream: foundStream)
      }
    }
    return tally.report(isRamp: load.arrivals.isRamp)
  }
}
