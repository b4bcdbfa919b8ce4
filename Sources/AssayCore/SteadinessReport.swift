/// What the analysis of a long run found. Latencies are in ms, times in seconds since the start of the measurement.
public struct SteadinessReport: Codable, Hashable, Sendable {
  /// All inferences.
  public var count: Int
  /// From the first start to the last end.
  public var seconds: Double
  /// Absent without records.
  public var latency: LatencySummary?
  /// Strongest first.
  public var findings: [Finding]
  /// Latency over time, in at most a few thousand pieces of equal length; pieces without inferences are left out.
  public var envelope: [EnvelopePiece]
  /// How many inferences fell into each cell of a grid of time and latency.
  public var density: LatencyDensity?
  /// Shares of inferences within m ± d, as the thesis gives them.
  /// First those that the analysis chose, narrowest first, then those that the user asked for.
  public var shares: [LatencyShare]
  /// The shortest intervals that hold half, 90 % and 95 % of all inferences.
  public var densest: [LatencyShare]
  /// Latency at each of some hundred probabilities, for percentile and cumulative charts.
  public var quantiles: [QuantilePoint]
  public var shifts: [LevelShift]
  public var trend: LatencyTrend?
  /// At least two; empty where the latencies have one mode.
  public var modes: [LatencyMode]
  public var stalls: PeriodicStalls?
  public var slowStart: SlowStart?
  /// How far the median of a twentieth of the run strayed at most from that of the whole, as a share of it, a slow start left out. Absent if
  /// the run was too short to be searched for changes.
  public var medianDeviation: Double?
  /// Of clock, temperature, power and throttling, what no sensor of the machine gives.
  public var missingSensors: [Sensor.Quantity]
  /// What `--discard-above` hides; absent without a limit.
  public var discarded: DiscardedTail?
  public var energy: EnergyUse?
  /// What is wrong with the records.
  public var problems: [RecordProblem]

  public init(count: Int, seconds: Double) {
    self.count = count
    self.seconds = seconds
    findings = []
    envelope = []
    shares = []
    densest = []
    quantiles = []
    shifts = []
    modes = []
    missingSensors = []
    problems = []
  }

  enum CodingKeys: String, CodingKey {
    case count, latency, findings, envelope, density, shares, densest, quantiles, shifts, trend, modes, stalls
    case discarded, energy, problems
    case seconds = "measured_s"
    case slowStart = "slow_start"
    case medianDeviation = "median_deviation"
    case missingSensors = "missing_sensors"
  }

  private enum FormerKeys: String, CodingKey {
    /// The slow start in stores before codes.
    case seconds
    case warmUp = "warm_up"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    count = try values.decode(Int.self, forKey: .count)
    let former = try decoder.container(keyedBy: FormerKeys.self)
    seconds =
      try values.decodeIfPresent(Double.self, forKey: .seconds) ?? former.decode(Double.self, forKey: .seconds)
    latency = try values.decodeIfPresent(LatencySummary.self, forKey: .latency)
    findings = try values.decode([Finding].self, forKey: .findings)
    envelope = try values.decode([EnvelopePiece].self, forKey: .envelope)
    density = try values.decodeIfPresent(LatencyDensity.self, forKey: .density)
    shares = try values.decode([LatencyShare].self, forKey: .shares)
    densest = try values.decode([LatencyShare].self, forKey: .densest)
    quantiles = try values.decode([QuantilePoint].self, forKey: .quantiles)
    shifts = try values.decode([LevelShift].self, forKey: .shifts)
    trend = try values.decodeIfPresent(LatencyTrend.self, forKey: .trend)
    modes = try values.decode([LatencyMode].self, forKey: .modes)
    stalls = try values.decodeIfPresent(PeriodicStalls.self, forKey: .stalls)
    medianDeviation = try values.decodeIfPresent(Double.self, forKey: .medianDeviation)
    missingSensors = try values.decodeIfPresent([Sensor.Quantity].self, forKey: .missingSensors) ?? []
    discarded = try values.decodeIfPresent(DiscardedTail.self, forKey: .discarded)
    energy = try values.decodeIfPresent(EnergyUse.self, forKey: .energy)
    problems = try values.decode([RecordProblem].self, forKey: .problems)
    slowStart =
      try values.decodeIfPresent(SlowStart.self, forKey: .slowStart)
      ?? former.decodeIfPresent(SlowStart.self, forKey: .warmUp)
  }
}

