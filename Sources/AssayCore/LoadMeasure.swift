/// When queries arrive that nobody holds back.
public struct ArrivalPattern: Codable, Hashable, Sendable {
  /// Queries a second at the start and at the end; equal but for a ramp. `nil` for recorded times.
  public var rates: [Double]?
  /// How long queries arrive, in seconds; `nil` for recorded times.
  public var seconds: Double?
  /// Queries that arrive together.
  public var burst = 1
  /// Whether they arrive at random, as independent users do, instead of evenly.
  public var isRandom = false
  /// Recorded times.
  public var file: InputFile?

  /// - Parameter rates: at the start and at the end, above 0.
  public init(from first: Double, to last: Double, seconds: Double) {
    rates = [first, last]
    self.seconds = seconds
  }

  public init(file: InputFile) { self.file = file }

  /// Whether the rate changes over the run.
  public var isRamp: Bool { rates.map { $0.first != $0.last } ?? false }

  enum CodingKeys: String, CodingKey {
    case file, burst
    case rates = "rates_per_s"
    case seconds = "duration_s"
    case isRandom = "random"
  }
}

/// An open loop: queries arrive by a pattern, also when the model falls behind.
public struct LoadMeasure: Codable, Hashable, Sendable {
  public var arrivals: ArrivalPattern
  /// The most queries that wait. When more would, the oldest are dropped.
  public var queueLimit: Int
  /// Inferences before the first query, not counted.
  public var warmUp = RepetitionRule()

  public init(_ arrivals: ArrivalPattern, queueLimit: Int) {
    self.arrivals = arrivals
    self.queueLimit = queueLimit
  }

  /// When warm-up and measurement end.
  public var rule: RepetitionRule {
    var rule = warmUp
    rule.minimumCount = 1
    rule.minimumSeconds = arrivals.seconds ?? 0
    rule.maximumSeconds = nil
    return rule
  }

  enum CodingKeys: String, CodingKey {
    case arrivals
    case queueLimit = "queue"
    case warmUp = "rule"
  }
}

/// What an open loop did to a model.
public struct LoadReport: Codable, Hashable, Sendable {
  /// Queries that arrived.
  public var queries: Int
  /// Queries that were dropped, because too many others waited.
  public var dropped: Int
  /// From the first arrival to the end of the last inference.
  public var seconds: Double
  /// Queries a second that arrived, and that were done.
  public var arrivedPerSecond: Double
  public var completedPerSecond: Double
  /// How far behind their schedule queries were issued that found a free stream.
  public var lateness: IssueLateness?
  /// Pieces of the run, in order; of a ramp each with another rate.
  public var curve: [LoadPoint]
  /// The rate from which on queries wait longer and longer; `nil` where that did not happen.
  public var breaksAt: Double?

  public init(
    queries: Int, dropped: Int, seconds: Double, arrivedPerSecond: Double, completedPerSecond: Double,
    lateness: IssueLateness?, curve: [LoadPoint], breaksAt: Double?
  ) {
    self.queries = queries
    self.dropped = dropped
    self.seconds = seconds
    self.arrivedPerSecond = arrivedPerSecond
    self.completedPerSecond = completedPerSecond
    self.lateness = lateness
    self.curve = curve
    self.breaksAt = breaksAt
  }

  enum CodingKeys: String, CodingKey {
    case queries, dropped, lateness, curve
    case seconds = "duration_s"
    case arrivedPerSecond = "arrived_per_s"
    case completedPerSecond = "completed_per_s"
    case breaksAt = "breaks_at_per_s"
  }
}

/// Queries that were due in one piece of a run.
public struct LoadPoint: Codable, Hashable, Sendable {
  /// When the piece began and ended, in seconds.
  public var from: Double
  public var to: Double
  /// Queries a second that arrived.
  public var rate: Double
  public var queries: Int
  public var dropped: Int
  /// In ms, from when they were due; `nil` where none was done.
  public var p50: Double?
  public var p99: Double?

  public init(from: Double, to: Double, rate: Double, queries: Int, dropped: Int, p50: Double?, p99: Double?) {
    self.from = from
    self.to = to
    self.rate = rate
    self.queries = queries
    self.dropped = dropped
    self.p50 = p50
    self.p99 = p99
  }

  enum CodingKeys: String, CodingKey {
    case queries, dropped
    case rate = "rate_per_s"
    case from = "from_s"
    case to = "to_s"
    case p50 = "p50_ms"
    case p99 = "p99_ms"
  }
}
