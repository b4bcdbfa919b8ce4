@testable import Statistics
import AssayCore
import Foundation
import Testing

@Suite("Tests, lines and ratios are those of scipy and numpy")
struct SampleComparisonTests {
  private let fixtures: StatisticsFixtures

  init() throws { fixtures = try StatisticsFixtures.load() }

  @Test("Quantiles of an array are those of type 7")
  func quantiles() {
    for (name, sample) in fixtures.samples {
      let sorted = sample.values.map { Double($0) }.sorted()
      for (probability, expected) in zip(fixtures.probabilities, sample.quantiles) {
        let value = Quantiles.quantile(probability, ofSorted: sorted)
        #expect(isClose(value ?? .nan, expected), "\(name), quantile \(probability)")
      }
    }
    #expect(Quantiles.median([]) == nil)
  }

  @Test("Mann and Whitney's test is exact for small samples and approximate for others")
  func mannWhitney() throws {
    for expected in fixtures.mannWhitney {
      let test = try #require(MannWhitney(expected.first, expected.second))
      #expect(isClose(test.u, expected.u), "\(expected): \(test)")
      #expect(isClose(test.p, expected.p), "\(expected): \(test)")
    }
    #expect(MannWhitney([], [1]) == nil)
    #expect(MannWhitney([4, 4, 4], [4, 4])?.p == 1)
  }

  @Test("Theil and Sen's line is scipy's, with its interval")
  func theilSen() throws {
    for expected in fixtures.lines {
      let line = try #require(TheilSen(x: expected.x, y: expected.y))
      let values = [line.slope, line.intercept, line.slopeInterval.lowerBound, line.slopeInterval.upperBound]
      #expect(zip(values, expected.theilSen).allSatisfy(isClose), "\(values), not \(expected.theilSen)")
    }
    #expect(TheilSen(x: [1, 1], y: [1, 2]) == nil && TheilSen(x: [1], y: []) == nil && TheilSen(x: [], y: []) == nil)
  }

  @Test("The line of least squares is scipy's, with its standard errors")
  func leastSquares() throws {
    for expected in fixtures.lines {
      let line = try #require(LeastSquaresLine(x: expected.x, y: expected.y))
      let interval = line.slopeInterval
      let values = [
        line.slope, line.intercept, line.slopeError, line.interceptError, line.determination, interval.lowerBound,
        interval.upperBound,
      ]
      #expect(zip(values, expected.leastSquares).allSatisfy(isClose), "\(values), not \(expected.leastSquares)")
    }
    #expect(LeastSquaresLine(x: [1, 2], y: [1, 2]) == nil)
    #expect(LeastSquaresLine(x: [2, 2, 2], y: [1, 2, 3]) == nil)
  }

  @Test("Hodges and Lehmann's ratio is the median of all ratios")
  func hodgesLehmann() throws {
    for expected in fixtures.hodgesLehmann {
      let ratio = try #require(HodgesLehmann.ratio(of: expected.b, to: expected.a))
      #expect(isClose(ratio, expected.ratio), "\(expected): \(ratio)")
    }
    #expect(HodgesLehmann.ratio(of: [1], to: [0]) == nil && HodgesLehmann.ratio(of: [], to: [1]) == nil)
    #expect(HodgesLehmann.ratio(of: [.infinity], to: [1]) == nil && HodgesLehmann.ratio(of: [.nan], to: [1]) == nil)
  }

  @Test("The acceleration of a bootstrap comes from the jackknife")
  func acceleration() throws {
    for expected in fixtures.accelerations {
      let bootstrap = try #require(Bootstrap(expected.values, resampleCount: 10, statistic: mean))
      #expect(isClose(bootstrap.acceleration, expected.acceleration), "\(expected): \(bootstrap.acceleration)")
    }
  }

  @Test("The bias-corrected interval covers the mean of a skewed distribution more often than the percentiles do")
  func coverage() throws {
    var random = SplitMix64(seed: 7)
    var percentile = 0
    var accelerated = 0
    let trials = 400
    for trial in 0..<trials {
      // Log-normal, σ = 1: its mean is that of few large values.
      let values = (0..<20).map { _ in
        exp(NormalDistribution.quantile(Double.random(in: 1e-9..<1, using: &random)))
      }
      let bootstrap = try #require(Bootstrap(values, resampleCount: 300, seed: UInt64(trial), statistic: mean))
      if bootstrap.percentileInterval().contains(exp(0.5)) { percentile += 1 }
      if bootstrap.acceleratedInterval().contains(exp(0.5)) { accelerated += 1 }
    }
    // No bootstrap reaches 95 % with 20 values so skewed.
    #expect(percentile > trials * 3 / 4, "\(percentile) of \(trials)")
    #expect(accelerated > percentile && accelerated < trials * 96 / 100, "\(accelerated), \(percentile) of \(trials)")
  }

  @Test("A bootstrap needs two values, and of equal ones says that value")
  func degenerate() throws {
    #expect(Bootstrap([1], statistic: mean) == nil)
    let equal = try #require(Bootstrap([3, 3, 3], statistic: mean))
    #expect(equal.acceleratedInterval() == 3...3 && equal.percentileInterval() == 3...3)
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
