import AssayCore
import Statistics

/// What is said of every run: whether it is steady or spreads.
enum Description {
  /// Half the width of the interval that holds 95 %, over its centre: up to here a run is steady, beyond it spreads.
  static let steadyReach = 0.05

  /// - Parameter isQuiet: nothing else was found.
  static func finding(_ report: SteadinessReport, isQuiet: Bool) -> Finding? {
    guard let latency = report.latency, let densest = report.densest.last, latency.count > 1, densest.to > 0
    else { return nil }
    let reach = (densest.to - densest.from) / (densest.to + densest.from)
    let isSteady = isQuiet && (densest.from == densest.to || reach <= steadyReach)
    // A narrow core is what a steady run is known by; of a spread one, all but the farthest must be told, too.
    guard let core = report.shares.first,
      let share = isSteady ? core : report.shares.first(where: { $0.share >= 0.945 })
    else { return nil }
    let center = (share.from + share.to) / 2
    let tolerance = (share.to - share.from) / 2
    let numbers = [
      "share": share.share, "center_ms": center, "tolerance_ms": tolerance, "relative_tolerance": tolerance / center,
    ]
    guard !isSteady else {
      // A short run is not searched for them.
      let rest = report.envelope.count >= PieceSeries.minimumCount ? "; no shift, no trend" : ""
      return Finding(kind: .steady, sentence: "Steady: \(text(of: share))\(rest).", strength: .strong, numbers: numbers)
    }
    guard reach > steadyReach else { return nil }
    let held = (core.share < share.share ? "\(text(of: core)), " : "") + text(of: share)
    let extent = Decimals.text(latency.maximum / max(latency.minimum, 1e-6), digits: 2)
    return Finding(
      kind: .spread, sentence: "Spread: \(held); the slowest took \(extent) times as long as the fastest.",
      strength: reach > 0.5 ? .strong : reach > 0.15 ? .moderate : .weak, numbers: numbers)
  }

  /// `93 % of inferences within 1065 ± 15 ms (1.4 %)`
  private static func text(of share: LatencyShare) -> String {
    let center = (share.from + share.to) / 2
    let tolerance = (share.to - share.from) / 2
    let unit = Decimals.unit(of: tolerance, digits: 2)
    return "\(Decimals.percent(share.share)) of inferences within \(Decimals.text(center, unit: unit)) ± "
      + "\(Decimals.text(tolerance, unit: unit)) ms (\(Decimals.percent(tolerance / center)))"
  }

  /// How far single inferences stray, where some take over half as long again as 99 in 100.
  static func outliers(_ report: SteadinessReport) -> Finding? {
    guard let latency = report.latency, let p99 = latency.p99, latency.maximum > 1.5 * p99 else { return nil }
    let limit = 1.5 * p99
    let ratio = latency.maximum / max(latency.p50, 1e-6)
    let share = report.quantiles.last { $0.latency <= limit }.map { 1 - $0.probability } ?? 0
    let sentence =
      "Some inferences take far longer: the slowest \(Decimals.text(latency.maximum)) ms, "
      + "\(Decimals.text(ratio, digits: 2)) times the median; 99 % stay below \(Decimals.text(p99)) ms."
    return Finding(
      kind: .outliers, sentence: sentence, strength: share > 0.001 ? .moderate : .weak,
      numbers: ["max_ms": latency.maximum, "p99_ms": p99, "ratio_to_median": ratio])
  }
}
