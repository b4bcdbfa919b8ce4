import Glibc

/// A straight line through points by ordinary least squares, with its standard errors for independent errors of equal variance.
public struct LeastSquaresLine: Hashable, Sendable {
  public let slope: Double
  public let intercept: Double
  public let slopeError: Double
  public let interceptError: Double
  /// The share of the variance of y that the line explains (R²); `nil` if y does not vary.
  public let explainedShare: Double?

  /// `nil` if `x` and `y` differ in length, there are fewer than three points, or no two differ in x.
  public init?(x: [Double], y: [Double]) {
    guard x.count == y.count, x.count >= 3 else { return nil }
    let n = Double(x.count)
    let meanX = x.reduce(0, +) / n
    let meanY = y.reduce(0, +) / n
    let squaresX = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let products = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    guard squaresX > 0 else { return nil }
    let slope = products / squaresX
    let intercept = meanY - slope * meanX
    let residuals = zip(x, y).reduce(0) { sum, point in
      let residual = point.1 - meanY - slope * (point.0 - meanX)
      return sum + residual * residual
    }
    self.slope = slope
    self.intercept = intercept
    slopeError = (residuals / (n - 2) / squaresX).squareRoot()
    interceptError = slopeError * (squaresX / n + meanX * meanX).squareRoot()
    let squaresY = y.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
    explainedShare = squaresY > 0 ? 1 - residuals / squaresY : nil
  }
}
