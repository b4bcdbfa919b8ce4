import Statistics
import Testing

@Suite("The distribution of durations is what numpy computes of them")
struct DurationDistributionTests {
  private let fixtures: StatisticsFixtures

  init() throws { fixtures = try StatisticsFixtures.load() }

  @Test("Quantiles are those of type 7, on both sides of 2^22 ns")
  func quantiles() {
    for (name, sample) in fixtures.samples {
      var distribution = DurationDistribution(sample.values)
      let quantiles = distribution.quantiles(fixtures.probabilities)
      #expect(quantiles.count == sample.quantiles.count)
      for (index, pair) in zip(quantiles, sample.quantiles).enumerated() {
        #expect(isClose(pair.0, pair.1), "\(name), quantile \(fixtures.probabilities[index])")
      }
    }
  }

  @Test("Mean and sample standard deviation are those of all values")
  func moments() throws {
    for (name, sample) in fixtures.samples {
      let distribution = DurationDistribution(sample.values)
      #expect(distribution.count == sample.values.count)
      #expect(isClose(try #require(distribution.mean), sample.mean), "\(name)")
      let deviation = distribution.standardDeviation
      #expect((deviation == nil) == (sample.standardDeviation == nil), "\(name)")
      #expect(isClose(deviation ?? 0, sample.standardDeviation ?? 0), "\(name): \(deviation ?? 0)")
    }
  }

  @Test("Outliers are counted by Tukey's fences and by the median absolute deviation")
  func outliers() {
    for (name, sample) in fixtures.samples {
      var distribution = DurationDistribution(sample.values)
      let outliers = distribution.outliers()
      #expect(outliers.tukey == sample.tukey, "\(name)")
      #expect(outliers.extreme == sample.extreme, "\(name)")
    }
  }

  @Test("Values at ranks are the sorted values")
  func ranks() {
    for (name, sample) in fixtures.samples {
      var distribution = DurationDistribution(sample.values)
      #expect(distribution.values(atSortedRanks: Array(sample.values.indices)) == sample.values.sorted(), "\(name)")
    }
  }

  @Test("A range holds the values within it, its ends included")
  func counts() throws {
    for (name, sample) in fixtures.samples {
      let distribution = DurationDistribution(sample.values)
      let sorted = sample.values.sorted()
      let ends = [0, sorted[0], sorted[sorted.count / 3], 4095, 4096, 1 << 22, sorted[sorted.count - 1], .max]
      for lower in ends {
        for upper in ends {
          let expected = sample.values.count { lower <= $0 && $0 <= upper }
          #expect(distribution.count(from: lower, through: upper) == expected, "\(name), \(lower) ... \(upper)")
        }
      }
    }
  }

  @Test("A histogram holds every value once: what lies below in its first bin, what lies above beside the bins")
  func histogram() throws {
    for (name, sample) in fixtures.samples {
      let distribution = DurationDistribution(sample.values)
      let low = sample.quantiles[3]
      let high = sample.quantiles[7]
      let bins = distribution.histogram(binCount: 20, over: low...high)
      #expect(bins.counts.count == 20)
      #expect(bins.overflow == sample.values.count { Double($0) > high }, "\(name): \(bins)")
      #expect(bins.counts.reduce(bins.overflow, +) == sample.values.count, "\(name): \(bins)")
    }
  }

  @Test("A histogram of evenly spread values is flat")
  func flatHistogram() {
    let distribution = DurationDistribution((0..<2000).map { 1_000_000 + UInt64($0) * 2500 })
    #expect(
      distribution.histogram(binCount: 20, over: 1_000_000...6_000_000).counts == Array(repeating: 100, count: 20))
    let half = distribution.histogram(binCount: 2, over: 1_000_000...2_000_000)
    #expect(half.counts == [200, 201] && half.overflow == 1599)
  }

  @Test("No durations have no figures, and a single one has no deviation")
  func empty() {
    var none = DurationDistribution()
    #expect(none.mean == nil && none.standardDeviation == nil && none.quantile(0.5) == nil)
    let outliers = none.outliers()
    #expect(outliers.tukey == 0 && outliers.extreme == 0)
    #expect(none.histogram(binCount: 3, over: 0...10).counts == [0, 0, 0])
    #expect(DurationDistribution([7]).standardDeviation == nil)
  }
}
