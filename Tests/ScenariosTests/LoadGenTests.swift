import AssayCore
import Scenarios
import Testing

/// The same numbers as LoadGen, bit by bit.
@Suite struct LoadGenTests {
  private let fixtures = LoadGenFixtures.all

  @Test func `Samples are loaded and issued in LoadGen's order`() {
    for expected in fixtures.samples {
      let scenario = Scenario(loadGenName: expected.scenario)
      var seeds = ScenarioSeeds()
      (seeds.order, seeds.samples) = (expected.qslSeed, expected.sampleSeed)
      let rules = ScenarioRules(
        base: .mlperf, minimumSeconds: 0, minimumQueries: expected.queries, percentile: 90,
        samplesPerQuery: scenario == .multiStream ? 8 : 1)
      var order = SampleOrder(scenario, sampleCount: expected.samples, rules: rules, seeds: seeds)
      let name = "\(expected.scenario) of \(expected.samples)"
      #expect(Array(order.loaded.prefix(100)) == expected.loaded, "loaded by \(name)")
      // The one query of offline is a query a sample here.
      let queries = scenario == .offline ? expected.issued[0].map { [$0] } : expected.issued
      #expect(queries.indices.map { _ in Array(order.next()) } == queries, "issued by \(name)")
    }
  }

  @Test func `Queries of a server are due when LoadGen's are`() {
    for expected in fixtures.schedules {
      var arrivals = PoissonArrivals(rate: expected.rate, seed: expected.seed)
      for _ in 0..<expected.queries { _ = arrivals.next() }
      #expect(arrivals.next() == expected.end, "after \(expected.queries) queries at \(expected.rate)/s")
    }
  }

  @Test func `A server gets as many queries as LoadGen's duration needs`() {
    for expected in fixtures.schedules {
      guard let seconds = expected.minimumSeconds else { continue }
      let times = PoissonArrivals.times(
        rate: expected.rate, seed: expected.seed, minimumCount: 1, minimumSeconds: seconds)
      #expect(times.count == expected.queries)
    }
  }

  @Test func `Early stopping discards as many queries as LoadGen`() {
    for expected in fixtures.earlyStopping {
      let name = "\(expected.queries) queries at \(expected.percentile)"
      #expect(
        EarlyStopping.discarded(of: expected.queries, percentile: expected.percentile) == expected.discarded, "\(name)")
      #expect(
        EarlyStopping.queriesNeeded(late: 1, percentile: expected.percentile) == expected.needed, "least at \(name)")
    }
  }

  @Test func `Early stopping asks for as many queries as LoadGen where some are late`() {
    for expected in fixtures.serverStopping {
      #expect(
        EarlyStopping.queriesNeeded(late: expected.late, percentile: expected.percentile) == expected.needed,
        "\(expected.late) late at \(expected.percentile)")
    }
  }

  /// Computed from the rules' formula, and found in the logs of LoadGen's users.
  @Test(arguments: [
    (0.9, [44, 64, 81, 197]), (0.95, [90, 130, 165, 398]), (0.99, [459, 662, 838, 2010]),
    (0.999, [4603, 6636, 8403, 20140]),
  ])
  func `Early stopping needs the published counts`(percentile: Double, counts: [Int]) {
    #expect([0, 1, 2, 10].map { EarlyStopping.queriesNeeded(late: $0, percentile: percentile) } == counts)
  }

  @Test func `Early stopping of a million queries is quick`() {
    #expect(EarlyStopping.discarded(of: 745, percentile: 0.9) == 54)
    #expect(EarlyStopping.discarded(of: 1_000_000, percentile: 0.9).map { 99_000..<99_500 ~= $0 } == true)
  }
}
