public import AssayCore

extension Verdict {
  /// The rule. The 95 % interval within 1 ± `margin` is `sameWithinNoise`, whether it contains 1 or not: memory layout
  /// alone can make so small a difference. Otherwise B is `faster` or `slower` if the 99 % interval excludes 1 and the estimate is beyond the
  /// margin: a verdict may fail a build, so it needs more than the interval that is shown. Everything else, and no interval, is `notEnoughData`.
  public init(ratio: Double, interval: ClosedRange<Double>?, wideInterval: ClosedRange<Double>?, margin: Double) {
    guard let interval, let wideInterval else {
      self = .notEnoughData
      return
    }
    if interval.lowerBound >= 1 - margin, interval.upperBound <= 1 + margin {
      self = .sameWithinNoise
    } else if wideInterval.lowerBound > 1, ratio >= 1 + margin {
      self = .slower
    } else if wideInterval.upperBound < 1, ratio <= 1 - margin {
      self = .faster
    } else {
      self = .notEnoughData
    }
  }
}
