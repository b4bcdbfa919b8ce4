public import AssayCore
import Glibc

/// The ratio of the median latencies of B and A, with a 95 % interval that holds under drift and autocorrelation.
///
/// The interval is the bootstrap's, with whole blocks of neighbouring inferences resampled, since neighbours are not independent (Künsch 1989).
/// Its ends are percentiles by Student's t distribution instead of the normal one, because few blocks say less about their spread than
/// many (the expanded percentile interval of Hesterberg 2015, *What teachers should know about the bootstrap*, section 3.3).
public struct RatioComparison: Hashable, Sendable {
  /// Smaller differences are noise, by default.
  public static let defaultMargin = 0.01
  /// With fewer blocks, or pairs of blocks, there is no interval.
  public static let minimumBlockCount = 8

  /// In nanoseconds. A median of zero counts as 1 ns, the resolution of the clock.
  public let medianA: Double
  public let medianB: Double
  /// The 95 % interval of `ratio`; `nil` with too few blocks.
  public let interval: ClosedRange<Double>?
  /// The 99 % interval of `ratio`, on which the verdict rests; `nil` with too few blocks.
  public let wideInterval: ClosedRange<Double>?
  public let verdict: Verdict

  /// Above 1 where B is slower.
  public var ratio: Double { medianB / medianA }

  /// Compares live cells: each pair is a block of A and a block of B, in nanoseconds, measured one right after the other, so that what changes on
  /// the machine changes both. Pairs are resampled.
  ///
  /// Pairs with an empty block are left out; `nil` if none is left.
  public init?(pairs: [(a: [UInt64], b: [UInt64])], margin: Double = defaultMargin, seed: UInt64 = 1) {
    let whole = pairs.filter { !$0.a.isEmpty && !$0.b.isEmpty }
    guard let a = BlockedDurations(sortedBlocks: whole.map { $0.a.sorted() }),
      let b = BlockedDurations(sortedBlocks: whole.map { $0.b.sorted() })
    else { return nil }
    self.init(a, b, margin: margin, seed: seed) { random in
      let weights = Self.weights(count: whole.count, &random)
      return (weights, weights)
    }
  }

  /// Compares stored runs, each the durations of its inferences in nanoseconds, in time order. Each is cut into long blocks, which are resampled
  /// on their own; `nil` if a run is empty.
  public init?(runA: [UInt64], runB: [UInt64], margin: Double = defaultMargin, seed: UInt64 = 1) {
    guard let a = BlockedDurations(sortedBlocks: Self.blocks(of: runA)),
      let b = BlockedDurations(sortedBlocks: Self.blocks(of: runB))
    else { return nil }
    self.init(a, b, margin: margin, seed: seed) { random in
      (Self.weights(count: a.blockCount, &random), Self.weights(count: b.blockCount, &random))
    }
  }

  private init(
    _ a: BlockedDurations, _ b: BlockedDurations, margin: Double, seed: UInt64,
    weights: (inout SplitMix64) -> (a: [Int], b: [Int])
  ) {
    medianA = max(1, a.median)
    medianB = max(1, b.median)
    let blockCount = min(a.blockCount, b.blockCount)
    if blockCount >= Self.minimumBlockCount {
      var random = SplitMix64(seed: seed)
      let ratios = (0..<Self.resampleCount).map { _ in
        let (weightsA, weightsB) = weights(&random)
        return max(1, b.median(weights: weightsB)) / max(1, a.median(weights: weightsA))
      }.sorted()
      interval = Self.interval(ofSortedRatios: ratios, blockCount: blockCount, confidence: 0.95)
      wideInterval = Self.interval(ofSortedRatios: ratios, blockCount: blockCount, confidence: 0.99)
    } else {
      interval = nil
      wideInterval = nil
    }
    verdict = Verdict(ratio: medianB / medianA, interval: interval, wideInterval: wideInterval, margin: margin)
  }

  /// The same medians with other intervals, and the verdict that follows.
  init(
    _ comparison: RatioComparison, interval: ClosedRange<Double>?, wideInterval: ClosedRange<Double>?, margin: Double
  ) {
    medianA = comparison.medianA
    medianB = comparison.medianB
    self.interval = interval
    self.wideInterval = wideInterval
    verdict = Verdict(ratio: comparison.ratio, interval: interval, wideInterval: wideInterval, margin: margin)
  }

  private static let resampleCount = 2000

  /// How often each of `count` blocks occurs in a resample of as many.
  private static func weights(count: Int, _ random: inout SplitMix64) -> [Int] {
    var weights = Array(repeating: 0, count: count)
    for _ in 0..<count { weights[Int.random(in: 0..<count, using: &random)] += 1 }
    return weights
  }

  private static func interval(
    ofSortedRatios ratios: [Double], blockCount: Int, confidence: Double
  ) -> ClosedRange<Double> {
    let n = Double(blockCount)
    let reach = (n / (n - 1)).squareRoot() * StudentDistribution.quantile((1 + confidence) / 2, degrees: n - 1)
    let tail = NormalDistribution.cumulative(-reach)
    let lower = Quantiles.quantile(tail, ofSorted: ratios) ?? 0
    let upper = Quantiles.quantile(1 - tail, ofSorted: ratios) ?? .infinity
    return lower...upper
  }

  /// Consecutive blocks of nearly equal size, each sorted: 20 of them, of at least 50 inferences. Fewer than 1000 inferences make
  /// blocks of 50, but at least ten.
  private static func blocks(of run: [UInt64]) -> [[UInt64]] {
    let count = min(run.count, max(10, min(20, run.count / 50)))
    return (0..<count).map { run[(run.count * $0 / count)..<(run.count * ($0 + 1) / count)].sorted() }
  }
}
