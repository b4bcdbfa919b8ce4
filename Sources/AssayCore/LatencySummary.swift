/// The latencies of a run, in ms.
public struct LatencySummary: Codable, Hashable, Sendable {
  public var count: Int
  public var mean: Double
  /// Sample standard deviation; absent for a single inference.
  public var standardDeviation: Double?
  public var minimum: Double
  public var maximum: Double
  public var p50: Double
  public var p90: Double?
  public var p95: Double?
  public var p99: Double?
  public var p999: Double?
  /// Distribution-free; absent below six inferences.
  public var medianInterval: [Double]?
  /// The percentiles that are left out because the sample is too small, each with the number of inferences that it needs.
  public var tooFewFor: [String: Int]
  public var histogram: LatencyHistogram

  public init(
    count: Int, mean: Double, standardDeviation: Double?, minimum: Double, maximum: Double, p50: Double,
    histogram: LatencyHistogram
  ) {
    self.count = count
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.minimum = minimum
    self.maximum = maximum
    self.p50 = p50
    self.histogram = histogram
    tooFewFor = [:]
  }

  enum CodingKeys: String, CodingKey {
    case count, histogram
    case mean = "mean_ms"
    case standardDeviation = "stddev_ms"
    case minimum = "min_ms"
    case maximum = "max_ms"
    case p50 = "p50_ms"
    case p90 = "p90_ms"
    case p95 = "p95_ms"
    case p99 = "p99_ms"
    case p999 = "p99_9_ms"
    case medianInterval = "p50_ci95_ms"
    case tooFewFor = "too_few_for"
  }

  /// The names of schema 1.
  private enum FormerKeys: String, CodingKey {
    case mean, p50, p90, p95, p99
    case standardDeviation = "stddev"
    case minimum = "min"
    case maximum = "max"
    case p999 = "p99_9"
    case medianInterval = "median_ci95"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let former = try decoder.container(keyedBy: FormerKeys.self)
    func number(_ key: CodingKeys, _ old: FormerKeys) throws -> Double {
      try values.contains(key) ? values.decode(Double.self, forKey: key) : former.decode(Double.self, forKey: old)
    }
    func known(_ key: CodingKeys, _ old: FormerKeys) throws -> Double? {
      try values.decodeIfPresent(Double.self, forKey: key) ?? former.decodeIfPresent(Double.self, forKey: old)
    }
    count = try values.decode(Int.self, forKey: .count)
    mean = try number(.mean, .mean)
    standardDeviation = try known(.standardDeviation, .standardDeviation)
    minimum = try number(.minimum, .minimum)
    maximum = try number(.maximum, .maximum)
    p50 = try number(.p50, .p50)
    p90 = try known(.p90, .p90)
    p95 = try known(.p95, .p95)
    p99 = try known(.p99, .p99)
    p999 = try known(.p999, .p999)
    medianInterval =
      try values.decodeIfPresent([Double].self, forKey: .medianInterval)
      ?? former.decodeIfPresent([Double].self, forKey: .medianInterval)
    tooFewFor = try values.decode([String: Int].self, forKey: .tooFewFor)
    histogram = try values.decode(LatencyHistogram.self, forKey: .histogram)
  }
}

/// Counts in bins of equal width.
public struct LatencyHistogram: Codable, Hashable, Sendable {
  public let from: Double
  public let to: Double
  public let counts: [Int]
  /// Latencies above the last bin.
  public let overflow: Int

  public init(from: Double, to: Double, counts: [Int], overflow: Int = 0) {
    self.from = from
    self.to = to
    self.counts = counts
    self.overflow = overflow
  }

  enum CodingKeys: String, CodingKey {
    case from = "from_ms"
    case to = "to_ms"
    case counts, overflow
  }

  /// The last bin of a histogram without `overflow`, as older stores have it, also holds what lies above.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    from = try values.decode(Double.self, forKey: .from)
    to = try values.decode(Double.self, forKey: .to)
    counts = try values.decode([Int].self, forKey: .counts)
    overflow = try values.decodeIfPresent(Int.self, forKey: .overflow) ?? 0
  }
}
