import AssayCore
import Statistics

/// What holds for every run: whether it is steady or spreads, and how far single inferences stray.
extension SteadinessReport {
  /// Half the width of the interval that holds 95 %, over its centre. Up to here a run is steady, beyond it spreads.
  private static let steadyReach = 0.05
  /// A share that holds nearly all inferences: it was chosen to hold 95 %, and its ends are rounded.
  private static let nearlyAll = 0.945

  /// - Parameter isQuiet: there is no other finding.
  func spreadFinding(isQuiet: Bool) -> Finding? {
    guard let latency, let densest = densest.last, latency.count > 1, densest.to > 0, let core = shares.first
    else { return nil }
    let reach = (densest.to - densest.from) / (densest.to + densest.from)
    if isQuiet, reach <= Self.steadyReach {
      // A short run is not searched for changes.
      let isSearched = envelope.count >= PieceSeries.minimumCount
      return Finding(.steady(Finding.Steady(share: core, isSearched: isSearched)), strength: .strong)
    }
    guard reach > Self.steadyReach, let most = shares.first(where: { $0.share >= Self.nearlyAll }) else { return nil }
    let extent = latency.maximum / max(latency.minimum, 1e-6)
    return Finding(
      .spread(Finding.Spread(shares: core.share < most.share ? [core, most] : [most], slowestOverFastest: extent)),
      strength: reach > 0.5 ? .strong : reach > 0.15 ? .moderate : .weak)
  }

  /// Some inferences take over half as long again as 99 in 100.
  var outlierFinding: Finding? {
    guard let latency, let p99 = latency.p99, latency.maximum > 1.5 * p99 else { return nil }
    let share = quantiles.last { $0.latency <= 1.5 * p99 }.map { 1 - $0.probability } ?? 0
    let outliers = Finding.Outliers(
      maximum: latency.maximum, p99: p99, maximumOverMedian: latency.maximum / max(latency.p50, 1e-6))
    return Finding(.outliers(outliers), strength: share > 0.001 ? .moderate : .weak)
  }
}
