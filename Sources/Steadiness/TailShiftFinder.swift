import AssayCore
import Glibc
import Statistics

/// Finds where the upper tail changed while the median did not: by the share of inferences in each piece that exceed a high quantile.
struct TailShiftFinder {
  /// Smaller changes of the quantile are not told.
  static let floor = 0.05
  private static let quantiles: [(name: String, probability: Double)] = [
    ("p95", 0.95), ("p99", 0.99), ("p99_9", 0.999),
  ]
  /// Exceedances in the whole run below which a quantile is not looked at.
  private static let minimumExceedances = 100.0

  let series: PieceSeries
  /// The bin in which each quantile of the run lies.
  let distribution: DurationDistribution

  /// - Parameter shifts: of the median, beside which the tail needs no word of its own.
  func find(besides shifts: [LevelShift]) -> [LevelShift] {
    var found: [LevelShift] = []
    let span = series.time(series.count) - series.time(0)
    func isKnown(_ shift: LevelShift, among others: [LevelShift]) -> Bool {
      others.contains { abs($0.at - shift.at) < span / 20 }
    }
    for quantile in Self.quantiles {
      guard Double(distribution.count) * (1 - quantile.probability) >= Self.minimumExceedances else { continue }
      for shift in self.shifts(quantile) where !isKnown(shift, among: shifts) {
        guard let other = found.firstIndex(where: { isKnown(shift, among: [$0]) }) else {
          found.append(shift)
          continue
        }
        // Several quantiles changed there: the one that changed most is told.
        if abs(log1p(shift.change)) > abs(log1p(found[other].change)) { found[other] = shift }
      }
    }
    return found.sorted { $0.at < $1.at }
  }

  private func shifts(_ quantile: (name: String, probability: Double)) -> [LevelShift] {
    var distribution = distribution
    guard let limit = distribution.quantile(quantile.probability) else { return [] }
    let bin = LatencyBins.index(DurationDistribution.nanoseconds(limit)) + 1
    let exceeding = series.pieces.map { $0.count(fromBin: bin) }
    let shares = zip(exceeding, series.pieces).map { Double($0) / Double($1.count) }
    let correlation = Autocorrelation.noiseTime(Ranks.of(shares))
    let points = ChangePoint.find(
      in: shares,
      minimumLength: ShiftFinder.minimumLength(count: shares.count, correlation: correlation),
      level: ShiftFinder.level / Double(Self.quantiles.count))
    let borders = [0] + points.map(\.index) + [shares.count]
    return points.enumerated().compactMap { number, point in
      let before = TailSegment(series, shares, borders[number]..<point.index)
      let after = TailSegment(series, shares, point.index..<borders[number + 2])
      return before.shift(to: after, quantile, at: point, correlation: correlation, in: series)
    }
  }
}

/// The upper tail within a stretch of pieces.
private struct TailSegment {
  let range: Range<Int>
  /// Mean share of exceeding inferences, and the scatter of it from piece to piece.
  let share: Double
  let deviation: Double
  private let shares: [Double]
  private var bins: [Int: Int] = [:]
  private var count = 0

  init(_ series: PieceSeries, _ shares: [Double], _ range: Range<Int>) {
    self.range = range
    self.shares = shares
    let n = Double(range.count)
    let mean = shares[range].reduce(0, +) / n
    share = mean
    deviation = (shares[range].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, n - 1)).squareRoot()
    for piece in series.pieces[range] {
      for (bin, occurrences) in zip(piece.bins, piece.counts) { bins[Int(bin), default: 0] += Int(occurrences) }
      count += piece.count
    }
  }

  /// In nanoseconds, by rank.
  func quantile(_ probability: Double) -> Double {
    var rest = Int(probability * Double(max(0, count - 1)))
    for (bin, occurrences) in bins.sorted(by: { $0.key < $1.key }) {
      if rest < occurrences { return max(1, LatencyBins.center(bin)) }
      rest -= occurrences
    }
    return 1
  }

  func shift(
    to after: TailSegment, _ quantile: (name: String, probability: Double), at point: ChangePoint, correlation: Double,
    in series: PieceSeries
  ) -> LevelShift? {
    let (from, to) = (self.quantile(quantile.probability), after.quantile(quantile.probability))
    let change = to / from - 1
    let variance = [self, after].reduce(0) { $0 + $1.deviation * $1.deviation * correlation / Double($1.range.count) }
    let score = abs(after.share - share) / max(variance.squareRoot(), 1e-9)
    let degrees = max(2, Double(range.count + after.range.count) / correlation - 2)
    let p = 2 * StudentDistribution.cumulative(-score, degrees: degrees)
    let jump = Jump(
      shares, at: point.index, within: range.lowerBound..<after.range.upperBound, difference: after.share - share,
      deviation: max(deviation, after.deviation), correlation: correlation)
    guard abs(change) >= TailShiftFinder.floor, p <= ShiftFinder.level, jump.isSudden(after.share - share) else {
      return nil
    }
    let noise = max(deviation, after.deviation)
    let scatter = 11 * correlation * pow(noise / max(abs(after.share - share), 1e-9), 2)
    let reach = Int(min(scatter, Double(series.count)).rounded(.up)) + 1
    // The interval of the share of slow inferences, carried over to the quantile in proportion.
    let relative = StudentDistribution.quantile(0.975, degrees: degrees) / max(score, 1e-9)
    let ends = [change * (1 - relative), change * (1 + relative)].sorted()
    return LevelShift(
      at: series.time(point.index),
      atRange: [
        series.time(max(range.lowerBound, point.index - reach)),
        series.time(min(after.range.upperBound, point.index + reach)),
      ],
      statistic: quantile.name, from: from / 1e6, to: to / 1e6, change: change, changeRange: ends,
      pValue: min(1, max(point.p, p)))
  }
}
