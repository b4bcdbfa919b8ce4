public import AssayCore

/// One run of a report.
public struct ReportedRun: Sendable {
  /// Unique in a report.
  public var title: String
  public var report: CellReport
  /// Absent for records from an unknown machine.
  public var host: HostDescription?
  /// When it ended: ISO 8601 in UTC. Absent for a record log without a run.
  public var created: String?
  /// The analysis of its records. Absent without records.
  public var steadiness: SteadinessReport?
  public var telemetry: TelemetrySeries?
  /// Every inference, if there are few enough to draw one by one.
  public var points: [LatencyPoint]?
  /// Why expected records are missing.
  public var recordsProblem: String?
  /// The run against its counterpart among earlier runs; absent without one.
  public var change: BaselineChange?
  /// Its number in the report, from 1.
  var number = 1
  /// What it is called beside the other runs of the report.
  var label = ""

  public init(
    title: String, report: CellReport, host: HostDescription? = nil, created: String? = nil,
    steadiness: SteadinessReport? = nil,
    telemetry: TelemetrySeries? = nil, points: [LatencyPoint]? = nil
  ) {
    self.title = title
    self.report = report
    self.host = host
    self.created = created
    self.steadiness = steadiness
    self.telemetry = telemetry
    self.points = points
  }

  /// From the records, or, without them, as stored. Of a cell that took turns not every record counts, so it is always the stored one.
  var summary: LatencySummary? {
    report.turns == nil ? steadiness?.latency ?? report.latency : report.latency ?? steadiness?.latency
  }
  /// The commit of the code that the run is about, and what its user noted; absent where the run has none.
  var commit: String? { report.origin?.revision?.printable }
  var note: String? { report.origin?.note?.printable }
  /// Empty if it is unknown what was measured.
  var target: String { report.engine.name.isEmpty ? "" : report.target.description.printable }
  /// Whether only the records are known.
  var isForeign: Bool { report.engine.name.isEmpty }
}

/// A run against an earlier one of the same model on the same target.
public struct BaselineChange: Hashable, Sendable {
  /// As the user named it.
  public var baseline: String
  /// Absent if the baseline has no such run, or one of them has no latencies.
  public var comparison: CellComparison?

  public init(baseline: String, comparison: CellComparison?) {
    self.baseline = baseline
    self.comparison = comparison
  }
}

/// One inference as a dot: its start in seconds, and its latency in ms.
public struct LatencyPoint: Hashable, Sendable {
  /// Up to this many are drawn one by one; more become a density.
  public static let maximumCount = 5000

  public var seconds: Double
  public var milliseconds: Double

  public init(seconds: Double, milliseconds: Double) {
    self.seconds = seconds
    self.milliseconds = milliseconds
  }
}

/// A run with latencies, which charts can draw.
struct DrawableRun {
  let run: ReportedRun
  let summary: LatencySummary
  var steadiness: SteadinessReport? { run.steadiness }

  init?(_ run: ReportedRun) {
    guard let summary = run.summary, summary.count > 0 else { return nil }
    self.run = run
    self.summary = summary
  }
}
