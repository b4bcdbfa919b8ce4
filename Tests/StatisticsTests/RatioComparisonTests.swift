import AssayCore
import Foundation
import Statistics
import Testing

@Suite("Two sides are compared by the ratio of their medians")
struct RatioComparisonTests {
  @Test(
    "The medians are those of all durations, the interval holds the truth and hardly depends on the seed"
  )
  func stored() throws {
    let a = run(1001, around: 5e6, seed: 1)
    let b = run(1500, around: 5.5e6, seed: 2)
    let comparison = try #require(RatioComparison(runA: a, runB: b))
    #expect(comparison.medianA == Quantiles.median(a.map { Double($0) }))
    #expect(comparison.medianB == Quantiles.median(b.map { Double($0) }))
    let interval = try #require(comparison.interval)
    #expect(interval.contains(1.1) && interval.upperBound - interval.lowerBound < 0.03, "\(interval)")
    #expect(comparison.verdict == .slower)
    let other = try #require(RatioComparison(runA: a, runB: b, seed: 2)?.interval)
    #expect(abs(other.lowerBound - interval.lowerBound) < 0.002 && other != interval, "\(other), \(interval)")
  }

  @Test("To exchange the sides inverts ratio and verdict")
  func exchange() throws {
    let a = run(1000, around: 5e6, seed: 1)
    let b = run(1000, around: 5.5e6, seed: 2)
    let there = try #require(RatioComparison(runA: a, runB: b))
    let back = try #require(RatioComparison(runA: b, runB: a))
    #expect(abs(there.ratio * back.ratio - 1) < 1e-12)
    #expect(there.verdict == .slower && back.verdict == .faster)
  }

  @Test("Drift that both sides share is no noise of their ratio when blocks are interleaved")
  func drift() throws {
    let pairs = (0..<20).map { block in
      let level = 5e6 * (1 + 0.5 * Double(block) / 20)
      return (
        a: run(40, around: level, seed: UInt64(block)), b: run(40, around: 1.05 * level, seed: UInt64(100 + block))
      )
    }
    let live = try #require(RatioComparison(pairs: pairs))
    #expect(live.interval?.contains(1.05) == true && live.verdict == .slower, "\(live)")
    let stored = try #require(RatioComparison(runA: pairs.flatMap(\.a), runB: pairs.flatMap(\.b)))
    #expect(stored.verdict == .notEnoughData, "\(stored)")
  }

  @Test("The same runs are the same within noise, and too few blocks are not enough")
  func sameAndFew() throws {
    let a = run(4000, around: 5e6, seed: 1)
    #expect(RatioComparison(runA: a, runB: run(4000, around: 5e6, seed: 2))?.verdict == .sameWithinNoise)
    let few = try #require(RatioComparison(runA: [5, 6, 7], runB: a))
    #expect(few.interval == nil && few.verdict == .notEnoughData && few.medianA == 6)
    let sevenPairs = Array(repeating: (a: a, b: a), count: 7)
    #expect(RatioComparison(pairs: sevenPairs)?.interval == nil)
  }

  @Test("No durations have no ratio; durations of zero and of centuries give finite numbers")
  func badInput() throws {
    #expect(RatioComparison(runA: [], runB: [1]) == nil)
    #expect(RatioComparison(pairs: []) == nil)
    #expect(RatioComparison(pairs: [(a: [1], b: [])]) == nil)
    let zeros = try #require(
      RatioComparison(runA: Array(repeating: 0, count: 100), runB: Array(repeating: 0, count: 100)))
    #expect(zeros.ratio == 1 && zeros.interval == 1...1 && zeros.verdict == .sameWithinNoise)
    let ages = try #require(
      RatioComparison(runA: Array(repeating: .max, count: 100), runB: Array(repeating: 1, count: 100)))
    #expect(ages.ratio > 0 && ages.interval?.upperBound.isFinite == true && ages.verdict == .faster)
  }

  @Test(
    "The verdict follows from ratio, intervals and margin",
    arguments: [
      (1.05, 1.02...1.08, 1.01...1.09, Verdict.slower), (0.95, 0.93...0.98, 0.92...0.99, .faster),
      (1.0, 0.995...1.005, 0.98...1.02, .sameWithinNoise), (1.005, 1.002...1.008, 1.001...1.02, .sameWithinNoise),
      (1.008, 1.002...1.015, 1.001...1.02, .notEnoughData), (1.05, 1.01...1.09, 0.99...1.11, .notEnoughData),
      (0.98, 0.95...1.01, 0.94...1.02, .notEnoughData),
    ])
  func verdict(ratio: Double, interval: ClosedRange<Double>, wide: ClosedRange<Double>, expected: Verdict) {
    #expect(Verdict(ratio: ratio, interval: interval, wideInterval: wide, margin: 0.01) == expected)
    #expect(Verdict(ratio: ratio, interval: nil, wideInterval: nil, margin: 0.01) == .notEnoughData)
  }

  /// Log-normal durations of 5 % spread.
  private func run(_ count: Int, around median: Double, seed: UInt64) -> [UInt64] {
    var random = SplitMix64(seed: SplitMix64.mix(seed))
    return (0..<count).map { _ in
      let z = NormalDistribution.quantile(Double.random(in: 0.0001..<0.9999, using: &random))
      return UInt64(median * exp(0.05 * z))
    }
  }
}
