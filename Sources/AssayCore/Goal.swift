/// What a user requires of a cell.
///
/// In JSON an object with a stable `code`, the limit with its unit in the name, and of a latency the `statistic`:
/// `{"code": "max_latency", "statistic": "p99", "limit_ms": 20}`.
public enum Goal: Hashable, Sendable {
  /// A latency is at most this, in ms.
  case maximumLatency(LatencyStatistic, milliseconds: Double)
  /// At least this share of the images has its class first, 0 … 1.
  case minimumTop1(share: Double)
  /// At least this many samples a second; images, where a cell classifies them.
  case minimumThroughput(perSecond: Double)
  /// A long run kept its level.
  case held

  /// What it is about, in names of CSV columns. No two goals of a run have the same.
  public var key: String {
    switch self {
    case .maximumLatency(let statistic, _): statistic.rawValue
    case .minimumTop1: "top1"
    case .minimumThroughput: "throughput"
    case .held: "held"
    }
  }
}

/// A figure of the latencies that a goal can limit.
public enum LatencyStatistic: String, Codable, Hashable, Sendable, CaseIterable {
  case mean, p50, p90, p95, p99
  case p999 = "p99_9"
}

extension LatencySummary {
  /// `nil` where the sample is too small for it.
  func value(of statistic: LatencyStatistic) -> Double? {
    switch statistic {
    case .mean: mean
    case .p50: p50
    case .p90: p90
    case .p95: p95
    case .p99: p99
    case .p999: p999
    }
  }
}

/// A goal, and whether a cell reached it.
public struct GoalOutcome: Hashable, Sendable {
  /// Values are in the unit of the goal; of `held`, the share by which the median strayed.
  public enum Result: Hashable, Sendable {
    case met(Double?)
    case missed(Double?)
    /// Not measured, or with too few inferences for that percentile; `neededInferences` are enough.
    case unknown(neededInferences: Int?)
  }

  public let goal: Goal
  public let result: Result

  /// Judges a cell. No other place does.
  init(_ goal: Goal, of cell: CellReport) {
    self.goal = goal
    result =
      switch goal {
      case .maximumLatency(let statistic, let limit):
        Self.result(
          cell.latency?.value(of: statistic), needed: cell.latency?.tooFewFor[statistic.rawValue]
        ) { $0 <= limit }
      case .minimumTop1(let limit): Self.result(cell.accuracy?.top(1)?.share) { $0 >= limit }
      case .minimumThroughput(let limit): Self.result(cell.throughput) { $0 >= limit }
      case .held:
        switch cell.steadiness?.hold {
        case .held(let deviation): .met(deviation)
        case .broken: .missed(cell.steadiness?.medianDeviation)
        case .tooShort, nil: .unknown(neededInferences: nil)
        }
      }
  }

  private static func result(_ value: Double?, needed: Int? = nil, isReached: (Double) -> Bool) -> Result {
    guard let value else { return .unknown(neededInferences: needed) }
    return isReached(value) ? .met(value) : .missed(value)
  }

  public var isMet: Bool { if case .met = result { true } else { false } }
  public var isUnknown: Bool { if case .unknown = result { true } else { false } }

  /// How far the cell is from the goal, as a share of it: 0 where it is met, without bound where it is unknown.
  var distance: Double {
    switch (result, goal) {
    case (.met, _): 0
    case (.unknown, _): .infinity
    case (.missed(let value), .maximumLatency(_, let limit)): (value ?? .infinity) / max(limit, 1e-9) - 1
    case (.missed(let value), .minimumTop1(let limit)): 1 - (value ?? 0) / max(limit, 1e-9)
    case (.missed(let value), .minimumThroughput(let limit)): limit / max(value ?? 0, 1e-9) - 1
    case (.missed(let value), .held): value ?? 1
    }
  }
}

// MARK: Cells and runs

extension CellReport {
  /// Judges the cell by goals, once it is measured.
  public mutating func judge(by goals: [Goal]) {
    self.goals = goals.map { GoalOutcome($0, of: self) }
  }

  /// Whether it was measured and reaches all its goals.
  public var meetsGoals: Bool { status == .ok && goals.allSatisfy(\.isMet) }

  /// Images a second with decoding where images are classified, else samples a second.
  var throughput: Double? { accuracy != nil ? accuracy?.imagesPerSecond : rate?.samples }

  fileprivate var goalDistance: Double { goals.map(\.distance).max() ?? 0 }
}

extension RunReport {
  /// Whether there are goals that no cell reaches.
  public var missesGoals: Bool { goals != nil && !cells.contains(where: \.meetsGoals) }

