import AssayCore
import Report
import Statistics

/// The figures and warnings of a finished record log.
struct LatencyAnalysis {
  let summary: LatencySummary
  let warnings: [Warning]

  /// Fewer inferences cannot show outliers.
  private static let smallestWithOutliers = 20
  /// Fewer inferences do not give ten blocks with meaningful medians.
  private static let smallestWithTrend = 100
  /// Warn from this standard deviation over the mean, and from this drift over the run.
  private static let steadyVariation = 0.025
  /// Warn if the first tenth is slower than the rest by this share.
  private static let steadyStart = 0.05

  /// - Returns: `nil` if no record counts.
  init?(_ records: CountedRecords) throws(AssayError) {
    var distribution = DurationDistribution()
    let total = records.count
    var blocks: [Double] = []
    var block = DurationDistribution()
    let blockLength = max(total / BlockTrend.blockCount, 1)
    try records.forEachDuration { duration in
      distribution.add(duration)
      block.add(duration)
      if block.count == blockLength {
        block.quantile(0.5).map { blocks.append($0) }
        block = DurationDistribution()
      }
    }
    guard let summary = LatencySummary(&distribution) else { return nil }
    self.summary = summary
    let hasTrend = total >= Self.smallestWithTrend
    let trend = hasTrend ? BlockTrend(medians: Array(blocks.prefix(BlockTrend.blockCount))) : nil
    warnings = Self.warnings(summary, outliers: distribution.outliers(), trend: trend)
  }

  private static func warnings(_ summary: LatencySummary, outliers: Outliers, trend: BlockTrend?) -> [Warning] {
    var warnings: [Warning] = []
    if let deviation = summary.standardDeviation, summary.mean > 0, deviation / summary.mean > steadyVariation {
      warnings.append(.latencyVariation(coefficient: deviation / summary.mean))
    }
    if outliers.extreme > 0, summary.count >= smallestWithOutliers {
      warnings.append(.outliers(extreme: outliers.extreme, tukey: outliers.tukey, count: summary.count))
    }
    if let trend, trend.slowStart > steadyStart { warnings.append(.slowStart(change: trend.slowStart)) }
    if let drift = trend?.drift, abs(drift) > steadyVariation { warnings.append(.drift(change: drift)) }
    return warnings
  }
}
