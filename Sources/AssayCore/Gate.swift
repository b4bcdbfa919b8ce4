/// What `--fail-above` says about one cell and its reference. Ratios are those of the medians, above 1 if the cell is slower.
public struct Gate: Codable, Hashable, Sendable {
  public enum Outcome: String, Codable, Hashable, Sendable, CaseIterable {
    /// The slowdown is within the limit, and one above it would have been seen.
    case pass
    /// The slowdown is above the limit, and more than noise.
    case fail
    /// The data decide neither.
    case unsure
  }

  /// Why a gate is unsure.
  public enum Doubt: String, Codable, Hashable, Sendable, CaseIterable {
    /// There are too few inferences for an interval.
    case noInterval = "no_interval"
    /// The interval is too wide to see a slowdown of the limit.
    case wideInterval = "wide_interval"
    /// The runs are of different times, and too few earlier runs tell how much these differ.
    case fewEarlierRuns = "few_earlier_runs"
    /// The runs are of different times, and the fastest inference is hardly slower than the reference's: another program may be the cause.
    case fastestUnchanged = "fastest_unchanged"
  }

  /// The slowdown that is allowed: 0.05 for 5 %.
  public let limit: Double
  public let ratio: Double
  /// The 99 % interval of the ratio, which decides; absent if there is too little data for one.
  public let interval: [Double]?
  /// The smallest slowdown that an interval as wide as this one tells from none, as a share: 0.04 for 4 %; absent without an interval.
  public let detectable: Double?
  public let outcome: Outcome
  /// Absent unless the outcome is `unsure`.
  public let doubt: Doubt?

  public init(
    limit: Double, ratio: Double, interval: [Double]?, detectable: Double?, outcome: Outcome, doubt: Doubt? = nil
  ) {
    self.limit = limit
    self.ratio = ratio
    self.interval = interval
    self.detectable = detectable
    self.outcome = outcome
    self.doubt = doubt
  }

  enum CodingKeys: String, CodingKey {
    case limit, ratio, outcome, doubt
    case interval = "ratio_ci99"
    case detectable = "detectable_slowdown"
  }
}

/// By how much runs of different times differ beyond what each of them says, and how that is known.
public struct RunSpread: Codable, Hashable, Sendable {
  /// Earlier runs that were found of the side that has fewer.
  public let earlierRuns: Int
  /// The standard deviation of the logarithm of the ratio of two runs; absent if the earlier runs are too few to tell.
  public let deviation: Double?
  /// The ratio that two runs of the same cell are assumed to differ by, if the earlier runs are too few to tell.
  public let assumedRatio: Double?
  /// How far the reference lies from the other runs of its cell, as a share, if that is more than these explain; the intervals include it.
  public var referenceDrift: Double?
  /// The fastest inference over that of the reference. Other programs slow most inferences down, but rarely all.
  public var fastestRatio: Double?

  public init(earlierRuns: Int, deviation: Double?, assumedRatio: Double?) {
    self.earlierRuns = earlierRuns
    self.deviation = deviation
    self.assumedRatio = assumedRatio
  }

  enum CodingKeys: String, CodingKey {
    case deviation
    case earlierRuns = "earlier_runs"
    case assumedRatio = "assumed_ratio"
    case referenceDrift = "reference_drift"
    case fastestRatio = "fastest_ratio"
  }
}

/// What a gate said about a saved run, which is kept with it.
public struct SavedGate: Codable, Hashable, Sendable {
  /// The saved run of the reference.
  public let baseline: Int64
  public let gate: Gate
  /// What the interval holds for runs of different times; absent for cells that took turns.
  public let runSpread: RunSpread?

  public init(baseline: Int64, gate: Gate, runSpread: RunSpread?) {
    self.baseline = baseline
    self.gate = gate
    self.runSpread = runSpread
  }

  enum CodingKeys: String, CodingKey {
    case gate
    case baseline = "baseline_run"
    case runSpread = "run_spread"
  }
}

/// A cell of a bench against the run of a baseline.
public struct BaselineComparison: Codable, Hashable, Sendable {
  /// The number of the cell in the report, from 1.
  public let cell: Int
  /// The saved run that the baseline names.
  public let baseline: Int64
  /// Whether the baseline's model was measured again, in turns with the cell.
  public let isLive: Bool
  public let comparison: ComparisonReport

  public init(cell: Int, baseline: Int64, isLive: Bool, comparison: ComparisonReport) {
    self.cell = cell
    self.baseline = baseline
    self.isLive = isLive
    self.comparison = comparison
  }

  enum CodingKeys: String, CodingKey {
    case cell, comparison
    case baseline = "baseline_run"
    case isLive = "live"
  }
}
