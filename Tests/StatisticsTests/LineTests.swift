@testable import Statistics
import Testing

@Suite("Quantiles and lines are those of numpy and scipy")
struct LineTests {
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

  @Test("Theil and Sen's slope is scipy's")
  func theilSen() throws {
    for expected in fixtures.lines {
      let slope = try #require(TheilSen(x: expected.x, y: expected.y)).slope
      #expect(isClose(slope, expected.theilSenSlope), "\(slope), not \(expected.theilSenSlope)")
    }
    #expect(TheilSen(x: [1, 1], y: [1, 2]) == nil && TheilSen(x: [1], y: []) == nil && TheilSen(x: [], y: []) == nil)
  }

  @Test("The line of least squares is scipy's, with its standard errors")
  func leastSquares() throws {
    for expected in fixtures.lines {
      let line = try #require(LeastSquaresLine(x: expected.x, y: expected.y))
      let values = [line.slope, line.intercept, line.slopeError, line.interceptError]
      #expect(zip(values, expected.leastSquares).allSatisfy(isClose), "\(values), not \(expected.leastSquares)")
    }
    #expect(LeastSquaresLine(x: [1, 2], y: [1, 2]) == nil)
    #expect(LeastSquaresLine(x: [2, 2, 2], y: [1, 2, 3]) == nil)
  }
}
