import Glibc

/// A straight line through points, half of whose pairs rise more steeply (Theil 1950; Sen 1968): outliers do not turn it.
public struct TheilSen: Hashable, Sendable {
  public let slope: Double
  /// The median of y less `slope` times the median of x, as scipy has it.
  public let intercept: Double
  /// The 95 % interval of the slope (Sen 1968, with his correction for ties).
  public let slopeInterval: ClosedRange<Double>

  /// All pairs are looked at, n²/2 of them: give it blocks of a run rather than its inferences.
  ///
  /// - Returns: `nil` where `x` and `y` differ in length or no two points differ in x.
  public init?(x: [Double], y: [Double]) {
    guard x.count == y.count, let middleX = Quantiles.median(x), let middleY = Quantiles.median(y) else { return nil }
    var slopes: [Double] = []
    for i in x.indices {
      for j in x.indices where x[i] > x[j] { slopes.append((y[i] - y[j]) / (x[i] - x[j])) }
    }
    slopes.sort()
    guard let slope = Quantiles.quantile(0.5, ofSorted: slopes) else { return nil }
    self.slope = slope
    intercept = middleY - slope * middleX
    let n = Double(x.count)
    let variance = (n * (n - 1) * (2 * n + 5) - Self.tieTerm(x) - Self.tieTerm(y)) / 18
    let reach = NormalDistribution.quantile(0.975) * max(0, variance).squareRoot()
    let count = Double(slopes.count)
    let upper = min(Int(((count + reach) / 2).rounded(.toNearestOrEven)), slopes.count - 1)
    let lower = max(Int(((count - reach) / 2).rounded(.toNearestOrEven)) - 1, 0)
    slopeInterval = slopes[min(lower, upper)]...slopes[max(lower, upper)]
  }

  private static func tieTerm(_ values: [Double]) -> Double {
    var counts: [Double: Double] = [:]
    for value in values { counts[value, default: 0] += 1 }
    return counts.values.reduce(0) { $0 + $1 * ($1 - 1) * (2 * $1 + 5) }
  }
}
