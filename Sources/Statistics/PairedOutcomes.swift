import Glibc

/// How two classifiers did on the same images, counted for McNemar's test and the difference of their accuracies.
public struct PairedOutcomes: Hashable, Sendable {
  /// Images that both got right.
  public let both: Int
  /// Images that A got right and B did not.
  public let onlyA: Int
  /// Images that B got right and A did not.
  public let onlyB: Int
  /// Images that neither got right.
  public let neither: Int

  /// Negative counts count as zero.
  public init(both: Int, onlyA: Int, onlyB: Int, neither: Int) {
    self.both = max(0, both)
    self.onlyA = max(0, onlyA)
    self.onlyB = max(0, onlyB)
    self.neither = max(0, neither)
  }

  public var count: Int { both + onlyA + onlyB + neither }

  /// The accuracy of B less that of A, as a fraction; `nil` without images.
  public var difference: Double? {
    count > 0 ? Double(onlyB - onlyA) / Double(count) : nil
  }

  /// The 95 % interval of `difference`; `nil` without images. Wilson's intervals of both accuracies, joined by the correlation of the outcomes
  /// (Newcombe 1998, *Improved confidence intervals for the difference between binomial proportions based on paired data*, method 10).
  public var differenceInterval: ClosedRange<Double>? {
    guard let a = WilsonInterval.interval(successes: both + onlyA, count: count),
      let b = WilsonInterval.interval(successes: both + onlyB, count: count)
    else { return nil }
    let shareA = Double(both + onlyA) / Double(count)
    let shareB = Double(both + onlyB) / Double(count)
    func reach(_ left: Double, _ right: Double) -> Double {
      max(0, left * left - 2 * correlation * left * right + right * right).squareRoot()
    }
    let difference = Double(onlyB - onlyA) / Double(count)
    // At a share of 0 or 1 a bound may lie an ulp on the wrong side of it.
    let lower = difference - reach(max(0, shareB - b.lowerBound), max(0, a.upperBound - shareA))
    let upper = difference + reach(max(0, b.upperBound - shareB), max(0, shareA - a.lowerBound))
    return max(-1, lower)...min(1, upper)
  }

  /// The two-sided mid-p value of McNemar's exact test that both are right equally often (Fagerland, Lydersen and Laake 2013,
  /// *The McNemar test for binary matched-pairs data: mid-p and asymptotic are better than exact conditional*). 1 if the outcomes never differ.
  public var midP: Double {
    let discordant = onlyA + onlyB
    guard onlyA != onlyB else { return 1 }
    let n = Double(discordant)
    let fewer = min(onlyA, onlyB)
    // P(X ≤ fewer) for X ~ B(n, 1/2) by the ratios of neighbouring terms, downwards from the largest.
    let last = exp(logBinomialCoefficient(n, Double(fewer)) - n * log(2))
    var term = last
    var cumulative = last
    var k = fewer
    while k > 0, term > cumulative * 1e-18 {
      term *= Double(k) / Double(discordant - k + 1)
      cumulative += term
      k -= 1
    }
    return min(1, 2 * cumulative - last)
  }

  /// The correlation of the outcomes, towards zero by Newcombe's correction if it is positive; zero if one side is always or never right.
  private var correlation: Double {
    let product = Double(both + onlyA) * Double(onlyB + neither) * Double(both + onlyB) * Double(onlyA + neither)
    guard product > 0 else { return 0 }
    let covariance = Double(both) * Double(neither) - Double(onlyA) * Double(onlyB)
    let corrected = covariance > 0 ? max(0, covariance - Double(count) / 2) : covariance
    return corrected / product.squareRoot()
  }
}
