public import AssayCore

extension LatencySummary {
  /// Bins of the small histogram that a table shows.
  private static let histogramBins = 20

  /// The figures of a distribution, in ms. Without percentiles that need a larger sample; `nil` without durations.
  public init?(_ distribution: inout DurationDistribution) {
    let percentiles: [(name: String, probability: Double)] = [
      ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99_9", 0.999),
    ]
    let count = distribution.count
    guard count > 0 else { return nil }
    let values = distribution.quantiles([0, 0.5] + percentiles.map(\.probability) + [1]).map { $0 / 1e6 }
    // The ends are quantiles, so that one outlier does not squeeze all others into one bin.
    let ends = distribution.quantiles([0, 0.98])
    let high = ends[1] + (ends[1] - ends[0]) * 0.1
    let histogram = distribution.histogram(binCount: Self.histogramBins, over: ends[0]...high)
    self.init(
      count: count, mean: (distribution.mean ?? 0) / 1e6,
      standardDeviation: distribution.standardDeviation.map { $0 / 1e6 }, minimum: values[0],
      maximum: values[values.count - 1], p50: values[1],
      histogram: LatencyHistogram(
        from: ends[0] / 1e6, to: high / 1e6, counts: histogram.counts, overflow: histogram.overflow))
    let needed = percentiles.map { QuantileInterval.minimumCount(probability: $0.probability) }
    for (index, percentile) in percentiles.enumerated() where count < needed[index] {
      tooFewFor[percentile.name] = needed[index]
    }
    func value(_ index: Int) -> Double? { count < needed[index] ? nil : values[index + 2] }
    p90 = value(0)
    p95 = value(1)
    p99 = value(2)
    p999 = value(3)
    if let ranks = QuantileInterval.ranks(probability: 0.5, count: count) {
      medianInterval = distribution.values(atSortedRanks: [ranks.lower, ranks.upper]).map { Double($0) / 1e6 }
    }
  }
}
