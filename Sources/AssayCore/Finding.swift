/// One thing that the analysis of a long run found, and how strong it is. `Report` puts it into words.
///
/// In JSON one object: `code`, `strength`, and the members of the fact. A finding of an older store, with a `sentence`, is read into
/// `recorded`.
public struct Finding: Hashable, Sendable {
  public enum Strength: String, Codable, Hashable, Sendable, Comparable {
    case weak, moderate, strong

    public static func < (left: Strength, right: Strength) -> Bool { left.rank < right.rank }

    private var rank: Int { [.weak, .moderate, .strong].firstIndex(of: self) ?? 0 }
  }

  /// What was found. Latencies are in ms, times in seconds since the start.
  public enum Fact: Hashable, Sendable {
    case steady(Steady)
    case spread(Spread)
    case outliers(Outliers)
    /// The level changed.
    case shift(LevelShift)
    /// The level changed, for heat: `cause` says so.
    case throttling(LevelShift)
    case trend(Trend)
    /// At least two.
    case modes([Mode])
    case stalls(Stalls)
    case slowStart(SlowStart)
    /// By its own flags, the machine held its clock down for this share of the time, 0 … 1.
    case clockHeldDown(timeShare: Double)
    /// By its own flags, the supply voltage was too low for this share of the time, 0 … 1.
    case undervoltage(timeShare: Double)
    /// Others used the machine at the same time.
    case competingLoad(CompetingLoad)
    /// The sentence of a finding that an Assay before codes has stored.
    case recorded(sentence: String)
  }

  /// The stable name of a kind of finding in JSON.
  public enum Code: String, Codable, Hashable, Sendable, CaseIterable {
    case steady, spread, outliers, shift, throttling, trend, modes, stalls
    case slowStart = "slow_start"
    case clockHeldDown = "clock_held_down"
    case undervoltage
    case competingLoad = "competing_load"
    case recorded
  }

  public var fact: Fact
  public var strength: Strength

  public init(_ fact: Fact, strength: Strength) {
    self.fact = fact
    self.strength = strength
  }

  public var code: Code {
    switch fact {
    case .steady: .steady
    case .spread: .spread
    case .outliers: .outliers
    case .shift: .shift
    case .throttling: .throttling
    case .trend: .trend
    case .modes: .modes
    case .stalls: .stalls
    case .slowStart: .slowStart
    case .clockHeldDown: .clockHeldDown
    case .undervoltage: .undervoltage
    case .competingLoad: .competingLoad
    case .recorded: .recorded
    }
  }
}

// MARK: Facts of their own

extension Finding {
  /// Most inferences are close together.
  public struct Steady: Codable, Hashable, Sendable {
    public var share: LatencyShare
    /// The run was long enough to be searched for shifts and trends, and has none.
    public var isSearched: Bool

    public init(share: LatencyShare, isSearched: Bool) {
      self.share = share
      self.isSearched = isSearched
    }

    enum CodingKeys: String, CodingKey {
      case share
      case isSearched = "searched"
    }
  }

  /// Inferences are far apart.
  public struct Spread: Codable, Hashable, Sendable {
    /// The narrow core first, then what holds nearly all; one where they are the same.
    public var shares: [LatencyShare]
    /// The slowest inference over the fastest.
    public var slowestOverFastest: Double

    public init(shares: [LatencyShare], slowestOverFastest: Double) {
      self.shares = shares
      self.slowestOverFastest = slowestOverFastest
    }

    enum CodingKeys: String, CodingKey {
      case shares
      case slowestOverFastest = "slowest_over_fastest"
    }
  }

  /// Some inferences take over half as long again as 99 in 100.
  public struct Outliers: Codable, Hashable, Sendable {
    public var maximum: Double
    public var p99: Double
    public var maximumOverMedian: Double

    public init(maximum: Double, p99: Double, maximumOverMedian: Double) {
      self.maximum = maximum
      self.p99 = p99
      self.maximumOverMedian = maximumOverMedian
    }

    enum CodingKeys: String, CodingKey {
      case maximum = "max_ms"
      case p99 = "p99_ms"
      case maximumOverMedian = "max_over_median"
    }
  }

