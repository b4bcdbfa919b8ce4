@testable import Statistics
import AssayCore
import Glibc
import Testing

@Suite("Changes, peaks and regular distances are found where they are, and not where they are not")
struct ChangeTests {
  private let fixtures: StatisticsFixtures

  init() throws { fixtures = try StatisticsFixtures.load() }

  @Test("Ranks, the self-normalised statistic and the integrated time are those of their definitions")
  func definitions() throws {
    for expected in fixtures.series {
      #expect(Ranks.of(expected.values) == expected.ranks)
      let test = try #require(SelfNormalizedTest(expected.values))
      #expect(test.index == expected.place)
      #expect(abs(test.statistic / expected.statistic - 1) < 1e-9, "\(test), not \(expected.statistic)")
      #expect(isClose(Autocorrelation.integratedTime(expected.values), expected.integratedTime))
    }
    #expect(SelfNormalizedTest([3, 3, 3, 3, 3]) == nil)
    #expect(SelfNormalizedTest([1, 2, 3]) == nil)
  }

  @Test("The formula for p meets the critical values of Shao and Zhang 2010, table 1")
  func criticalValues() {
    for (statistic, p) in [(29.6, 0.1), (40.1, 0.05), (52.2, 0.025), (68.6, 0.01), (84.6, 0.005), (121.9, 0.001)] {
      #expect(abs(log(SelfNormalizedTest.p(statistic) / p)) < 0.2, "\(statistic): \(SelfNormalizedTest.p(statistic))")
    }
  }

  @Test("Two steps are found in correlated noise, and none in noise alone")
  func changePoints() {
    for seed in 1...10 as ClosedRange<UInt64> {
      let noise = correlated(0.5, count: 1200, seed: seed)
      let steps = noise.enumerated().map { $1 + ($0 >= 400 ? 4 : 0) + ($0 >= 700 ? 3 : 0) }
      let found = ChangePoint.find(in: steps, minimumLength: 75, level: 1e-3)
      #expect(found.count == 2, "seed \(seed): \(found)")
      for (point, index) in zip(found, [400, 700]) { #expect(abs(point.index - index) <= 5) }
      #expect(ChangePoint.find(in: noise, minimumLength: 75, level: 1e-3).isEmpty, "seed \(seed)")
    }
  }

  @Test("Seeded intervals lie within the series, and every place is well inside one of each length")
  func intervals() {
    let intervals = ChangePoint.seededIntervals(count: 1000, minimumLength: 60)
    #expect(intervals.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= 1000 && $0.count >= 60 })
    for index in stride(from: 60, to: 940, by: 7) {
      #expect(intervals.contains { $0.count < 100 && $0.contains(index - 15) && $0.contains(index + 15) }, "\(index)")
    }
    #expect(ChangePoint.seededIntervals(count: 10, minimumLength: 60).isEmpty)
  }

  @Test(
    "A first-order process with coefficient a has an integrated time of (1 + a) / (1 − a), with steps in it or without")
  func integratedTime() {
    for (coefficient, expected) in [(0.0, 1.0), (0.5, 3.0), (0.8, 9.0)] {
      let noise = correlated(coefficient, count: 8000, seed: 1)
      #expect(abs(Autocorrelation.integratedTime(noise) / expected - 1) < 0.25)
      #expect(abs(Autocorrelation.noiseTime(noise.enumerated().map { $1 + ($0 > 3000 ? 50 : 0) }) / expected - 1) < 0.3)
    }
  }

  @Test("Narrow levels are peaks; one skewed hill with a long tail is one")
  func peaks() {
    var random = SplitMix64(seed: 1)
    func histogram(_ sample: () -> Double) -> HistogramPeaks {
      var counts = Array(repeating: 0.0, count: 1000)
      for _ in 0..<20_000 { counts[min(999, max(0, Int(sample() * 100)))] += 1 }
      return HistogramPeaks(counts: counts, widths: Array(repeating: 0.01, count: 1000), minimumWidth: 0.02)
    }
    let levels = histogram {
      let level = [2.0, 3.0, 5.0][[0, 0, 1, 1, 1, 2][Int.random(in: 0..<6, using: &random)]]
      return level + 0.03 * normal(&random)
    }
    #expect(levels.peaks.count == 3)
    for (peak, share) in zip(levels.peaks, [2.0 / 6, 3.0 / 6, 1.0 / 6]) { #expect(abs(peak.share - share) < 0.02) }
    #expect(histogram { exp(0.5 * normal(&random)) }.peaks.count == 1)
    #expect(HistogramPeaks(counts: [0, 0], widths: [1, 1], minimumWidth: 1).peaks.isEmpty)
  }

  @Test("Regular events are distinguished from independent ones, even with others between them")
  func regularIntervals() throws {
    var random = SplitMix64(seed: 1)
    func uniform() -> Double { Double.random(in: 0..<1, using: &random) }
    let regular = (0..<300).map { 10 * Double($0) + 0.1 * uniform() }
    let independent = (0..<300).map { _ in 3000 * uniform() }.sorted()
    let both = (regular + independent.prefix(60)).sorted()
    for times in [regular, both] {
      let found = try #require(RegularIntervals(times: times, shortest: 0.1))
      #expect(abs(found.period - 10) < 0.1 && found.p < 1e-9, "\(found)")
    }
    #expect(try #require(RegularIntervals(times: independent, shortest: 0.1)).p > 0.01)
    #expect(RegularIntervals(times: [1, 2, 3], shortest: 0) == nil)
  }

  @Test("Every duration lies in its bin, and bins follow each other")
  func bins() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<10_000 {
      let duration = random.next() >> UInt64.random(in: 0..<64, using: &random)
      let bin = LatencyBins.index(duration)
      #expect(LatencyBins.lowest(bin) <= duration && duration <= LatencyBins.highest(bin))
    }
    #expect(LatencyBins.index(.max) == LatencyBins.count - 1)
    for bin in stride(from: 0, to: LatencyBins.count - 1, by: 97) {
      #expect(LatencyBins.highest(bin) + 1 == LatencyBins.lowest(bin + 1))
    }
  }

  private func correlated(_ coefficient: Double, count: Int, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    var state = 0.0
    return (0..<count).map { _ in
      state = coefficient * state + (1 - coefficient * coefficient).squareRoot() * normal(&random)
      return state
    }
  }

  private func normal(_ random: inout SplitMix64) -> Double {
    let (u, v) = (Double.random(in: 0..<1, using: &random), Double.random(in: 0..<1, using: &random))
    return (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v)
  }
}
