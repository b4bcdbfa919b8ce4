/// Values that stand far from the others. They are reported, never dropped.
public struct Outliers: Hashable, Sendable {
  /// Beyond the quartiles by more than 1.5 interquartile ranges (Tukey 1977).
  public let tukey: Int
  /// Farther from the median than 10 standard deviations as the median absolute deviation estimates them (hyperfine's rule:
  /// 1.4826 × MAD estimates the deviation of a normal sample).
  public let extreme: Int
}

extension DurationDistribution {
  public mutating func outliers() -> Outliers {
    guard count > 0 else { return Outliers(tukey: 0, extreme: 0) }
    let quartiles = quantiles([0.25, 0.5, 0.75])
    let fence = 1.5 * (quartiles[2] - quartiles[0])
    let reach = 10 * 1.4826 * medianAbsoluteDeviation(around: quartiles[1])
    return Outliers(
      tukey: count - count(within: quartiles[0] - fence, quartiles[2] + fence),
      extreme: count - count(within: quartiles[1] - reach, quartiles[1] + reach))
  }

  /// The half-width, in whole nanoseconds, of the narrowest interval around `centre` that holds half of the durations.
  func medianAbsoluteDeviation(around centre: Double) -> Double {
    var low = 0.0
    var high = max(centre, 1)
    while count(within: centre - high, centre + high) * 2 < count { high *= 2 }
    while high - low > 0.5 {
      let middle = (low + high) / 2
      if count(within: centre - middle, centre + middle) * 2 >= count { high = middle } else { low = middle }
    }
    return high
  }

  private func count(within lower: Double, _ upper: Double) -> Int {
    guard upper >= 0 else { return 0 }
    return count(from: Self.nanoseconds(lower.rounded(.up)), through: Self.nanoseconds(upper.rounded(.down)))
  }

  /// The nearest value that a duration in nanoseconds can have.
  public static func nanoseconds(_ value: Double) -> UInt64 { value < 0x1p64 ? UInt64(max(0, value)) : .max }

  /// Counts in `binCount` bins of equal width over `range`, in nanoseconds. Values below it count in the first bin; those above are `overflow`.
  public func histogram(binCount: Int, over range: ClosedRange<Double>) -> (counts: [Int], overflow: Int) {
    let width = max(range.upperBound - range.lowerBound, 1) / Double(binCount)
    let edges = (0...binCount).map { Self.nanoseconds((range.lowerBound + Double($0) * width).rounded(.up)) }
    // The upper bound itself belongs to the last bin.
    let end = max(Self.nanoseconds(range.upperBound.rounded(.down)), max(edges[binCount], 1) - 1)
    let counts = (0..<binCount).map { bin in
      count(from: bin == 0 ? 0 : edges[bin], through: bin == binCount - 1 ? end : max(edges[bin + 1], 1) - 1)
    }
    return (counts, count - counts.reduce(0, +))
  }
}
