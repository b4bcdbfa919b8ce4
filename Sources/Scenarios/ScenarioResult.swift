public import AssayCore

/// One query of a finished run, in ns on the axis of the run.
public struct CompletedQuery: Hashable, Sendable {
  /// When it was due; for a query that waits for the last, when it was issued.
  public var scheduled: UInt64
  public var issued: UInt64
  /// When the last of its samples was done.
  public var completed: UInt64
  /// Whether a stream was free when it was due, so that a late start is the generator's.
  public var foundStream: Bool

  public init(scheduled: UInt64, issued: UInt64, completed: UInt64, foundStream: Bool = true) {
    self.foundStream = foundStream
    self.scheduled = scheduled
    self.issued = issued
    self.completed = completed
  }

  /// From the time that it was due, so that a generator that falls behind is charged for it.
  public var latency: UInt64 { completed &- scheduled }
}

/// The figures of a finished run, as LoadGen computes them, and what they mean by the rules.
public struct ScenarioResult: Sendable {
  public let measure: ScenarioMeasure
  /// Of the queries, ascending, in ns; of the offline scenario, of its samples.
  public let latencies: [UInt64]
  public let report: ScenarioReport
  /// When the last query was issued, in ns from the start.
  public let lastIssued: UInt64

  init(_ measure: ScenarioMeasure, _ tally: ScenarioTally, streams: Int, sampleCount: Int) {
    self.measure = measure
    latencies = tally.latencies.sorted()
    lastIssued = tally.last.issued
    let rules = measure.rules
    let isOffline = measure.scenario == .offline
    let samples = latencies.count * rules.samplesPerQuery
    var report = ScenarioReport(
      queries: isOffline ? 1 : latencies.count, samples: samples, seconds: Double(tally.end) / 1e9, streams: streams,
      sampleCount: sampleCount, constraints: [])
    let seconds = { (nanoseconds: UInt64) in Double(max(nanoseconds, 1)) / 1e9 }
    let duration: UInt64
    switch measure.scenario {
    case .singleStream, .multiStream: duration = tally.end
    case .server:
      duration = tally.last.scheduled
      // A rate needs two queries: the last one marks the open end.
      if latencies.count > 1 {
        report.completedPerSecond = Double(samples - 1) / seconds(tally.last.completed)
        report.scheduledPerSecond = Double(samples - 1) / seconds(tally.last.scheduled)
      }
      report.lateness = tally.delays.isEmpty ? nil : IssueLateness(tally.delays)
    case .offline:
      duration = latencies.last ?? 0
      report.completedPerSecond = Double(samples) / seconds(duration)
    }
    report.constraints = [
      .init(
        .duration, isMet: Double(duration) / 1e9 >= rules.minimumSeconds, needed: rules.minimumSeconds,
        found: Double(duration) / 1e9),
      .init(
        .queries, isMet: latencies.count >= rules.minimumQueries, needed: Double(rules.minimumQueries),
        found: Double(latencies.count)),
    ]
    // The rules of a run that was killed come from a file, which may be damaged.
    if let percentile = rules.percentile {
      Self.judge(&report, measure, latencies, percentile: min(max(percentile, 1), 99.99) / 100)
    }
    self.report = report
  }

  private static func judge(
    _ report: inout ScenarioReport, _ measure: ScenarioMeasure, _ latencies: [UInt64], percentile: Double
  ) {
    let value = Self.percentile(percentile, of: latencies)
    report.percentile = Double(value) / 1e6
    let count = latencies.count
    guard measure.scenario == .server else {
      report.discarded = EarlyStopping.discarded(of: count, percentile: percentile)
      report.estimate = report.discarded.map { Double(latencies[count - 1 - $0]) / 1e6 }
      let needed = EarlyStopping.queriesNeeded(late: 1, percentile: percentile)
      report.constraints.append(
        .init(.earlyStopping, isMet: report.discarded != nil, needed: Double(needed), found: Double(count)))
      return
    }
    let bound = UInt64(min(max((measure.latencyBound ?? 0) * 1e6, 0), 9e18))
    let late = latencies.count { $0 > bound }
    report.lateQueries = late
    let needed = EarlyStopping.queriesNeeded(late: late, percentile: percentile)
    report.constraints += [
      .init(.latency, isMet: value <= bound, needed: Double(bound) / 1e6, found: Double(value) / 1e6),
      .init(.earlyStopping, isMet: count >= needed, needed: Double(needed), found: Double(count)),
    ]
  }

  /// LoadGen's percentile: the value at the index count × share, rounded down, of sorted values.
  public static func percentile(_ share: Double, of sorted: [UInt64]) -> UInt64 {
    sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)]
  }
}

extension IssueLateness {
  /// Up to this far behind its schedule, in ns, a query counts as issued in time.
  private static let inTime: UInt64 = 50_000

  /// - Parameter delays: in ns, not empty.
  init(_ delays: [UInt64]) {
    let delays = delays.sorted()
    let microseconds = { (share: Double) in Double(ScenarioResult.percentile(share, of: delays)) / 1000 }
    self.init(
      p50: microseconds(0.5), p99: microseconds(0.99), maximum: Double(delays.last ?? 0) / 1000,
      shareInTime: Double(delays.count { $0 <= Self.inTime }) / Double(max(delays.count, 1)))
  }
}
