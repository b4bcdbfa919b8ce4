import Glibc

/// Two answers to the same questions, right or wrong: whether one side is right more often (McNemar 1947).
public struct McNemar: Hashable, Sendable {
  /// Questions that both, only the first, only the second, and neither answered right.
  public let both: Int
  public let onlyFirst: Int
  public let onlySecond: Int
  public let neither: Int

  public init(both: Int, onlyFirst: Int, onlySecond: Int, neither: Int) {
    self.both = both
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
    self.neither = neither
  }

  public var count: Int { both + onlyFirst + onlySecond + neither }

  /// The share that the second answered right less that of the first; `nil` without questions.
  public var difference: Double? {
    count > 0 ? Double(onlySecond - onlyFirst) / Double(count) : nil
  }

  /// How often chance alone would make the two differ by at least this much, in either direction.
  public var pValue: Double { Self.exactPValue(onlyFirst, onlySecond) }

  /// The two-sided p-value of the exact test: each question that only one side answered right fell to either with even odds.
  public static func exactPValue(_ onlyFirst: Int, _ onlySecond: Int) -> Double {
    let n = Double(onlyFirst + onlySecond)
    var tail = 0.0
    // From the largest term down, until what is left no longer counts.
    for k in stride(from: min(onlyFirst, onlySecond), through: 0, by: -1) {
      let x = Double(k)
      let term = exp(lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) - n * log(2))
      tail += term
      if term < tail * 1e-17 { break }
    }
    return min(1, 2 * tail)
  }

  /// The 95 % interval of `difference`: the Wilson intervals of both shares, combined with the correlation between them
  /// (Newcombe 1998, "Improved confidence intervals for the difference between binomial proportions based on paired data", method 10).
  ///
  /// - Returns: `nil` without questions.
  public var interval: ClosedRange<Double>? {
    guard let difference, let first = WilsonInterval.interval(successes: both + onlyFirst, count: count),
      let second = WilsonInterval.interval(successes: both + onlySecond, count: count)
    else { return nil }
    let firstShare = Double(both + onlyFirst) / Double(count)
    let secondShare = Double(both + onlySecond) / Double(count)
    func reach(_ one: Double, _ other: Double) -> Double {
      max(0, one * one - 2 * correlation * one * other + other * other).squareRoot()
    }
    let below = reach(secondShare - second.lowerBound, first.upperBound - firstShare)
    let above = reach(second.upperBound - secondShare, firstShare - first.lowerBound)
    return max(-1, difference - below)...min(1, difference + above)
  }

  /// Newcombe's φ, with his continuity correction where it is positive.
  private var correlation: Double {
    let (a, b, c, d) = (Double(both), Double(onlyFirst), Double(onlySecond), Double(neither))
    let denominator = (a + b) * (c + d) * (a + c) * (b + d)
    guard denominator > 0 else { return 0 }
    let product = a * d - b * c
    return (product > 0 ? max(0, product - Double(count) / 2) : product) / denominator.squareRoot()
  }
}