/// The latencies of the inferences that began within one piece of the time.
public struct EnvelopePiece: Codable, Hashable, Sendable {
  public var start: Double
  public var end: Double
  public var count: Int
  public var minimum: Double
  public var p50: Double
  public var p99: Double
  public var maximum: Double

  public init(start: Double, end: Double, count: Int, minimum: Double, p50: Double, p99: Double, maximum: Double) {
    self.start = start
    self.end = end
    self.count = count
    self.minimum = minimum
    self.p50 = p50
    self.p99 = p99
    self.maximum = maximum
  }

  enum CodingKeys: String, CodingKey {
    case count
    case start = "start_s"
    case end = "end_s"
    case minimum = "min_ms"
    case p50 = "p50_ms"
    case p99 = "p99_ms"
    case maximum = "max_ms"
  }
}

/// A grid of counts: columns of equal time, rows of equal latency ratio. The first and the last row also count what lies beyond them.
public struct LatencyDensity: Codable, Hashable, Sendable {
  /// Seconds, one more than there are columns.
  public var timeEdges: [Double]
  /// Milliseconds, one more than there are rows; ascending.
  public var latencyEdges: [Double]
  /// Column by column.
  public var counts: [[Int]]

  public init(timeEdges: [Double], latencyEdges: [Double], counts: [[Int]]) {
    self.timeEdges = timeEdges
    self.latencyEdges = latencyEdges
    self.counts = counts
  }

  enum CodingKeys: String, CodingKey {
    case counts
    case timeEdges = "time_edges_s"
    case latencyEdges = "latency_edges_ms"
  }
}

/// How many of the inferences took between two latencies, both included.
public struct LatencyShare: Codable, Hashable, Sendable {
  public var from: Double
  public var to: Double
  public var count: Int
  /// 0 … 1
  public var share: Double

  /// The middle of the interval, and half its width: the share lies within `center ± tolerance`.
  public var center: Double { (from + to) / 2 }
  public var tolerance: Double { (to - from) / 2 }

  public init(from: Double, to: Double, count: Int, share: Double) {
    self.from = from
    self.to = to
    self.count = count
    self.share = share
  }

  enum CodingKeys: String, CodingKey {
    case count, share
    case from = "from_ms"
    case to = "to_ms"
  }
}

/// `latency` is what a share `probability` of the inferences did not exceed.
public struct QuantilePoint: Codable, Hashable, Sendable {
  public var probability: Double
  public var latency: Double

  public init(probability: Double, latency: Double) {
    self.probability = probability
    self.latency = latency
  }

  enum CodingKeys: String, CodingKey {
    case probability
    case latency = "latency_ms"
  }
}

/// The latencies changed their level and kept it.
public struct LevelShift: Codable, Hashable, Sendable {
  public var at: Double
  /// The range of times within which the change lies, at 95 %.
  public var atRange: [Double]
  public var statistic: Statistic
  public var from: Double
  public var to: Double
  /// `to / from − 1` with its 95 % interval.
  public var change: Double
  public var changeRange: [Double]
  /// The chance of such a change or a larger one if nothing changed.
  public var pValue: Double
  /// What the sensors did at that time, where they say something.
  public var cause: ShiftCause?

  /// What changed: the median, or, while that stayed, the upper tail alone.
  public enum Statistic: String, Codable, Hashable, Sendable {
    case median = "p50"
    case p95, p99
    case p999 = "p99_9"
  }

  public init(
    at: Double, atRange: [Double], statistic: Statistic, from: Double, to: Double, change: Double,
    changeRange: [Double],
    pValue: Double
  ) {
    self.at = at
    self.atRange = atRange
    self.statistic = statistic
    self.from = from
    self.to = to
    self.change = change
    self.changeRange = changeRange
    self.pValue = pValue
  }

