import Statistics
import Testing

@Suite("Intervals and trends are those of scipy")
struct IntervalTests {
  private let fixtures: StatisticsFixtures

  init() throws { fixtures = try StatisticsFixtures.load() }

  @Test("The ranks of a quantile's interval come from the binomial distribution")
  func ranks() {
    for expected in fixtures.ranks {
      let ranks = QuantileInterval.ranks(probability: expected.probability, count: expected.count)
      #expect(ranks.map { [$0.lower, $0.upper] } == expected.ranks, "\(expected.count) at \(expected.probability)")
    }
  }

  @Test("A percentile needs as many inferences as put two of them above it nineteen times of twenty")
  func minimumCounts() {
    for expected in fixtures.minimumCounts {
      #expect(QuantileInterval.minimumCount(probability: expected.probability) == expected.count)
    }
  }

  @Test("The interval of a share is Wilson's")
  func wilson() throws {
    for expected in fixtures.wilson {
      let interval = try #require(
        WilsonInterval.interval(successes: expected.successes, count: expected.count))
      #expect(isClose(interval.lowerBound, expected.interval[0]), "\(expected)")
      #expect(isClose(interval.upperBound, expected.interval[1]), "\(expected)")
    }
    #expect(WilsonInterval.interval(successes: 0, count: 0) == nil)
  }

  @Test("A drift is reported where Mann and Kendall's test is significant at 1 %, and only there")
  func drift() throws {
    for expected in fixtures.mannKendall {
      let drift = try #require(BlockTrend(medians: expected.medians)).drift
      #expect((drift != nil) == (expected.p < 0.01), "\(expected)")
      #expect((drift ?? 0) * Double(expected.score) >= 0, "\(expected)")
    }
  }

  @Test("Drift compares the last three blocks with the first three, a slow start the first with the rest")
  func trend() throws {
    let rising = try #require(BlockTrend(medians: (0..<10).map { 100 + Double($0) }))
    #expect(rising.drift == 108.0 / 101 - 1)
    let slowStart = try #require(BlockTrend(medians: [150] + Array(repeating: 100, count: 9)))
    #expect(slowStart.slowStart == 0.5)
    #expect(slowStart.drift == nil)
  }

  @Test("There is no trend without ten blocks, or with a block that took no time")
  func noTrend() {
    #expect(BlockTrend(medians: Array(repeating: 1, count: 9)) == nil)
    #expect(BlockTrend(medians: [0] + Array(repeating: 1, count: 9)) == nil)
  }
}
