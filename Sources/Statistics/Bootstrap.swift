import AssayCore
import Glibc

/// Intervals of a statistic from resamples of its sample (Efron and Tibshirani, *An Introduction to the Bootstrap*, chapters 13 and 14).
public struct Bootstrap: Sendable {
  /// The statistic of the sample itself.
  public let estimate: Double
  /// The statistic of each resample, ascending.
  public let replicates: [Double]
  let acceleration: Double

  /// Draws resamples of independent values; the same seed draws the same.
  ///
  /// - Returns: `nil` for fewer than two values.
  public init?(
    _ values: [Double], resampleCount: Int = 2000, seed: UInt64 = 1, statistic: ([Double]) -> Double
  ) {
    guard values.count > 1, resampleCount > 0 else { return nil }
    var random = SplitMix64(seed: seed)
    var resample = values
    estimate = statistic(values)
    replicates = (0..<resampleCount).map { _ in
      for index in resample.indices { resample[index] = values[Int.random(in: values.indices, using: &random)] }
      return statistic(resample)
    }.sorted()
    acceleration = Self.acceleration(
      jackknife: values.indices.map { left in
        var rest = values
        rest.remove(at: left)
        return statistic(rest)
      })
  }

  /// Between the percentiles of the replicates.
  public func percentileInterval(confidence: Double = 0.95) -> ClosedRange<Double> {
    let tail = (1 - confidence) / 2
    return percentile(tail)...percentile(1 - tail)
  }

  /// Bias-corrected and accelerated (Efron 1987): second-order accurate, at the price of a jackknife.
  public func acceleratedInterval(confidence: Double = 0.95) -> ClosedRange<Double> {
    // Replicates equal to the estimate count half, as for discrete statistics they must.
    let below = replicates.reduce(0.0) { $0 + ($1 < estimate ? 1 : $1 == estimate ? 0.5 : 0) }
    let share = below / Double(replicates.count)
    guard share > 0, share < 1 else { return percentileInterval(confidence: confidence) }
    let bias = NormalDistribution.quantile(share)
    func corrected(_ tail: Double) -> Double {
      let z = bias + NormalDistribution.quantile(tail)
      return percentile(NormalDistribution.cumulative(bias + z / (1 - acceleration * z)))
    }
    let tail = (1 - confidence) / 2
    let ends = [corrected(tail), corrected(1 - tail)]
    return min(ends[0], ends[1])...max(ends[0], ends[1])
  }

  private func percentile(_ probability: Double) -> Double {
    Quantiles.quantile(probability, ofSorted: replicates) ?? estimate
  }

  /// The skewness of the influence of single values, over six; zero where none has any.
  private static func acceleration(jackknife: [Double]) -> Double {
    let mean = jackknife.reduce(0, +) / Double(jackknife.count)
    let squares = jackknife.reduce(0) { $0 + (mean - $1) * (mean - $1) }
    let cubes = jackknife.reduce(0) { $0 + (mean - $1) * (mean - $1) * (mean - $1) }
    return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0
  }
}
