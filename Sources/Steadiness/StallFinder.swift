import AssayCore
import Statistics

/// Finds slow inferences at regular distances.
enum StallFinder {
  private static let level = 1e-6
  /// The share of the distances between stalls that must be equal.
  private static let regularity = 0.4
  private static let minimumCount = 10

  static func find(in run: RunData) -> PeriodicStalls? {
    var distribution = run.distribution
    let quantiles = distribution.quantiles([0.5, 0.9])
    guard let median = quantiles.first, median > 0 else { return nil }
    let limit = max(1.3, 1 + 5 * (quantiles[1] / median - 1))
    // A stall may slow down several inferences in a row: it counts once.
    let shortest = 8 * median / 1e9
    var stalls: [SlowInference] = []
    var previousEnd = -Double.infinity
    for piece in run.pieces {
      let least = piece.count >= 64 ? 0 : limit * piece.p50
      for slow in piece.slow where Double(slow.duration) > least {
        let start = Double(slow.start) / 1e9
        if start - previousEnd >= shortest { stalls.append(slow) }
        previousEnd = start + Double(slow.duration) / 1e9
      }
    }
    let starts = stalls.map { Double($0.start) / 1e9 }
    guard stalls.count >= minimumCount, let intervals = RegularIntervals(times: starts, shortest: shortest),
      intervals.p < level, intervals.regularity >= regularity
    else { return nil }
    let regular = stalls.indices.filter { index in
      [index, index + 1].contains {
        $0 > 0 && $0 < starts.count && abs(starts[$0] - starts[$0 - 1] - intervals.period) < 0.1 * intervals.period
      }
    }
    let latency = Quantiles.median(regular.map { Double(stalls[$0].duration) }) ?? 0
    return PeriodicStalls(
      periodSeconds: intervals.period, count: regular.count, latency: latency / 1e6, pValue: intervals.p)
  }
}
