public import AssayCore

extension Gate {
  /// Decides about a slowdown.
  ///
  /// - FAIL: the ratio is above the limit, and the 99 % interval above 1. That the whole interval be above the limit is not required, because
  ///   a slowdown of slightly more than the limit would then hardly ever be found.
  /// - PASS: the ratio is within the limit, and a slowdown of the limit could have been seen, or the whole interval is within the limit.
  /// - UNSURE: everything else, and a slowdown of runs of different times whose fastest inference is slower by less than half as much: slower
  ///   code is slower in every inference, a busy machine in most.
  ///
  /// - Parameters:
  ///   - limit: 0.05 for 5 %.
  ///   - comparison: with the interval that decides.
  public init(limit: Double, _ comparison: CellComparison) {
    let ratio = comparison.ratio
    guard let interval = comparison.wideInterval, let low = interval.first, let high = interval.last, low > 0 else {
      self.init(
        limit: limit, ratio: ratio, interval: nil, detectable: nil, outcome: .unsure, doubt: .noInterval)
      return
    }
    let detectable = max(0, ratio / low - 1)
    // The square root is half of the slowdown on a logarithmic scale.
    let isFastAtTimes = comparison.runSpread?.fastestRatio.map { $0 < ratio.squareRoot() } ?? false
    let outcome: Outcome =
      if ratio > 1 + limit {
        low > 1 && !isFastAtTimes ? .fail : .unsure
      } else {
        detectable <= limit || high <= 1 + limit ? .pass : .unsure
      }
    let isAssumed = comparison.runSpread.map { $0.deviation == nil } ?? false
    let doubt: Doubt = ratio > 1 + limit && low > 1 ? .fastestUnchanged : isAssumed ? .fewEarlierRuns : .wideInterval
    self.init(
      limit: limit, ratio: ratio, interval: interval, detectable: detectable, outcome: outcome,
      doubt: outcome == .unsure ? doubt : nil)
  }
}