  enum CodingKeys: String, CodingKey {
    case statistic, change, cause
    case at = "at_s"
    case atRange = "at_ci95_s"
    case from = "from_ms"
    case to = "to_ms"
    case changeRange = "change_ci95"
    case pValue = "p_value"
  }
}

public struct LatencyTrend: Codable, Hashable, Sendable {
  public var millisecondsPerHour: Double
  /// 95 %.
  public var range: [Double]
  public var pValue: Double

  public init(millisecondsPerHour: Double, range: [Double], pValue: Double) {
    self.millisecondsPerHour = millisecondsPerHour
    self.range = range
    self.pValue = pValue
  }

  enum CodingKeys: String, CodingKey {
    case range = "ci95_ms_per_hour"
    case millisecondsPerHour = "ms_per_hour"
    case pValue = "p_value"
  }
}

/// One of several speeds that a device runs at.
public struct LatencyMode: Codable, Hashable, Sendable {
  public var center: Double
  public var from: Double
  public var to: Double
  /// 0 … 1
  public var share: Double
  /// For each piece of `SteadinessReport.envelope`: the share of its inferences in this mode.
  public var activity: [Double]

  public init(center: Double, from: Double, to: Double, share: Double, activity: [Double]) {
    self.center = center
    self.from = from
    self.to = to
    self.share = share
    self.activity = activity
  }

  enum CodingKeys: String, CodingKey {
    case share, activity
    case center = "center_ms"
    case from = "from_ms"
    case to = "to_ms"
  }
}

/// Slow inferences that come at regular distances.
public struct PeriodicStalls: Codable, Hashable, Sendable {
  public var periodSeconds: Double
  public var count: Int
  /// Median of the slow inferences.
  public var latency: Double
  public var pValue: Double

  public init(periodSeconds: Double, count: Int, latency: Double, pValue: Double) {
    self.periodSeconds = periodSeconds
    self.count = count
    self.latency = latency
    self.pValue = pValue
  }

  enum CodingKeys: String, CodingKey {
    case count
    case periodSeconds = "period_s"
    case latency = "latency_ms"
    case pValue = "p_value"
  }
}

/// The run began slower than the rest of it.
public struct SlowStart: Codable, Hashable, Sendable {
  public var endsAt: Double
  /// Median until then, and after.
  public var from: Double
  public var to: Double

  /// By how much it was slower, as a share.
  public var change: Double { from / max(to, 1e-6) - 1 }

  public init(endsAt: Double, from: Double, to: Double) {
    self.endsAt = endsAt
    self.from = from
    self.to = to
  }

  enum CodingKeys: String, CodingKey {
    case endsAt = "ends_at_s"
    case from = "from_ms"
    case to = "to_ms"
  }
}

/// The inferences above a limit, which the thesis leaves out, and what is left without them. Everywhere else they count.
public struct DiscardedTail: Codable, Hashable, Sendable {
  public var limit: Double
  public var count: Int
  public var share: Double
  /// Of the inferences at or below the limit; absent where there are none.
  public var remaining: LatencySummary?

  public init(limit: Double, count: Int, share: Double, remaining: LatencySummary?) {
    self.limit = limit
    self.count = count
    self.share = share
    self.remaining = remaining
  }

  enum CodingKeys: String, CodingKey {
    case count, share, remaining
    case limit = "limit_ms"
  }
}

/// The energy that the run used, by a sensor.
public struct EnergyUse: Codable, Hashable, Sendable {
  /// The name of the sensor.
  public var sensor: String
  public var joules: Double
  public var meanWatts: Double
  public var millijoulesPerInference: Double

  public init(sensor: String, joules: Double, meanWatts: Double, millijoulesPerInference: Double) {
    self.sensor = sensor
    self.joules = joules
    self.meanWatts = meanWatts
    self.millijoulesPerInference = millijoulesPerInference
  }

  enum CodingKeys: String, CodingKey {
    case sensor, joules
    case meanWatts = "mean_w"
    case millijoulesPerInference = "mj_per_inference"
  }
}
