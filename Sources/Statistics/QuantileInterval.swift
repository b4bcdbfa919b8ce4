import Glibc

/// Distribution-free statements about quantiles, from order statistics and the binomial distribution
/// (Conover, *Practical Nonparametric Statistics*, 3rd ed., section 3.2).
public enum QuantileInterval {
  /// Ranks (0-based) of the two order statistics between which the quantile lies with at least the given confidence.
  ///
  /// - Returns: `nil` if the sample is too small for such an interval.
  public static func ranks(probability: Double, count: Int, confidence: Double = 0.95) -> (lower: Int, upper: Int)? {
    let tail = (1 - confidence) / 2
    // The quantile lies at or above the k-th smallest of n unless fewer than k values lie below it: X ~ B(n, p), P(X < k) ≤ tail.
    let lower = binomialQuantile(tail, count: count, probability: probability)
    let upper = binomialQuantile(1 - tail, count: count, probability: probability) + 1
    guard lower >= 1, upper <= count else { return nil }
    return (lower - 1, upper - 1)
  }

  /// The smallest sample in which at least two values lie above the quantile with 95 % probability, so that its estimate is not just
  /// the maximum: 8 for the median, 46 for p90, 93 for p95, 473 for p99, 4742 for p99.9.
  public static func minimumCount(probability: Double) -> Int {
    func chanceOfFewerThanTwo(_ n: Int) -> Double {
      pow(probability, Double(n - 1)) * (probability + Double(n) * (1 - probability))
    }
    var low = 1
    var high = 2
    while chanceOfFewerThanTwo(high) > 0.05 { high *= 2 }
    while low < high {
      let middle = (low + high) / 2
      if chanceOfFewerThanTwo(middle) <= 0.05 { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The smallest k with P(X ≤ k) ≥ `level` for X ~ B(count, probability).
  static func binomialQuantile(_ level: Double, count: Int, probability: Double) -> Int {
    let n = Double(count)
    let mean = n * probability
    let deviation = (mean * (1 - probability)).squareRoot()
    // Below ten deviations under the mean there is nothing to add up.
    var k = max(0, Int(mean - 10 * deviation) - 1)
    var cumulative = 0.0
    while k < count {
      let x = Double(k)
      let logOfProduct: Double = x * log(probability) + (n - x) * log1p(-probability)
      cumulative += exp(logBinomialCoefficient(n, x) + logOfProduct)
      if cumulative >= level { return k }
      k += 1
    }
    return count
  }
}
