/// The slope of a straight line through points: half of the pairs of points rise more steeply (Theil 1950; Sen 1968). Outliers do not turn it.
public struct TheilSen: Hashable, Sendable {
  public let slope: Double

  /// Looks at all n²/2 pairs: pass the medians of blocks, not single inferences.
  ///
  /// - Returns: `nil` if `x` and `y` differ in length or no two points differ in x.
  public init?(x: [Double], y: [Double]) {
    guard x.count == y.count else { return nil }
    var slopes: [Double] = []
    for i in x.indices {
      for j in x.indices where x[i] > x[j] { slopes.append((y[i] - y[j]) / (x[i] - x[j])) }
    }
    guard let slope = Quantiles.median(slopes) else { return nil }
    self.slope = slope
  }
}
