import AssayCore
import Report
import Statistics

/// Reads a finished record log into the figures and warnings of a cell.
struct LatencyAnalysis {
  let summary: LatencySummary
  let warnings: [CellWarning]

  /// In fewer inferences nothing can be told to lie apart.
  private static let smallestWithOutliers = 20

  /// - Returns: `nil` where no record counts.
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
    let trend = total >= 100 ? BlockTrend(medians: Array(blocks.prefix(BlockTrend.blockCount))) : nil
    warnings = Self.warnings(summary, outliers: distribution.outliers(), trend: trend)
  }

  private static func warnings(
    _ summary: LatencySummary, outliers: Outliers, trend: BlockTrend?
  ) -> [CellWarning] {
    var warnings: [CellWarning] = []
    if let deviation = summary.standardDeviation, summary.mean > 0, deviation / summary.mean > 0.025 {
      warnings.append(
        CellWarning(
          "latencies vary by \(Figures.percent(deviation / summary.mean)) (standard deviation over mean)",
          advice: "quote the median, close other programs, fix the clocks, or measure longer."))
    }
    if outliers.extreme > 0, summary.count >= smallestWithOutliers {
      warnings.append(
        CellWarning(
          "\(outliers.extreme) of \(summary.count) inferences lie over 10 robust deviations from the median, "
            + "\(outliers.tukey) beyond Tukey's fences",
          advice: "outliers are counted like all others; the median does not mind them."))
    }
    if let trend, trend.slowStart > 0.05 {
      warnings.append(
        CellWarning(
          "the first tenth of the run is \(Figures.percent(trend.slowStart)) slower than the rest",
          advice: "give it a longer warm-up, as with --warm-up 3."))
    }
    if let drift = trend?.drift, abs(drift) > 0.025 {
      warnings.append(
        CellWarning(
          "latencies \(drift > 0 ? "rose" : "fell") by \(Figures.percent(abs(drift))) over the run",
          advice: "something heats up or settles; measure longer, as with --min-time 30."))
    }
    return warnings
  }
}
