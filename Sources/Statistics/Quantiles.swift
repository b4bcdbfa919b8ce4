/// Quantiles of values in memory, by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, the default of numpy and R).
public enum Quantiles {
  /// The quantile of ascending values at a probability within 0 … 1; `nil` without values.
  public static func quantile(_ probability: Double, ofSorted values: [Double]) -> Double? {
    guard let last = values.indices.last else { return nil }
    let position = min(max(0, probability), 1) * Double(last)
    let low = values[Int(position)]
    let high = values[min(Int(position) + 1, last)]
    return low + (position - position.rounded(.down)) * (high - low)
  }

  /// The median of values in any order; `nil` without values.
  public static func median(_ values: some Sequence<Double>) -> Double? {
    quantile(0.5, ofSorted: values.sorted())
  }
}
