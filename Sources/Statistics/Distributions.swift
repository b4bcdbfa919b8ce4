import Glibc

/// The standard normal distribution.
public enum NormalDistribution {
  /// P(X ≤ x), by the C library's complementary error function, which is good to a unit in the last place.
  public static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// The x with P(X ≤ x) = `probability`, which lies within 0 … 1; ±40 at its ends, beyond which a `Double` holds no probability.
  public static func quantile(_ probability: Double) -> Double {
    // The lower tail holds more digits.
    probability > 0.5 ? -quantile(1 - probability) : increasingRoot(in: -40...0) { cumulative($0) - probability }
  }
}

/// Student's t distribution, to 1e-12 of a probability or quantile for up to 1000 degrees of freedom.
public enum StudentDistribution {
  /// P(T ≤ t) with `degrees` > 0 of freedom (Abramowitz and Stegun 26.7.1).
  public static func cumulative(_ t: Double, degrees: Double) -> Double {
    let sum = degrees + t * t
    let tail = 0.5 * regularizedBeta(degrees / sum, complement: t * t / sum, degrees / 2, 0.5)
    return t > 0 ? 1 - tail : tail
  }

  /// The t with P(T ≤ t) = `probability`, within ±10^8.
  public static func quantile(_ probability: Double, degrees: Double) -> Double {
    probability > 0.5
      ? -quantile(1 - probability, degrees: degrees)
      : increasingRoot(in: -1e8...0) { cumulative($0, degrees: degrees) - probability }
  }
}

/// The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22) in Lentz's method as Thompson and Barnett 1986
/// changed it. `complement` is 1 − x, which near 1 holds digits that x does not.
private func regularizedBeta(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
  guard x > 0 else { return 0 }
  guard complement > 0 else { return 1 }
  // The fraction converges fast below the mean alone.
  guard x <= (a + 1) / (a + b + 2) else { return 1 - regularizedBeta(complement, complement: x, b, a) }
  let logX = x < 0.5 ? log(x) : log1p(-complement)
  let logComplement = x < 0.5 ? log1p(-x) : log(complement)
  let gammas = a > b ? logGammaRise(a, by: b) - lgamma(b) : logGammaRise(b, by: a) - lgamma(a)
  let factor = exp(gammas + a * logX + b * logComplement) / a
  func awayFromZero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
  var c = 1.0
  var d = 1 / awayFromZero(1 - (a + b) * x / (a + 1))
  var fraction = d
  for step in 1...10_000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / awayFromZero(1 + even * d)
    c = awayFromZero(1 + even / c)
    fraction *= c * d
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / awayFromZero(1 + odd * d)
    c = awayFromZero(1 + odd / c)
    fraction *= c * d
    if abs(c * d - 1) < 1e-16 { break }
  }
  return factor * fraction
}

/// ln Γ(x + rise) − ln Γ(x), without the cancellation that large x brings (Stirling's series, DLMF 5.11.1).
private func logGammaRise(_ x: Double, by rise: Double) -> Double {
  guard x > 20 else { return lgamma(x + rise) - lgamma(x) }
  func remainder(_ z: Double) -> Double {
    let w = 1 / (z * z)
    return (1.0 / 12 - w * (1.0 / 360 - w * (1.0 / 1260 - w / 1680))) / z
  }
  return (x + rise - 0.5) * log1p(rise / x) + rise * (log(x) - 1) + remainder(x + rise) - remainder(x)
}

/// Where an increasing function crosses zero, to the last bit, by bisection; an end of the range if it does not cross.
private func increasingRoot(in range: ClosedRange<Double>, _ function: (Double) -> Double) -> Double {
  var low = range.lowerBound
  var high = range.upperBound
  while true {
    let middle = low + (high - low) / 2
    guard low < middle, middle < high else { return high }
    if function(middle) >= 0 { high = middle } else { low = middle }
  }
}

/// The logarithm of n! / (k! (n − k)!).
func logBinomialCoefficient(_ n: Double, _ k: Double) -> Double {
  let logFactorial: (Double) -> Double = { lgamma($0 + 1) }
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}
