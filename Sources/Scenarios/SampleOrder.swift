public import AssayCore

/// Which samples a scenario issues, in LoadGen's order.
///
/// LoadGen shuffles the samples once with one seed, then draws places in that order with another. Its first numbers go to shuffles for settings
/// that Assay does not have; they are drawn here, too, so that all later numbers are the same.
public struct SampleOrder: Sendable {
  /// The samples in the order of the shuffle, with as many of the first repeated at the end as queries of several samples run beyond it.
  public let loaded: [Int]

  private let isOffline: Bool
  private let samplesPerQuery: Int
  private let sampleCount: Int
  private var random: MersenneTwister
  private var offset = 0

  /// - Parameters:
  ///   - sampleCount: of the performance set, at least 1.
  ///   - rules: whose minimum of queries LoadGen's first shuffles depend on.
  public init(_ scenario: Scenario, sampleCount: Int, rules: ScenarioRules, seeds: ScenarioSeeds) {
    isOffline = scenario == .offline
    samplesPerQuery = rules.samplesPerQuery
    self.sampleCount = sampleCount
    var shuffled = Array(0..<sampleCount)
    var order = MersenneTwister(seed: seeds.order)
    order.shuffle(&shuffled)
    // Grows while it is read, so that a set smaller than a query goes around.
    for index in 0..<samplesPerQuery - 1 { shuffled.append(shuffled[index]) }
    loaded = shuffled
    random = MersenneTwister(seed: seeds.samples)
    // For unique samples, then for samples of unequal cost.
    var places = Array(stride(from: 0, to: sampleCount, by: samplesPerQuery))
    random.shuffle(&places)
    var samples = Array(loaded.indices)
    for _ in stride(from: 0, to: rules.minimumQueries, by: loaded.count) { random.shuffle(&samples) }
  }

  /// The samples of the next query; of the single query of the offline scenario, its next sample.
  public mutating func next() -> ArraySlice<Int> {
    if isOffline {
      defer { offset = (offset + 1) % sampleCount }
      return loaded[offset...offset]
    }
    let place = Int(random.next(below: UInt32(sampleCount)))
    return loaded[place..<place + samplesPerQuery]
  }
}
