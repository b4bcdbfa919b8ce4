/// How strongly neighbouring values of a series resemble each other.
public enum Autocorrelation {
  /// The integrated autocorrelation time, in steps: the mean of a long stretch varies as if only one value in so many were independent; 1 for
  /// independent values, never less.
  ///
  /// The autocorrelations are added up to five times their sum so far (Sokal 1997, *Monte Carlo methods in statistical mechanics*, section 3).
  public static func integratedTime(_ values: some Collection<Double>) -> Double {
    let n = values.count
    guard n > 2 else { return 1 }
    let mean = values.reduce(0, +) / Double(n)
    let centered = values.map { $0 - mean }
    let variance = centered.reduce(0) { $0 + $1 * $1 }
    guard variance > 0 else { return 1 }
    var time = 1.0
    for lag in 1..<n {
      var sum = 0.0
      for index in lag..<n { sum += centered[index] * centered[index - lag] }
      time += 2 * sum / variance
      if Double(lag) >= 5 * max(1, time) { break }
    }
    return max(1, time)
  }

  /// The integrated autocorrelation time of the noise in a series whose level may change or drift: the median over eight stretches, each with its
  /// straight line removed, so that one change spoils only one of them.
  public static func noiseTime(_ values: [Double]) -> Double {
    let stretches = min(8, values.count / 16)
    guard stretches > 0 else { return 1 }
    let times = (0..<stretches).map { number in
      let stretch = values[(values.count * number / stretches)..<(values.count * (number + 1) / stretches)]
      return integratedTime(withoutLine(Array(stretch)))
    }
    return Quantiles.median(times) ?? 1
  }

  private static func withoutLine(_ values: [Double]) -> [Double] {
    guard let line = LeastSquaresLine(x: values.indices.map(Double.init), y: values) else { return values }
    return values.enumerated().map { $1 - line.intercept - line.slope * Double($0) }
  }
}
