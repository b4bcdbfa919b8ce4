extension Figures {
  private static let levels = Array("▁▂▃▄▅▆▇█")

  /// Counts as a row of blocks, the highest full: `▁▃█▅▁`. Every count above zero shows.
  public static func blocks(_ counts: [Int]) -> String {
    guard let highest = counts.max(), highest > 0 else { return "" }
    return String(
      counts.map { count in
        count == 0 ? " " : levels[min(Int(Double(count) / Double(highest) * Double(levels.count)), levels.count - 1)]
      })
  }

  /// Values as a row of blocks from the lowest to the highest: `▁▁▂▇█`; all of one height if they are the same within 1 %, a gap for `nil`.
  ///
  /// - Parameter ends: the lowest and the highest possible value; those of the values by default.
  public static func sparkline(_ values: [Double?], from ends: ClosedRange<Double>? = nil) -> String {
    let known = values.compactMap(\.self)
    guard let low = ends?.lowerBound ?? known.min(), let high = ends?.upperBound ?? known.max() else { return "" }
    // A change of less than 1 % is drawn as none.
    let range = max(high - low, abs(high) * 0.01, .leastNonzeroMagnitude)
    return String(
      values.map { value in value.map { levels[Int(min(max(($0 - low) / range, 0) * 8, 7))] } ?? " " })
  }
}
