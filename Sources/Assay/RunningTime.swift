import RecordLog

/// The axis of the records without the times in which the process was stopped.
struct RunningTime {
  /// In order; none overlaps another, so that their sum cannot be more than a time on the axis.
  private var stops: [RecordedStop] = []

  init(stops: [RecordedStop]) {
    var end: UInt64 = 0
    for stop in stops.sorted(by: { $0.start < $1.start }) {
      let (sum, isDamaged) = stop.start.addingReportingOverflow(stop.duration)
      let stopEnd = isDamaged ? UInt64.max : sum
      let start = max(stop.start, end)
      guard stopEnd > start else { continue }
      self.stops.append(RecordedStop(start: start, duration: stopEnd - start))
      end = stopEnd
    }
  }

  /// A time of a record, in nanoseconds, without the stops before it.
  func at(_ time: UInt64) -> UInt64 {
    var running = time
    for stop in stops where stop.start < time { running -= min(stop.duration, time - stop.start) }
    return running
  }
}
