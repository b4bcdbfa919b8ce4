import Statistics
import Testing

@Suite("Distribution functions are accurate to 1e-12")
struct DistributionTests {
  private let fixtures: StatisticsFixtures

  init() throws { fixtures = try StatisticsFixtures.load() }

  @Test("The normal distribution is scipy's, far tails included")
  func normal() {
    for point in fixtures.normal {
      let value = NormalDistribution.cumulative(point.x)
      #expect(isAccurate(value, point.cumulative), "\(point): \(value)")
    }
    for point in fixtures.normalQuantiles {
      let value = NormalDistribution.quantile(point.cumulative)
      #expect(isAccurate(value, point.x), "\(point): \(value)")
    }
  }

  @Test("Student's distribution is scipy's")
  func student() throws {
    for point in fixtures.student {
      let value = StudentDistribution.cumulative(point.x, degrees: try #require(point.degrees))
      #expect(isAccurate(value, point.cumulative), "\(point): \(value)")
    }
    for point in fixtures.studentQuantiles {
      let value = StudentDistribution.quantile(point.cumulative, degrees: try #require(point.degrees))
      #expect(isAccurate(value, point.x), "\(point): \(value)")
    }
  }

  @Test("Quantiles at 0 and 1 are finite")
  func ends() {
    #expect(NormalDistribution.quantile(0) == -40 || NormalDistribution.cumulative(NormalDistribution.quantile(0)) == 0)
    #expect(NormalDistribution.quantile(1) == -NormalDistribution.quantile(0))
    #expect(StudentDistribution.quantile(1, degrees: 3).isFinite)
  }

  /// To 1e-12 of the value, or absolutely near zero.
  private func isAccurate(_ left: Double, _ right: Double) -> Bool {
    abs(left - right) <= 1e-12 * abs(right) || abs(right) < 1 && abs(left - right) <= 1e-15
  }
}
