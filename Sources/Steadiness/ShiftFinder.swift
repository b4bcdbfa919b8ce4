import AssayCore
import Glibc
import Statistics

/// Finds where the median changed its level and kept it.
///
/// `ChangePoint.find` proposes places. Each must then pass a second test, of the medians of both sides with as many independent values as the
/// autocorrelation leaves; it must be sudden, and at least `floor` large.
struct ShiftFinder {
  /// The chance of a shift in a run in which nothing changes.
  static let level = 5e-4
  /// The chance that two stretches of one level differ as far as those beside a shift must. It is far smaller, because the place was chosen to make them
  /// differ, and the correlation of slow noise is never well known.
  static let levelBesides = 1e-8
  /// Smaller changes of the median do not count.
  static let floor = 0.01

  private let values: [Double]
  /// Steps over which the noise is correlated.
  private let correlation: Double
  private var points: [ChangePoint]

  /// - Parameters:
  ///   - values: logarithms, so that differences are ratios.
  ///   - minimumCount: of the values in which a change is searched.
  init(_ values: [Double], level: Double = level, minimumCount: Int = PieceSeries.minimumCount) {
    self.values = values
    correlation = Autocorrelation.noiseTime(Ranks.of(values))
    let length = Self.minimumLength(count: values.count, correlation: correlation, atLeast: minimumCount)
    points = ChangePoint.find(in: values, minimumLength: length, level: level)
    dismissWeak()
  }

  /// The stretches between the changes.
  var segments: [SegmentLevel] { Self.segments(values, points) }

  /// The changes, each with the number of its first value and the difference of the levels.
  var levelChanges: [(index: Int, difference: LevelDifference)] {
    let segments = segments
    return points.indices.map { number in
      (points[number].index, LevelDifference(segments[number], segments[number + 1], correlation: correlation))
    }
  }

  static func minimumLength(count: Int, correlation: Double, atLeast least: Int = PieceSeries.minimumCount) -> Int {
    max(least, count / 16, Int(min(30 * correlation, Double(count))))
  }

  /// The shifts of a series whose values these are.
  func shifts(in series: PieceSeries) -> [LevelShift] {
    let segments = segments
    return points.indices.map { number in
      let (before, after) = (segments[number], segments[number + 1])
      let test = LevelDifference(before, after, correlation: correlation)
      let reach = Self.reach(
        noise: max(before.deviation, after.deviation), step: test.difference, correlation: correlation,
        atMost: values.count)
      let index = points[number].index
      return LevelShift(
        at: series.time(index),
        atRange: [
          series.time(max(before.range.lowerBound, index - reach)),
          series.time(min(after.range.upperBound, index + reach)),
        ],
        statistic: .median, from: exp(before.level) / 1e6, to: exp(after.level) / 1e6, change: expm1(test.difference),
        changeRange: [expm1(test.interval.lowerBound), expm1(test.interval.upperBound)],
        pValue: min(1, max(points[number].p, test.p)))
    }
  }

  /// Steps by which the place of a change may be off: at 95 %, some eleven times the long-run variance of the noise over the squared step (Bai 1997,
  /// *Estimation of a change point in multiple regression models*, proposition 2), and one for the step in which it lies.
  static func reach(noise: Double, step: Double, correlation: Double, atMost limit: Int) -> Int {
    let scatter = 11 * correlation * pow(noise / max(abs(step), 1e-9), 2)
    return Int(min(scatter, Double(limit)).rounded(.up)) + 1
  }

  /// Removes the weakest change that fails, until none does.
  private mutating func dismissWeak() {
    while true {
      let segments = segments
      let weak = points.indices.compactMap { number -> (number: Int, score: Double)? in
        let (before, after) = (segments[number], segments[number + 1])
        let test = LevelDifference(before, after, correlation: correlation)
        let isLarge = abs(test.difference) >= log1p(Self.floor)
        let jump = Jump(
          values, at: points[number].index, within: before.range.lowerBound..<after.range.upperBound,
          difference: test.difference, deviation: max(before.deviation, after.deviation), correlation: correlation)
        return isLarge && test.p <= Self.levelBesides && jump.isSudden(test.difference) ? nil : (number, test.score)
      }
      guard let weakest = weak.min(by: { $0.score < $1.score }) else { return }
      points.remove(at: weakest.number)
    }
  }

  private static func segments(_ values: [Double], _ points: [ChangePoint]) -> [SegmentLevel] {
    let borders = [0] + points.map(\.index) + [values.count]
    return zip(borders, borders.dropFirst()).map { SegmentLevel(values, range: $0..<$1) }
  }
}

/// Whether the levels of two stretches differ (Welch's test, with independent values counted by the autocorrelation).
struct LevelDifference {
  let difference: Double
  /// 95 %.
  let interval: ClosedRange<Double>
  let p: Double
  /// How far apart the levels are, in standard errors.
  let score: Double

  init(_ before: SegmentLevel, _ after: SegmentLevel, correlation: Double) {
    difference = after.level - before.level
    let errors = [before, after].map { $0.standardError(correlation: correlation) }
    let variance = errors[0] * errors[0] + errors[1] * errors[1]
    // Even values that do not vary have a finite precision.
    let error = max(variance.squareRoot(), 1e-7)
    let degrees = max(2, Double(before.range.count + after.range.count) / correlation - 2)
    score = abs(difference) / error
    p = min(1, 2 * StudentDistribution.cumulative(-score, degrees: degrees))
    let reach = error * StudentDistribution.quantile(0.975, degrees: degrees)
    interval = (difference - reach)...(difference + reach)
  }
}
