import Glibc

/// The test of Shao and Zhang 2010 (*Testing for change points in time series*, section 2.1) that the mean of a series does not change.
///
/// The difference before and after each place is measured by how far the partial sums stray within both sides. So it holds for autocorrelated
/// series without an estimate of their long-run variance, and a slow drift, which strays on both sides too, does not pass for a sudden change.
public struct SelfNormalizedTest: Hashable, Sendable {
  /// The first element after the most likely change.
  public let index: Int
  public let statistic: Double

  /// `nil` for fewer than four values, or if all are equal.
  public init?(_ values: some Collection<Double>) {
    let n = values.count
    guard n >= 4 else { return nil }
    let mean = values.reduce(0, +) / Double(n)
    let centered = values.map { $0 - mean }
    guard centered.contains(where: { $0 != 0 }) else { return nil }
    let before = Self.wandering(centered)
    let after = Self.wandering(centered.reversed())
    var best = (index: 1, statistic: 0.0)
    for k in 1..<n {
      let difference = before[k - 1].sum * before[k - 1].sum * Double(n)
      // Two sides that do not vary at all leave rounding errors alone.
      let strayed = max(before[k - 1].strayed + after[n - k - 1].strayed, difference * 1e-12)
      if strayed > 0, difference / strayed > best.statistic { best = (k, difference / strayed) }
    }
    index = best.index
    statistic = best.statistic
  }

  /// The chance of such a statistic if nothing changed, at most 1. The tail of the limiting distribution, as simulated
  /// (`Fixtures/self_normalized.py`), falls by a power of ten with every 2.7 of the statistic's root; extended that way, it also holds for small chances.
  public var p: Double { Self.p(statistic) }

  static func p(_ statistic: Double) -> Double { min(1, pow(10, -(statistic.squareRoot() - 2.9) / 2.7)) }

  /// For each prefix its sum, and the sum of squared distances of its partial sums from the straight line to that sum.
  private static func wandering(_ values: [Double]) -> [(sum: Double, strayed: Double)] {
    var sum = 0.0
    var (sumSquares, products, squares) = (0.0, 0.0, 0.0)
    return values.enumerated().map { index, value in
      let t = Double(index + 1)
      sum += value
      sumSquares += sum * sum
      products += sum * t
      squares += t * t
      let slope = sum / t
      return (sum, max(0, sumSquares - 2 * slope * products + slope * slope * squares))
    }
  }
}
