import AssayCore
import Foundation
import Statistics
import Testing

@Suite("A gate rests on an interval that holds for runs of different times")
struct GateTests {
  private static func close(_ value: Double?, _ expected: Double) -> Bool {
    value.map { abs($0 - expected) < 5e-6 } ?? false
  }

  @Test("Five runs give a standard deviation with four degrees of freedom, four runs nothing")
  func variance() throws {
    let medians = [0.02, 0, 0.04, 0.01, 0.03].map { exp($0) }
    let variance = try #require(RunVariance(medians: medians))
    // The squares of ±0.02, ±0.01 and 0 add up to 0.001; divided by 4.
    #expect(Self.close(variance.deviation, 0.0158114) && variance.degrees == 4)
    #expect(RunVariance(medians: Array(medians.prefix(4))) == nil)
    #expect(RunVariance(medians: medians.prefix(4) + [0]) == nil, "A median of zero has no logarithm.")
  }

  @Test("An odd run counts in full")
  func oddRun() throws {
    let medians = [0.0, 0, 0, 0, 0, 0, 0, 0, 0, 1].map { exp($0) }
    let variance = try #require(RunVariance(medians: medians))
    #expect(Self.close(variance.deviation, 0.3162278) && variance.degrees == 9)
  }

  @Test("The variance between runs widens the intervals by Student's t, and decides again")
  func widened() throws {
    let run = Array(repeating: UInt64(1000), count: 100)
    let exact = try #require(RatioComparison(runA: run, runB: run))
    #expect(exact.wideInterval == 1...1 && exact.verdict == .sameWithinNoise)
    let variance = try #require(RunVariance(medians: [0, 0.01, 0.02, 0.03, 0.04].map { exp($0) }))
    let wide = exact.widened(by: variance.ofRatio(to: variance))
    // t of 4 degrees is 2.776445 and 4.604095, the deviation of a ratio √2 × 0.0158114.
    #expect(
      Self.close(wide.interval?.lowerBound, exp(-0.0620832)) && Self.close(wide.interval?.upperBound, exp(0.0620832)))
    #expect(Self.close(wide.wideInterval?.lowerBound, exp(-0.1029507)) && wide.verdict == .notEnoughData, "\(wide)")
    let slow = try #require(RatioComparison(runA: run, runB: run.map { $0 * 2 })).widened(by: nil)
    #expect(Self.close(slow.wideInterval?.lowerBound, 2 / 1.5) && Self.close(slow.interval?.upperBound, 3))
    #expect(slow.verdict == .slower && exact.widened(by: nil).verdict == .notEnoughData)
  }

  @Test("A reference that is unlike the other runs of its cell widens the interval by its distance")
  func drift() throws {
    let variance = try #require(RunVariance(medians: [0, 0.01, 0.02, 0.03, 0.04].map { exp($0) }))
    // The prediction interval reaches 4.604095 × 0.0158114 × √1.2 = 0.0797460 from 0.02.
    #expect(variance.drift(of: exp(0.099)) == 0 && variance.drift(of: exp(-0.059)) == 0 && variance.drift(of: 0) == 0)
    #expect(Self.close(variance.drift(of: exp(0.1)), 0.08) && Self.close(variance.drift(of: exp(-0.28)), 0.3))
    let run = Array(repeating: UInt64(1000), count: 100)
    let slower = try #require(RatioComparison(runA: run, runB: run.map { $0 * 13 / 10 }))
    let ratio = variance.ofRatio(to: variance)
    #expect(slower.widened(by: ratio).verdict == .slower)
    #expect(slower.widened(by: ratio, drift: 0.28).verdict == .notEnoughData)
    let same = try #require(RunVariance(medians: Array(repeating: 1.0, count: 9)))
    #expect(same.drift(of: 1) == 0 && same.drift(of: 1.0001) == 0)
  }

  @Test("Half widths within runs and between them add as squares")
  func squares() throws {
    var random = SplitMix64(seed: 1)
    let runs = (0..<2).map { _ in (0..<400).map { _ in UInt64.random(in: 900...1100, using: &random) } }
    let within = try #require(RatioComparison(runA: runs[0], runB: runs[1]))
    let variance = try #require(RunVariance(medians: [0, 0.01, 0.02, 0.03, 0.04].map { exp($0) }))
    let low = try #require(within.wideInterval?.lowerBound)
    let expected = (pow(log(within.ratio / low), 2) + pow(0.1029507, 2)).squareRoot()
    let found = try #require(within.widened(by: variance.ofRatio(to: variance)).wideInterval?.lowerBound)
    #expect(abs(log(within.ratio / found) - expected) < 1e-5, "\(found)")
  }

  @Test(
    "The outcome follows from limit, ratio and 99 % interval",
    arguments: [
      (0.05, 1.41, [1.35, 1.48], Gate.Outcome.fail, 0.0444444), (0.05, 1.06, [1.01, 1.11], .fail, 0.0495050),
      (0.05, 1.08, [0.99, 1.18], .unsure, 0.0909091), (0.05, 1.02, [0.99, 1.05], .pass, 0.0303030),
      (0.05, 1.02, [0.95, 1.1], .unsure, 0.0736842), (0.05, 0.5, [0.4, 0.62], .pass, 0.25),
      (0.5, 1.2, [1.15, 1.25], .pass, 0.0434783), (0, 1, [1, 1], .pass, 0),
    ])
  func outcome(limit: Double, ratio: Double, interval: [Double], expected: Gate.Outcome, detectable: Double) {
    let comparison = CellComparison(
      cell: 2, ratio: ratio, interval: interval, wideInterval: interval, verdict: .notEnoughData)
    let gate = Gate(limit: limit, comparison)
    #expect(gate.outcome == expected && Self.close(gate.detectable, detectable), "\(gate)")
    #expect(gate.doubt == (expected == .unsure ? .wideInterval : nil))
  }

  @Test("A doubt says what is missing: an interval, or earlier runs")
  func doubts() {
    var comparison = CellComparison(cell: 2, ratio: 1.2, interval: nil, wideInterval: nil, verdict: .notEnoughData)
    let none = Gate(limit: 0.05, comparison)
    #expect(none.outcome == .unsure && none.doubt == .noInterval && none.detectable == nil)
    comparison = CellComparison(
      cell: 2, ratio: 1.2, interval: [0.8, 1.8], wideInterval: [0.8, 1.8], verdict: .notEnoughData)
    comparison.runSpread = RunSpread(earlierRuns: 2, deviation: nil, assumedRatio: 1.5)
    #expect(Gate(limit: 0.05, comparison).doubt == .fewEarlierRuns)
    comparison.runSpread = RunSpread(earlierRuns: 7, deviation: 0.1, assumedRatio: nil)
    #expect(Gate(limit: 0.05, comparison).doubt == .wideInterval)
  }

  @Test("Runs of different times fail only if the fastest inference is slower, too")
  func fastest() {
    var comparison = CellComparison(
      cell: 2, ratio: 1.2, interval: [1.1, 1.3], wideInterval: [1.1, 1.3], verdict: .slower)
    comparison.runSpread = RunSpread(earlierRuns: 7, deviation: 0.1, assumedRatio: nil)
    for (ratio, outcome, doubt) in [
      (nil, Gate.Outcome.fail, Gate.Doubt?.none), (1.2, .fail, nil), (1.1, .fail, nil),
      (1.09, .unsure, .fastestUnchanged),
      (0.9, .unsure, .fastestUnchanged),
    ] {
      comparison.runSpread?.fastestRatio = ratio
      let gate = Gate(limit: 0.05, comparison)
      #expect(gate.outcome == outcome && gate.doubt == doubt, "\(gate)")
    }
  }
}
