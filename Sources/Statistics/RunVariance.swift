import Glibc

/// How much the median latency of one cell varies between runs of different times.
///
/// It is the standard deviation of the logarithms of their medians. Every run counts in full: a machine that is now and then a third slower, as
/// beside busy neighbours, would otherwise look steady.
public struct RunVariance: Hashable, Sendable {
  /// With fewer runs nothing is known: five give four degrees of freedom, and a 99 % quantile of 4.6.
  public static let minimumRunCount = 5

  /// Less decides nothing.
  private static let leastDrift = 0.001

  public let deviation: Double
  public let degrees: Double
  /// The mean of the logarithms.
  private let center: Double

  /// - Parameter medians: of earlier runs, above zero; `nil` if there are too few.
  public init?(medians: [Double]) {
    let logs = medians.filter { $0 > 0 }.map { log($0) }
    guard logs.count >= Self.minimumRunCount else { return nil }
    let mean = logs.reduce(0, +) / Double(logs.count)
    degrees = Double(logs.count - 1)
    deviation = (logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / degrees).squareRoot()
    center = mean
  }

  private init(deviation: Double, degrees: Double, center: Double) {
    (self.deviation, self.degrees, self.center) = (deviation, degrees, center)
  }

  /// Of the ratio of a run of this cell to one of another, with the fewer degrees of freedom of both.
  public func ofRatio(to other: RunVariance) -> RunVariance {
    RunVariance(
      deviation: Glibc.hypot(deviation, other.deviation), degrees: min(degrees, other.degrees),
      center: center - other.center)
  }

  /// How far a run of the cell lies from these, as a difference of logarithms, if that is more than their 99 % prediction interval; else 0.
  ///
  /// Then the machine has changed between that run and these, whose own variance says nothing about it.
  public func drift(of median: Double) -> Double {
    guard median > 0 else { return 0 }
    let distance = abs(log(median) - center)
    let reach = deviation * StudentDistribution.quantile(0.995, degrees: degrees) * (1 + 1 / (degrees + 1)).squareRoot()
    return distance > max(reach, Self.leastDrift) ? distance : 0
  }
}

extension RatioComparison {
  /// The ratio that two runs of one cell are assumed to differ by while nothing is known.
  public static let assumedRatio = 1.5

  /// Widens the intervals by what runs of different times differ by, and decides again.
  ///
  /// Both parts are independent on a logarithmic scale, so their half widths add as squares: that of the runs themselves, and a quantile of
  /// Student's t times the deviation of the ratio of two runs.
  ///
  /// - Parameters:
  ///   - variance: of that ratio; `nil` assumes that runs differ by up to `assumedRatio`.
  ///   - drift: of the reference, by which the ratio may be too high or too low.
  public func widened(by variance: RunVariance?, drift: Double = 0) -> RatioComparison {
    func half(_ confidence: Double) -> Double {
      guard let variance else { return log(Self.assumedRatio) }
      return variance.deviation * StudentDistribution.quantile((1 + confidence) / 2, degrees: variance.degrees) + drift
    }
    return RatioComparison(
      self, interval: interval.map { widen($0, by: half(0.95)) },
      wideInterval: wideInterval.map { widen($0, by: half(0.99)) },
      margin: Self.defaultMargin)
  }

  private func widen(_ interval: ClosedRange<Double>, by half: Double) -> ClosedRange<Double> {
    let below = max(0, log(ratio / interval.lowerBound))
    let above = max(0, log(interval.upperBound / ratio))
    return ratio * exp(-hypot(below, half))...ratio * exp(hypot(above, half))
  }
}