  /// A steady rise or fall.
  public struct Trend: Codable, Hashable, Sendable {
    public var slope: LatencyTrend
    /// The change over the whole run as a share of the median.
    public var change: Double

    public init(slope: LatencyTrend, change: Double) {
      self.slope = slope
      self.change = change
    }

    enum CodingKeys: String, CodingKey {
      case slope
      case change = "change_over_run"
    }
  }

  /// One of several speeds.
  public struct Mode: Codable, Hashable, Sendable {
    public var center: Double
    /// 0 … 1
    public var share: Double

    public init(center: Double, share: Double) {
      self.center = center
      self.share = share
    }

    enum CodingKeys: String, CodingKey {
      case share
      case center = "center_ms"
    }
  }

  /// Slow inferences at regular distances.
  public struct Stalls: Codable, Hashable, Sendable {
    public var stalls: PeriodicStalls
    public var latencyOverMedian: Double

    public init(_ stalls: PeriodicStalls, latencyOverMedian: Double) {
      self.stalls = stalls
      self.latencyOverMedian = latencyOverMedian
    }

    enum CodingKeys: String, CodingKey {
      case stalls
      case latencyOverMedian = "latency_over_median"
    }
  }
}

extension Finding {
  /// Others used the processors while the run lasted. At least one of the figures is known.
  public struct CompetingLoad: Codable, Hashable, Sendable {
    /// How many other threads ran or waited to run, on average, and the cores that they shared with the run.
    public var load: Double?
    public var cores: Int?
    /// The share of the processors' time that the hypervisor gave to others, 0 … 1.
    public var steal: Double?

    public init(load: Double?, cores: Int?, steal: Double?) {
      self.load = load
      self.cores = cores
      self.steal = steal
    }
  }
}

// MARK: JSON

extension Finding: Codable {
  private enum Keys: String, CodingKey {
    case code, strength, modes, sentence
    case timeShare = "share_of_time"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    strength = try values.decode(Strength.self, forKey: .strength)
    fact =
      switch try values.decodeIfPresent(Code.self, forKey: .code) {
      case .steady: .steady(try Steady(from: decoder))
      case .spread: .spread(try Spread(from: decoder))
      case .outliers: .outliers(try Outliers(from: decoder))
      case .shift: .shift(try LevelShift(from: decoder))
      case .throttling: .throttling(try LevelShift(from: decoder))
      case .trend: .trend(try Trend(from: decoder))
      case .modes: .modes(try values.decode([Mode].self, forKey: .modes))
      case .stalls: .stalls(try Stalls(from: decoder))
      case .slowStart: .slowStart(try SlowStart(from: decoder))
      case .clockHeldDown: .clockHeldDown(timeShare: try values.decode(Double.self, forKey: .timeShare))
      case .undervoltage: .undervoltage(timeShare: try values.decode(Double.self, forKey: .timeShare))
      case .competingLoad: .competingLoad(try CompetingLoad(from: decoder))
      // Before codes there were `kind` and `sentence`.
      case .recorded, nil: .recorded(sentence: try values.decode(String.self, forKey: .sentence))
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Keys.self)
    try values.encode(code, forKey: .code)
    try values.encode(strength, forKey: .strength)
    switch fact {
    case .steady(let steady): try steady.encode(to: encoder)
    case .spread(let spread): try spread.encode(to: encoder)
    case .outliers(let outliers): try outliers.encode(to: encoder)
    case .shift(let shift), .throttling(let shift): try shift.encode(to: encoder)
    case .trend(let trend): try trend.encode(to: encoder)
    case .modes(let modes): try values.encode(modes, forKey: .modes)
    case .stalls(let stalls): try stalls.encode(to: encoder)
    case .slowStart(let start): try start.encode(to: encoder)
    case .clockHeldDown(let share), .undervoltage(let share): try values.encode(share, forKey: .timeShare)
    case .competingLoad(let load): try load.encode(to: encoder)
    case .recorded(let sentence): try values.encode(sentence, forKey: .sentence)
    }
  }
}
