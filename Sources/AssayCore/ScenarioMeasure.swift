/// How queries reach a model, as MLPerf Inference defines it.
public enum Scenario: String, Codable, Sendable, CaseIterable {
  /// One sample at a time, each as soon as the one before is done: a phone's camera app.
  case singleStream = "single-stream"
  /// Several samples at a time, the next as soon as all of them are done: a car with eight cameras.
  case multiStream = "multi-stream"
  /// One sample a query, at random times that nothing delays: a service.
  case server
  /// All samples at once, in any order: a photo collection.
  case offline
}

/// Where the numbers of a scenario come from, before options change some.
public enum RuleSet: String, Codable, Sendable, CaseIterable {
  /// Those of MLPerf Inference.
  case mlperf
  /// Ten seconds and 128 queries, as MLPerf Mobile's quick mode.
  case quick
}

/// The seeds of LoadGen's three generators. The defaults are those of `mlperf.conf`.
public struct ScenarioSeeds: Codable, Hashable, Sendable {
  /// Of the order in which samples are loaded.
  public var order: UInt64 = 2_085_463_073_848_966_840
  /// Of the samples that queries take.
  public var samples: UInt64 = 2_747_215_439_041_700_203
  /// Of the times between queries of the server scenario.
  public var schedule: UInt64 = 16_159_082_839_903_944_936

  public init() {}

  enum CodingKeys: String, CodingKey {
    case order = "qsl_rng_seed"
    case samples = "sample_index_rng_seed"
    case schedule = "schedule_rng_seed"
  }
}

/// What makes the result of a scenario valid.
public struct ScenarioRules: Codable, Hashable, Sendable {
  /// What the other numbers started from.
  public var base: RuleSet
  /// A run lasts for at least this long …
  public var minimumSeconds: Double
  /// … and this many queries; for offline, samples of its only query.
  public var minimumQueries: Int
  /// The percentile of the latencies that counts, above 0 and below 100; offline has none.
  public var percentile: Double?
  /// 1, but for multi-stream.
  public var samplesPerQuery: Int

  /// The most queries of a run: their times and latencies are held in memory.
  public static let mostQueries = 100_000_000

  public init(
    base: RuleSet, minimumSeconds: Double, minimumQueries: Int, percentile: Double?, samplesPerQuery: Int = 1
  ) {
    self.base = base
    self.minimumSeconds = minimumSeconds
    self.minimumQueries = minimumQueries
    self.percentile = percentile
    self.samplesPerQuery = samplesPerQuery
  }

  enum CodingKeys: String, CodingKey {
    case base = "rules"
    case minimumSeconds = "min_duration_s"
    case minimumQueries = "min_queries"
    case percentile
    case samplesPerQuery = "samples_per_query"
  }
}

/// How a scenario is run.
public struct ScenarioMeasure: Codable, Hashable, Sendable {
  public var scenario: Scenario
  public var rules: ScenarioRules
  public var seeds = ScenarioSeeds()
  /// Samples of the performance set; `nil` for as many as there is memory for.
  public var sampleCount: Int?
  /// Queries a second of the server scenario.
  public var rate: Double?
  /// In ms: what the percentile of the server scenario must not exceed.
  public var latencyBound: Double?
  /// Images to take samples from; `nil` for random inputs.
  public var images: ImageSet?
  /// Inferences before the first query, not counted.
  public var warmUp = RepetitionRule()

  public init(_ scenario: Scenario, rules: ScenarioRules) {
    self.scenario = scenario
    self.rules = rules
  }

  /// When warm-up and measurement end, in inferences.
  public var rule: RepetitionRule {
    var rule = warmUp
    rule.minimumCount = rules.minimumQueries * (scenario == .offline ? 1 : rules.samplesPerQuery)
    rule.minimumSeconds = rules.minimumSeconds
    rule.maximumSeconds = nil
    return rule
  }

  enum CodingKeys: String, CodingKey {
    case scenario, rules, seeds, images
    case sampleCount = "samples"
    case rate = "rate_per_s"
    case latencyBound = "latency_bound_ms"
    case warmUp = "rule"
  }
}
