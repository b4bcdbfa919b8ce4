public import AssayCore

extension ScenarioRules {
  /// The percentile of MLPerf Inference, in percent; `nil` for offline.
  public static func percentile(of scenario: Scenario) -> Double? {
    switch scenario {
    case .singleStream: 90
    case .multiStream, .server: 99
    case .offline: nil
    }
  }

  /// The rules of a set.
  ///
  /// The published counts are those that early stopping needs: 64 queries at p90 and 662 at p99 if the slowest one is left out, 459 at p99 if no
  /// query of a server is late. Offline takes 24,576 samples. `quick` asks for 128 of each, or as many as early stopping needs: with fewer, no
  /// run would be valid.
  public init(_ base: RuleSet, for scenario: Scenario, percentile: Double? = nil) {
    let percentile = scenario == .offline ? nil : percentile ?? Self.percentile(of: scenario)
    let needed =
      percentile.map { EarlyStopping.queriesNeeded(late: scenario == .server ? 0 : 1, percentile: $0 / 100) } ?? 0
    let samplesPerQuery = scenario == .multiStream ? 8 : 1
    switch base {
    case .mlperf:
      self.init(
        base: base, minimumSeconds: 600, minimumQueries: percentile == nil ? 24_576 : needed, percentile: percentile,
        samplesPerQuery: samplesPerQuery)
    case .quick:
      self.init(
        base: base, minimumSeconds: 10, minimumQueries: max(128, needed), percentile: percentile,
        samplesPerQuery: samplesPerQuery)
    }
  }
}
