import AssayCore
import RecordLog
import Statistics

/// Reads a finished record log into the figures and warnings of a cell.
struct LatencyAnalysis {
  let summary: LatencySummary
  let warnings: [CellWarning]

  /// Bins of the small histogram that a table shows.
  static let histogramBins = 20
  /// In fewer inferences nothing can be told to lie apart.
  private static let smallestWithOutliers = 20

  /// - Returns: `nil` where the log holds no record.
  init?(_ log: RecordLogReader) throws(AssayError) {
    var distribution = DurationDistribution()
    let total = log.count()
    var blocks: [Double] = []
    var block = DurationDistribution()
    let blockLength = max(total / BlockTrend.blockCount, 1)
    try log.read { records in
      for record in records {
        distribution.add(record.duration)
        block.add(record.duration)
        if block.count == blockLength {
          block.quantile(0.5).map { blocks.append($0) }
          block = DurationDistribution()
        }
      }
    }
    guard distribution.count > 0 else { return nil }
    summary = Self.summarize(&distribution)
    let trend = total >= 100 ? BlockTrend(medians: Array(blocks.prefix(BlockTrend.blockCount))) : nil
    warnings = Self.warnings(summary, outliers: distribution.outliers(), trend: trend)
  }

  static func summarize(_ distribution: inout DurationDistribution) -> LatencySummary {
    let percentiles: [(name: String, probability: Double)] = [
      ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99_9", 0.999),
    ]
    let count = distribution.count
    let values = distribution.quantiles([0, 0.5] + percentiles.map(\.probability) + [1]).map { $0 / 1e6 }
    // The ends of the drawing are quantiles, so that one outlier does not press all others into one bin.
    let ends = distribution.quantiles([0, 0.98])
    let high = ends[1] + (ends[1] - ends[0]) * 0.1
    var summary = LatencySummary(
      count: count, mean: (distribution.mean ?? 0) / 1e6,
      standardDeviation: distribution.standardDeviation.map { $0 / 1e6 }, minimum: values[0],
      maximum: values[values.count - 1], p50: values[1],
      histogram: LatencyHistogram(
        from: ends[0] / 1e6, to: high / 1e6,
        counts: distribution.histogram(binCount: histogramBins, over: ends[0]...high)))
    func value(_ index: Int) -> Double? {
      let needed = QuantileInterval.minimumCount(probability: percentiles[index].probability)
      if count < needed { summary.tooFewFor[percentiles[index].name] = needed }
      return count < needed ? nil : values[index + 2]
    }
    summary.p90 = value(0)
    summary.p95 = value(1)
    summary.p99 = value(2)
    summary.p999 = value(3)
    if let ranks = QuantileInterval.ranks(probability: 0.5, count: count) {
      summary.medianInterval = distribution.values(atSortedRanks: [ranks.lower, ranks.upper]).map { Double($0) / 1e6 }
    }
    return summary
  }

  private static func warnings(
    _ summary: LatencySummary, outliers: Outliers, trend: BlockTrend?
  ) -> [CellWarning] {
    var warnings: [CellWarning] = []
    if let deviation = summary.standardDeviation, summary.mean > 0, deviation / summary.mean > 0.025 {
      warnings.append(
        CellWarning(
          "latencies vary by \(percent(deviation / summary.mean)) (standard deviation over mean)",
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
          "the first tenth of the run is \(percent(trend.slowStart)) slower than the rest",
          advice: "give it a longer warm-up, as with --warm-up 3."))
    }
    if let drift = trend?.drift, abs(drift) > 0.025 {
      warnings.append(
        CellWarning(
          "latencies \(drift > 0 ? "rose" : "fell") by \(percent(abs(drift))) over the run",
          advice: "something heats up or settles; measure longer, as with --min-time 30."))
    }
    return warnings
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