  /// Of the cells that reach all goals the most accurate, of equally accurate ones and without accuracy the fastest.
  public var bestWithinGoals: CellReport? {
    guard goals != nil else { return nil }
    return cells.filter(\.meetsGoals).min { one, other in
      let (left, right) = (one.accuracy?.top(1)?.share ?? 0, other.accuracy?.top(1)?.share ?? 0)
      return left == right ? one.slowness < other.slowness : left > right
    }
  }

  /// Of the cells that miss a goal the one that is nearest to it.
  public var nearestToGoals: CellReport? {
    cells.filter { $0.status == .ok && !$0.goals.isEmpty && !$0.meetsGoals }
      .min { $0.goalDistance < $1.goalDistance }
  }
}

extension CellReport {
  /// To sort by: the median, or, of streams and without latencies, the time that a sample takes.
  fileprivate var slowness: Double {
    if spec.measure.kind == .streams { return throughput.map { 1000 / max($0, 1e-9) } ?? .infinity }
    return latency?.p50 ?? throughput.map { 1000 / max($0, 1e-9) } ?? .infinity
  }
}

// MARK: JSON

extension Goal: Codable {
  private enum Code: String, Codable {
    case maximumLatency = "max_latency"
    case minimumTop1 = "min_top1"
    case minimumThroughput = "min_throughput"
    case held
  }

  private enum Keys: String, CodingKey {
    case code, statistic
    case milliseconds = "limit_ms"
    case share = "limit_share"
    case perSecond = "limit_per_s"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    self =
      switch try values.decode(Code.self, forKey: .code) {
      case .maximumLatency:
        .maximumLatency(
          try values.decode(LatencyStatistic.self, forKey: .statistic),
          milliseconds: try values.decode(Double.self, forKey: .milliseconds))
      case .minimumTop1: .minimumTop1(share: try values.decode(Double.self, forKey: .share))
      case .minimumThroughput: .minimumThroughput(perSecond: try values.decode(Double.self, forKey: .perSecond))
      case .held: .held
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Keys.self)
    switch self {
    case .maximumLatency(let statistic, let limit):
      try values.encode(Code.maximumLatency, forKey: .code)
      try values.encode(statistic, forKey: .statistic)
      try values.encode(limit, forKey: .milliseconds)
    case .minimumTop1(let limit):
      try values.encode(Code.minimumTop1, forKey: .code)
      try values.encode(limit, forKey: .share)
    case .minimumThroughput(let limit):
      try values.encode(Code.minimumThroughput, forKey: .code)
      try values.encode(limit, forKey: .perSecond)
    case .held: try values.encode(Code.held, forKey: .code)
    }
  }
}

/// The members of the goal, `outcome`, and what was measured, with its unit in the name, or how many inferences were needed.
extension GoalOutcome: Codable {
  private enum Outcome: String, Codable { case met, missed, unknown }

  private enum Keys: String, CodingKey {
    case outcome
    case milliseconds = "measured_ms"
    case share = "measured_share"
    case perSecond = "measured_per_s"
    case deviation = "measured_median_deviation"
    case neededInferences = "needed_inferences"
  }

  /// Under which name the measured value stands.
  private static func key(_ goal: Goal) -> Keys {
    switch goal {
    case .maximumLatency: .milliseconds
    case .minimumTop1: .share
    case .minimumThroughput: .perSecond
    case .held: .deviation
    }
  }

  public init(from decoder: any Decoder) throws {
    goal = try Goal(from: decoder)
    let values = try decoder.container(keyedBy: Keys.self)
    let value = try values.decodeIfPresent(Double.self, forKey: Self.key(goal))
    result =
      switch try values.decode(Outcome.self, forKey: .outcome) {
      case .met: .met(value)
      case .missed: .missed(value)
      case .unknown: .unknown(neededInferences: try values.decodeIfPresent(Int.self, forKey: .neededInferences))
      }
  }

  public func encode(to encoder: any Encoder) throws {
    try goal.encode(to: encoder)
    var values = encoder.container(keyedBy: Keys.self)
    switch result {
    case .met(let value):
      try values.encode(Outcome.met, forKey: .outcome)
      try values.encodeIfPresent(value, forKey: Self.key(goal))
    case .missed(let value):
      try values.encode(Outcome.missed, forKey: .outcome)
      try values.encodeIfPresent(value, forKey: Self.key(goal))
    case .unknown(let needed):
      try values.encode(Outcome.unknown, forKey: .outcome)
      try values.encodeIfPresent(needed, forKey: .neededInferences)
    }
  }
}
