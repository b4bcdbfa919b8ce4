/// What a scenario gave, and whether that counts by its rules.
public struct ScenarioReport: Codable, Hashable, Sendable {
  /// Queries that were issued.
  public var queries: Int
  /// Inferences that were done for them.
  public var samples: Int
  /// From the start to the end of the last inference.
  public var seconds: Double
  /// The plain percentile of the latencies that the rules name, in ms, as LoadGen indexes it: no estimate.
  public var percentile: Double?
  /// The upper bound of that percentile that early stopping gives with 99 % confidence, in ms: the result of the stream scenarios.
  public var estimate: Double?
  /// The slowest queries that the estimate left out.
  public var discarded: Int?
  /// Queries above the latency bound.
  public var lateQueries: Int?
  /// Samples a second that were done: the result of offline and server.
  public var completedPerSecond: Double?
  /// Queries a second as the schedule has them.
  public var scheduledPerSecond: Double?
  /// How far behind their schedule queries were issued that found a free stream; `nil` where the next waits for the last.
  public var lateness: IssueLateness?
  /// The inferences that ran side by side.
  public var streams: Int
  /// Samples of the performance set, from which queries took theirs.
  public var sampleCount: Int
  public var constraints: [ScenarioConstraint]
  /// The runs that searched for this rate before; `nil` without a search.
  public var peakTrials: [PeakTrial]?

  /// Whether the result counts.
  public var isValid: Bool { constraints.allSatisfy(\.isMet) }

  public init(
    queries: Int, samples: Int, seconds: Double, streams: Int, sampleCount: Int, constraints: [ScenarioConstraint]
  ) {
    self.queries = queries
    self.samples = samples
    self.seconds = seconds
    self.streams = streams
    self.sampleCount = sampleCount
    self.constraints = constraints
  }

  enum CodingKeys: String, CodingKey {
    case queries, samples, streams, constraints, discarded, lateness
    case seconds = "duration_s"
    case sampleCount = "performance_samples"
    case percentile = "percentile_ms"
    case estimate = "estimate_ms"
    case lateQueries = "late_queries"
    case completedPerSecond = "completed_per_s"
    case scheduledPerSecond = "scheduled_per_s"
    case isValid = "valid"
    case peakTrials = "peak_trials"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    queries = try values.decode(Int.self, forKey: .queries)
    samples = try values.decode(Int.self, forKey: .samples)
    seconds = try values.decode(Double.self, forKey: .seconds)
    percentile = try values.decodeIfPresent(Double.self, forKey: .percentile)
    estimate = try values.decodeIfPresent(Double.self, forKey: .estimate)
    discarded = try values.decodeIfPresent(Int.self, forKey: .discarded)
    lateQueries = try values.decodeIfPresent(Int.self, forKey: .lateQueries)
    completedPerSecond = try values.decodeIfPresent(Double.self, forKey: .completedPerSecond)
    scheduledPerSecond = try values.decodeIfPresent(Double.self, forKey: .scheduledPerSecond)
    lateness = try values.decodeIfPresent(IssueLateness.self, forKey: .lateness)
    streams = try values.decode(Int.self, forKey: .streams)
    sampleCount = try values.decode(Int.self, forKey: .sampleCount)
    constraints = try values.decode([ScenarioConstraint].self, forKey: .constraints)
    peakTrials = try values.decodeIfPresent([PeakTrial].self, forKey: .peakTrials)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(isValid, forKey: .isValid)
    try values.encode(queries, forKey: .queries)
    try values.encode(samples, forKey: .samples)
    try values.encode(seconds, forKey: .seconds)
    try values.encodeIfPresent(percentile, forKey: .percentile)
    try values.encodeIfPresent(estimate, forKey: .estimate)
    try values.encodeIfPresent(discarded, forKey: .discarded)
    try values.encodeIfPresent(lateQueries, forKey: .lateQueries)
    try values.encodeIfPresent(completedPerSecond, forKey: .completedPerSecond)
    try values.encodeIfPresent(scheduledPerSecond, forKey: .scheduledPerSecond)
    try values.encodeIfPresent(lateness, forKey: .lateness)
    try values.encode(streams, forKey: .streams)
    try values.encode(sampleCount, forKey: .sampleCount)
    try values.encode(constraints, forKey: .constraints)
    try values.encodeIfPresent(peakTrials, forKey: .peakTrials)
  }
}

/// How far behind their schedule queries were issued that found a free stream, in µs.
public struct IssueLateness: Codable, Hashable, Sendable {
  public var p50: Double
  public var p99: Double
  public var maximum: Double
  /// The share that was issued within 50 µs.
  public var shareInTime: Double

  public init(p50: Double, p99: Double, maximum: Double, shareInTime: Double) {
    self.p50 = p50
    self.p99 = p99
    self.maximum = maximum
    self.shareInTime = shareInTime
  }

  enum CodingKeys: String, CodingKey {
    case p50 = "p50_us"
    case p99 = "p99_us"
    case maximum = "max_us"
    case shareInTime = "share_within_50_us"
  }
}

/// One run of a search for the largest rate.
public struct PeakTrial: Codable, Hashable, Sendable {
  /// Queries a second.
  public var rate: Double
  /// Of the latencies, in ms.
  public var percentile: Double?
  /// Whether the percentile was within the bound; of a full run, whether it was valid.
  public var isHeld: Bool
  /// Whether it was a full run, and not a short one.
  public var isFull: Bool

  public init(rate: Double, percentile: Double?, isHeld: Bool, isFull: Bool) {
    self.rate = rate
    self.percentile = percentile
    self.isHeld = isHeld
    self.isFull = isFull
  }

  enum CodingKeys: String, CodingKey {
    case rate = "rate_per_s"
    case percentile = "percentile_ms"
    case isHeld = "held"
    case isFull = "full"
  }
}

/// Something that a valid run of a scenario must reach.
public struct ScenarioConstraint: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable {
    /// Seconds.
    case duration
    /// Queries, or samples of the offline scenario's only query.
    case queries
    /// The percentile in ms.
    case latency
    /// The queries without which the percentile is not known with 99 % confidence.
    case earlyStopping = "early_stopping"
  }

  public var kind: Kind
  public var isMet: Bool
  public var needed: Double
  public var found: Double

  public init(_ kind: Kind, isMet: Bool, needed: Double, found: Double) {
    self.kind = kind
    self.isMet = isMet
    self.needed = needed
    self.found = found
  }

  enum CodingKeys: String, CodingKey {
    case kind, needed, found
    case isMet = "met"
  }
}
