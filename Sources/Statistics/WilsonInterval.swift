/// Wilson's score interval for a share (Wilson 1927, equation 4).
public enum WilsonInterval {
  /// The 97.5 % point of the standard normal distribution.
  private static let z = 1.959963984540054

  /// The 95 % interval of `successes / count`; `nil` without trials.
  public static func interval(successes: Int, count: Int) -> ClosedRange<Double>? {
    guard count > 0 else { return nil }
    let n = Double(count)
    let share = Double(successes) / n
    let centre = share + z * z / (2 * n)
    let reach = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    return max(0, (centre - reach) / scale)...min(1, (centre + reach) / scale)
  }
}
