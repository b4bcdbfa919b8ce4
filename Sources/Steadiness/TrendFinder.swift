import AssayCore
import Glibc
import Statistics

/// Finds a steady rise or fall between the shifts, by a straight line through the medians of stretches long enough to be independent.
enum TrendFinder {
  /// Smaller changes over the whole run do not count.
  static let floor = 0.01
  static let level = 1e-4
  private static let maximumStretches = 48
  private static let minimumStretches = 8

  static func find(in series: PieceSeries, segments: [SegmentLevel]) -> LatencyTrend? {
    let correlation = Autocorrelation.noiseTime(series.levels)
    let length = max(1, series.count / maximumStretches, Int((4 * correlation).rounded(.up)))
    var (x, y): ([Double], [Double]) = ([], [])
    var differences: [Double] = []
    for segment in segments {
      let stretches = stretches(series, segment.range, length: length)
      // Each segment between shifts has its own level; only the rise or fall within them counts.
      let (meanX, meanY) = (mean(stretches.map(\.x)), mean(stretches.map(\.y)))
      x += stretches.map { $0.x - meanX }
      y += stretches.map { $0.y - meanY }
      differences += zip(stretches.dropFirst(), stretches).map { $0.y - $1.y }
    }
    guard x.count >= minimumStretches, let line = TheilSen(x: x, y: y) else { return nil }
    // The noise comes from differences of neighbours, so that a bent rise does not count as noise: the median of the absolute differences of normal values is
    // 0.6745 √2 standard deviations.
    let robust = (Quantiles.median(differences.map(abs)) ?? 0) / (0.6745 * 2.0.squareRoot())
    let squares = (differences.reduce(0) { $0 + $1 * $1 } / Double(2 * max(1, differences.count))).squareRoot()
    let spread = x.reduce(0) { $0 + $1 * $1 }
    let error = max(max(robust, squares), 1e-7) * neighbourFactor / spread.squareRoot()
    let degrees = Double(x.count - segments.count - 1) / 1.5
    let p = 2 * StudentDistribution.cumulative(-abs(line.slope) / error, degrees: max(1, degrees))
    let span = series.time(series.count) - series.time(0)
    guard p < level, abs(line.slope) * span >= log1p(floor) else { return nil }
    let middle = exp(Quantiles.median(series.levels) ?? 0) / 1e6
    let reach = error * StudentDistribution.quantile(0.975, degrees: max(1, degrees))
    return LatencyTrend(
      millisecondsPerHour: line.slope * 3600 * middle,
      range: [(line.slope - reach) * 3600 * middle, (line.slope + reach) * 3600 * middle], pValue: p)
  }

  /// Neighbouring stretches are still correlated, so their differences underestimate the noise.
  private static let neighbourFactor = 1.25

  private static func stretches(_ series: PieceSeries, _ range: Range<Int>, length: Int) -> [(x: Double, y: Double)] {
    (0..<(range.count / length)).map { number in
      let part = (range.lowerBound + number * length)..<(range.lowerBound + (number + 1) * length)
      let center = (series.time(part.lowerBound) + series.time(part.upperBound)) / 2
      return (center, Quantiles.median(series.levels[part]) ?? 0)
    }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}
