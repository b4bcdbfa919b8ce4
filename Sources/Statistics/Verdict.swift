public import AssayCore

extension Verdict {
  /// The rule. The 95 % interval within 1 ± `margin` is `sameWithinNoise`, be it beside 1 or not: so small a difference comes from the layout of
  /// memory and the like. Otherwise B is `faster` or `slower` where the 99 % interval leaves out 1 and the estimate is beyond the margin: a verdict
  /// may fail a build, so it asks for more than the interval that is shown. All else, and no interval, is `notEnoughData`.
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
