import AssayCore
import Glibc
import Statistics

/// The distribution of a run in the form of the report, in ms.
extension DurationDistribution {
  /// The probabilities of `SteadinessReport.quantiles`: hundredths, and finer towards both ends.
  private static let chartProbabilities: [Double] = {
    let tail = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008, 0.009, 0.015]
    let far = [0.99995, 0.99999, 0.999999]
    return [0] + tail + (1...99).map { Double($0) / 100 } + tail.reversed().map { 1 - $0 } + far + [1]
  }()

  /// Latency at each of over a hundred probabilities, ascending, without those that are closer to the ends than one inference.
  mutating func chartQuantiles() -> [QuantilePoint] {
    let smallest = 1 / Double(max(count, 1))
    let probabilities = Self.chartProbabilities.sorted().filter {
      $0 == 0 || $0 == 1 || ($0 >= smallest && 1 - $0 >= smallest * (1 - 1e-9))
    }
    return zip(probabilities, quantiles(probabilities)).map { QuantilePoint(probability: $0, latency: $1 / 1e6) }
  }

  /// The shortest interval that holds at least a share of all inferences.
  mutating func densest(holding share: Double) -> LatencyShare? {
    shortestInterval(holding: share).map { self.share(from: $0.lower, through: $0.upper) }
  }

  /// The inferences within m ± d, both ends included.
  func share(within interval: CenteredInterval) -> LatencyShare {
    let reach = abs(interval.tolerance)
    var share = share(from: interval.center - reach, through: interval.center + reach)
    (share.from, share.to) = (interval.center - reach, interval.center + reach)
    return share
  }

  /// Intervals m ± d like those of the thesis (93 % within 1065 ± 15 ms), with few digits.
  ///
  /// One ends at the knee: it grows around the densest part of the distribution as long as it widens no faster than for a normal distribution.
  /// The others hold about 95 % and 99 %.
  mutating func chosenShares() -> [LatencyShare] {
    let steps = 2000
    let grid = quantiles((0...steps).map { Double($0) / Double(steps) })
    guard grid.count == steps + 1 else { return [] }
    func narrowest(_ percent: Int) -> (lower: Double, upper: Double) {
      let length = steps * percent / 100
      let start = (0...(steps - length)).min { grid[$0 + length] - grid[$0] < grid[$1 + length] - grid[$1] } ?? 0
      return (grid[start], grid[start + length])
    }
    let intervals = (50...99).map { (percent: $0, ends: narrowest($0)) }
    let relative = intervals.map { percent, ends in
      (ends.upper - ends.lower + 1) / NormalDistribution.quantile((1 + Double(percent) / 100) / 2)
    }
    let limit = (relative.min() ?? 0) * 1.3
    let knee = relative.lastIndex { $0 <= limit }.map { intervals[$0].ends }
    let tails = intervals.filter { $0.percent == 95 || $0.percent == 99 }.map(\.ends)
    var shares: [LatencyShare] = []
    for interval in [knee].compactMap({ $0 }) + tails {
      let share = share(within: Self.rounded(interval))
      if !shares.contains(where: { $0.from == share.from && $0.to == share.to }) { shares.append(share) }
    }
    return shares
  }

  /// What a limit in ms hides, and the figures of what is left.
  mutating func discarding(above limit: Double) -> DiscardedTail {
    let limit = limit.isFinite ? max(0, limit) : .greatestFiniteMagnitude
    var remaining = DurationDistribution()
    let last = Self.nanoseconds((limit * 1e6).rounded(.down))
    forEachValue { value, occurrences in
      if value <= last { remaining.add(value, occurrences: occurrences) }
    }
    let hidden = count - remaining.count
    return DiscardedTail(
      limit: limit, count: hidden, share: count > 0 ? Double(hidden) / Double(count) : 0,
      remaining: LatencySummary(&remaining))
  }

  /// The centre and half the width of an interval in nanoseconds, as m ± d in ms: d is rounded to two digits, m to the place of d's second digit.
  private static func rounded(_ interval: (lower: Double, upper: Double)) -> CenteredInterval {
    let center = (interval.lower + interval.upper) / 2e6
    let reach = max((interval.upper - interval.lower) / 2e6, 1e-6)
    // The inverse of a unit below one is a whole number, so that the results have exactly these decimals.
    let scale = 1 / pow(10, floor(log10(reach)) - 1)
    return CenteredInterval(
      center: (center * scale).rounded() / scale, tolerance: (reach * scale).rounded(.up) / scale)
  }

  private func share(from lower: Double, through upper: Double) -> LatencyShare {
    guard upper >= 0 else { return LatencyShare(from: lower, to: upper, count: 0, share: 0) }
    // A bound such as 1.05 ms is rarely a whole number of nanoseconds as a Double.
    return share(
      from: Self.nanoseconds((lower * 1e6 - 1e-3).rounded(.up)),
      through: Self.nanoseconds((upper * 1e6 + 1e-3).rounded(.down)))
  }

  private func share(from lower: UInt64, through upper: UInt64) -> LatencyShare {
    let within = count(from: lower, through: upper)
    return LatencyShare(
      from: Double(lower) / 1e6, to: Double(upper) / 1e6, count: within,
      share: count > 0 ? Double(within) / Double(count) : 0)
  }
}
