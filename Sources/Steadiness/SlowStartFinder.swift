import AssayCore
import Glibc
import Statistics

/// Finds whether a run began slower than the rest: compares its first stretch with the others of the same length in its first half.
enum SlowStartFinder {
  /// Smaller differences do not count.
  static let floor = 0.02
  private static let level = 1e-5
  /// Lengths of the first stretch, as parts of the run.
  private static let parts = [1000, 400, 200, 100, 50, 25, 12]

  struct Result {
    let slowStart: SlowStart
    /// The first piece of the rest.
    let end: Int
  }

  static func find(in series: PieceSeries) -> Result? {
    let values = series.levels
    let lengths = Set(parts.map { max(1, values.count / $0) }).sorted()
    guard let length = lengths.last(where: { isSlow(values, length: $0) }) else { return nil }
    let rest = Array(values[length..<max(length + 1, values.count / 2)])
    let middle = Quantiles.median(rest) ?? 0
    let first = Quantiles.median(values[..<length]) ?? 0
    // Within the stretch, it ends when half of the difference is gone for good.
    let end = 1 + (values[..<length].lastIndex { $0 > middle + (first - middle) / 2 } ?? 0)
    let from = Quantiles.median(series.pieces[..<end].map(\.p50)) ?? 0
    return Result(
      slowStart: SlowStart(endsAt: series.time(end), from: from / 1e6, to: exp(middle) / 1e6), end: end)
  }

  /// The first stretch is slower than the others by more than twice what any of them strays, and so far beyond their scatter that it is not chance.
  private static func isSlow(_ values: [Double], length: Int) -> Bool {
    let count = values.count / 2 / length
    guard count >= 6 else { return false }
    let stretches = (0..<count).map { Quantiles.median(values[($0 * length)..<(($0 + 1) * length)]) ?? 0 }
    let others = stretches.dropFirst()
    let middle = Quantiles.median(others) ?? 0
    let excess = stretches[0] - middle
    let stray = others.map { abs($0 - middle) }.max() ?? 0
    guard excess > log1p(floor), excess > 2 * stray else { return false }
    let m = Double(others.count)
    let mean = others.reduce(0, +) / m
    let variance = others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (m - 1)
    let score = excess / max((variance * (1 + 1 / m)).squareRoot(), 1e-7)
    return StudentDistribution.cumulative(-score, degrees: m - 1) < level
  }
}
