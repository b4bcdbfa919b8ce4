import Statistics

/// MLPerf's early stopping: how many of the slowest queries a percentile may leave out for its estimate to be an upper bound with 99 %
/// confidence (Inference Rules, appendix "Early Stopping").
///
/// Of `n` queries, let `t` exceed the percentile `p` of their distribution. Were it the true percentile, `t` would be binomial with probability
/// 1 − p. As soon as so few would be a surprise at 1 − confidence, the bound holds.
public enum EarlyStopping {
  public static let confidence = 0.99

  /// How many queries are enough when `late` of them are above the bound.
  ///
  /// - Parameter percentile: as a share, above 0 and below 1.
  public static func queriesNeeded(late: Int, percentile: Double) -> Int {
    var low = late
    var high = late + 1
    while !isSurprise(late: late, of: high, percentile) { (low, high) = (high, high * 2) }
    // `low` is not enough, unless it is the number of late queries; `high` is.
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if isSurprise(late: late, of: middle, percentile) { high = middle } else { low = middle }
    }
    return high
  }

  /// How many of the slowest queries are discarded for the estimate, which is the latency of the next slower one that stays. `nil` where the
  /// queries are too few for any.
  public static func discarded(of queries: Int, percentile: Double) -> Int? {
    guard isSurprise(late: 1, of: queries, percentile) else { return nil }
    var low = 1
    var high = queries
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if isSurprise(late: middle, of: queries, percentile) { low = middle } else { high = middle }
    }
    return low - 1
  }

  /// Whether so few late queries are less likely than 1 − confidence, if the true percentile is at the bound.
  private static func isSurprise(late: Int, of queries: Int, _ percentile: Double) -> Bool {
    guard queries > late else { return false }
    return BinomialDistribution.cumulative(late, of: queries, probability: 1 - percentile) < 1 - confidence
  }
}
