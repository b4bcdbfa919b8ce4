import AssayCore
import Glibc
import Statistics

/// Finds where the upper tail changed while the median did not: by the share of inferences in each piece that exceed a high quantile, relative to the
/// median of the piece.
struct TailShiftFinder {
  /// Smaller changes of the quantile do not count.
  static let floor = 0.05
  private static let quantiles: [(statistic: LevelShift.Statistic, probability: Double)] = [
    (.p95, 0.95), (.p99, 0.99), (.p999, 0.999),
  ]
  /// A quantile needs so many exceedances in the whole run.
  private static let minimumExceedances = 100.0

  private let series: PieceSeries
  private let tail: RelativeTail
  private let count: Int

  init(_ series: PieceSeries) {
    self.series = series
    tail = RelativeTail(series)
    count = series.pieces.reduce(0) { $0 + $1.count }
  }

  /// - Parameter shifts: of the median; a change of the tail at the same time is part of them.
  func find(besides shifts: [LevelShift]) -> [LevelShift] {
    var found: [LevelShift] = []
    let span = series.time(series.count) - series.time(0)
    func isKnown(_ shift: LevelShift, among others: [LevelShift]) -> Bool {
      others.contains { abs($0.at - shift.at) < span / 20 }
    }
    for quantile in Self.quantiles {
      guard Double(count) * (1 - quantile.probability) >= Self.minimumExceedances else { continue }
      for shift in self.shifts(quantile) where !isKnown(shift, among: shifts) {
        guard let other = found.firstIndex(where: { isKnown(shift, among: [$0]) }) else {
          found.append(shift)
          continue
        }
        // If several quantiles changed there, keep the one that changed most.
        if abs(log1p(shift.change)) > abs(log1p(found[other].change)) { found[other] = shift }
      }
    }
    return found
  }

  private func shifts(_ quantile: (statistic: LevelShift.Statistic, probability: Double)) -> [LevelShift] {
    guard let ratio = tail.quantile(quantile.probability, in: 0..<series.count) else { return [] }
    let shares = tail.shares(beyond: ratio)
    let correlation = Autocorrelation.noiseTime(Ranks.of(shares))
    let points = ChangePoint.find(
      in: shares, minimumLength: ShiftFinder.minimumLength(count: shares.count, correlation: correlation),
      level: ShiftFinder.level / Double(Self.quantiles.count))
    let borders = [0] + points.map(\.index) + [shares.count]
    return points.enumerated().compactMap { number, point in
      let (before, after) = (borders[number]..<point.index, point.index..<borders[number + 2])
      let step = ShareStep(shares, before, after, correlation: correlation)
      let levels = [before, after].compactMap { range -> Double? in
        guard let ratio = tail.quantile(quantile.probability, in: range) else { return nil }
        return ratio * exp(Quantiles.median(series.levels[range]) ?? 0) / 1e6
      }
      guard levels.count == 2, step.p <= ShiftFinder.levelBesides, step.isSudden else { return nil }
      let change = levels[1] / levels[0] - 1
      guard abs(change) >= Self.floor else { return nil }
      return LevelShift(
        at: series.time(point.index),
        atRange: [
          series.time(max(before.lowerBound, point.index - step.reach)),
          series.time(min(after.upperBound, point.index + step.reach)),
        ],
        statistic: quantile.statistic, from: levels[0], to: levels[1], change: change,
        // The interval of the share of slow inferences, carried over to the quantile in proportion.
        changeRange: [change * (1 - step.relativeError), change * (1 + step.relativeError)].sorted(),
        pValue: min(1, max(point.p, step.p)))
    }
  }
}

/// A step in the share of inferences that exceed a limit.
private struct ShareStep {
  let p: Double
  /// Half the 95 % interval of the step, over the step.
  let relativeError: Double
  let isSudden: Bool
  /// Pieces by which its place may be off.
  let reach: Int

  init(_ shares: [Double], _ before: Range<Int>, _ after: Range<Int>, correlation: Double) {
    let sides = [before, after].map { range -> (mean: Double, variance: Double) in
      let n = Double(range.count)
      let mean = shares[range].reduce(0, +) / n
      return (mean, shares[range].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, n - 1))
    }
    let difference = sides[1].mean - sides[0].mean
    // A side without slow inferences does not show how they scatter.
    let deviation = max(sides[0].variance, sides[1].variance).squareRoot()
    let error = deviation * (correlation * (1 / Double(before.count) + 1 / Double(after.count))).squareRoot()
    let score = abs(difference) / max(error, 1e-9)
    let degrees = max(2, Double(before.count + after.count) / correlation - 2)
    p = 2 * StudentDistribution.cumulative(-score, degrees: degrees)
    relativeError = StudentDistribution.quantile(0.975, degrees: degrees) / max(score, 1e-9)
    let jump = Jump(
      shares, at: before.upperBound, within: before.lowerBound..<after.upperBound, difference: difference,
      deviation: deviation, correlation: correlation)
    isSudden = jump.isSudden(difference)
    reach = ShiftFinder.reach(noise: deviation, step: difference, correlation: correlation, atMost: shares.count)
  }
}
