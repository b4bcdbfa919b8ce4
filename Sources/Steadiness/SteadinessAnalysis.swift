public import AssayCore
public import RecordLog
import Statistics

/// Finds out how steady a run was: its latencies, whether they shifted or drifted, whether the device runs at several speeds or stalls, and
/// what the sensors say about it.
///
/// One pass over the log cuts the run into at most 2000 pieces of time, each with its exact median, the histogram of its latencies, and the
/// inferences far slower than the rest. The searches look at the pieces alone, so they cost the same for a minute as for a day:
///
/// | finder            | looks at                                    | finds                                              |
/// | ----------------- | ------------------------------------------- | -------------------------------------------------- |
/// | `SlowStartFinder` | the first stretch against others as long    | a slower start, which later searches leave out     |
/// | `ShiftFinder`     | medians of the pieces                       | sudden, lasting changes of the median              |
/// | `ModeFinder`      | the histogram, and which pieces fill it     | speeds that the device switches between            |
/// | `TrendFinder`     | medians between the shifts                  | a steady rise or fall                              |
/// | `TailShiftFinder` | shares far above each piece's own median    | changes of the upper tail alone                    |
/// | `StallFinder`     | distances between slow inferences           | stalls at regular distances                        |
///
/// Decision 0013 says how the thresholds were chosen.
public enum SteadinessAnalysis {
  /// Reads a record log once, in bounded memory. A log that was cut short or holds impossible times is analysed as far as possible; `problems`
  /// says what is wrong with it.
  ///
  /// - Throws: `.inputOutput` if the file cannot be read.
  public static func analyze(
    _ log: RecordLogReader, options: SteadinessOptions = SteadinessOptions(), telemetry: TelemetrySeries? = nil
  ) throws(AssayError) -> SteadinessReport {
    let published = log.publishedCount()
    let seconds = try expectedSeconds(of: log)
    var accumulator = SteadinessAccumulator(expecting: seconds, count: log.count(), options: options)
    let read = try log.readCounted { accumulator.add($0) }
    var report = accumulator.finish(telemetry: telemetry)
    if published > UInt64(read) {
      report.problems.insert(.truncated(expected: Int(clamping: published), found: read), at: 0)
    }
    return report
  }

  /// The time that the records cover. If a sample of them is in order, the first and the last are enough; if not, all are read.
  private static func expectedSeconds(of log: RecordLogReader) throws(AssayError) -> Double {
    let probes = log.samples()
    guard let first = probes.first, let last = probes.last else { return 0 }
    let isOrdered = zip(probes, probes.dropFirst()).allSatisfy { $0.start <= $1.start }
    if isOrdered, last.start - first.start <= MonotonicStarts.longest, last.duration <= MonotonicStarts.longest {
      return Double(last.start - first.start + last.duration) / 1e9
    }
    var starts = MonotonicStarts()
    var begin: UInt64?
    var end: UInt64 = 0
    try log.read { records in
      for record in records {
        let start = starts.place(record)
        begin = begin ?? start
        end = max(end, start + min(record.duration, MonotonicStarts.longest))
      }
    }
    return Double(end - (begin ?? end)) / 1e9
  }

  static func report(
    _ run: inout RunData, options: SteadinessOptions, telemetry: TelemetrySeries?
  ) -> SteadinessReport {
    var report = SteadinessReport(
      count: run.distribution.count, seconds: run.end > run.start ? Double(run.end - run.start) / 1e9 : 0)
    report.problems = run.problems
    report.latency = LatencySummary(&run.distribution)
    guard report.latency != nil else { return report }
    report.envelope = run.pieces.map(\.envelope)
    report.density = LatencyDensity(run)
    report.quantiles = run.distribution.chartQuantiles()
    report.densest = [0.5, 0.9, 0.95].compactMap { run.distribution.densest(holding: $0) }
    report.shares = run.distribution.chosenShares() + options.shares.map { run.distribution.share(within: $0) }
    report.discarded = options.discardAbove.map { run.distribution.discarding(above: $0) }
    lookForChanges(in: run, telemetry: telemetry, &report)
    report.findings = report.findings(telemetry: telemetry)
    // First, because it may explain the others.
    if let load = Finding.competingLoad(options.surroundings, telemetry: telemetry) {
      report.findings.insert(load, at: 0)
    }
    return report
  }

  /// Looks for changes over time. Each search leaves out what an earlier one has explained.
  private static func lookForChanges(
    in run: RunData, telemetry: TelemetrySeries?, _ report: inout SteadinessReport
  ) {
    report.stalls = StallFinder.find(in: run)
    let whole = PieceSeries(run.pieces)
    guard whole.count >= PieceSeries.minimumCount else { return }
    let start = SlowStartFinder.find(in: whole)
    report.slowStart = start?.slowStart
    let series = whole.suffix(from: start?.end ?? 0)
    report.medianDeviation = series.medianDeviation
    let finder = ShiftFinder(series.levels)
    report.shifts = finder.shifts(in: series)
    report.modes = ModeFinder(series.pieces).find(activeIn: run.pieces)
    if report.modes.isEmpty {
      report.trend = TrendFinder.find(in: series, segments: finder.segments)
      report.shifts += TailShiftFinder(series).find(besides: report.shifts)
    } else if report.shifts.count > most {
      // A device that switches between its speeds does not shift.
      report.shifts = []
    }
    report.shifts.sort { $0.at < $1.at }
    for index in report.shifts.indices {
      report.shifts[index].cause = telemetry.flatMap { ShiftCause($0, of: report.shifts[index]) }
    }
  }

  /// If a device with several speeds has more shifts than this, they are switches between its speeds.
  private static let most = 3
}
