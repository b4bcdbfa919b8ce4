/// The difference of two shares of which each was counted on its own.
public enum ShareDifference {
  /// The 95 % interval of `second − first`, from Wilson's intervals of both (Newcombe 1998, *Interval estimation for the difference between
  /// independent proportions*, method 10). Where the same images were classified and the outcomes go together, the true interval is narrower.
  /// `nil` without trials.
  public static func interval(first: (successes: Int, count: Int), second: (successes: Int, count: Int))
    -> ClosedRange<Double>?
  {
    guard let one = WilsonInterval.interval(successes: first.successes, count: first.count),
      let other = WilsonInterval.interval(successes: second.successes, count: second.count)
    else { return nil }
    let a = Double(first.successes) / Double(first.count)
    let b = Double(second.successes) / Double(second.count)
    func reach(_ left: Double, _ right: Double) -> Double { (left * left + right * right).squareRoot() }
    let lower = b - a - reach(b - other.lowerBound, one.upperBound - a)
    let upper = b - a + reach(other.upperBound - b, a - one.lowerBound)
    return max(-1, lower)...min(1, upper)
  }
}
