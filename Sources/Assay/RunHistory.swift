import AssayCore
import Foundation
import ResultStore
import Statistics

/// What earlier runs in a store say about how much runs of different times differ.
struct RunHistory {
  /// Runs that are looked at, the newest first. Machines change over months.
  private static let length = 30

  let store: ResultStore

  /// A ratio with intervals that hold for the cells, not only for these two runs of them.
  ///
  /// Each side counts by the earlier runs of its own cell; one that has too few, such as a new version of a model, by those of the other. A
  /// reference that is unlike the other runs of its cell is no measure of a small difference.
  func widen(
    _ comparison: RatioComparison, of cell: ComparisonSource, and reference: ComparisonSource
  ) throws(AssayError) -> (comparison: RatioComparison, spread: RunSpread) {
    let last = max(cell.report?.runID ?? 0, reference.report?.runID ?? 0)
    let isOneMachine = cell.host.map(ComparisonNotes.Machine.init) == reference.host.map(ComparisonNotes.Machine.init)
    let medians: [[Double]] =
      if isOneMachine { [try earlier(cell, before: last), try earlier(reference, before: last)] } else { [[], []] }
    let known = medians.map { RunVariance(medians: $0) }
    let fastest = Self.fastestRatio(of: cell, to: reference)
    guard let one = known[0] ?? known[1], let other = known[1] ?? known[0] else {
      var spread = RunSpread(
        earlierRuns: medians.map(\.count).max() ?? 0, deviation: nil, assumedRatio: RatioComparison.assumedRatio)
      spread.fastestRatio = fastest
      return (comparison.widened(by: nil), spread)
    }
    let variance = one.ofRatio(to: other)
    let drift = Self.drift(of: reference.report?.latency?.p50 ?? 0, among: medians[1])
    let counts = medians.map(\.count).filter { $0 >= RunVariance.minimumRunCount }
    var spread = RunSpread(earlierRuns: counts.min() ?? 0, deviation: variance.deviation, assumedRatio: nil)
    spread.referenceDrift = drift > 0 ? exp(drift) - 1 : nil
    spread.fastestRatio = fastest
    return (comparison.widened(by: variance, drift: drift), spread)
  }

  private static func fastestRatio(of cell: ComparisonSource, to reference: ComparisonSource) -> Double? {
    guard let one = cell.report?.latency?.minimum, let other = reference.report?.latency?.minimum, other > 0 else {
      return nil
    }
    return one / other
  }

  /// How far a run lies from the other runs of its cell, if these do not explain it; else 0.
  private static func drift(of median: Double, among medians: [Double]) -> Double {
    var others = medians
    if let own = others.firstIndex(of: median) { others.remove(at: own) }
    return RunVariance(medians: others)?.drift(of: median) ?? 0
  }

  /// The medians of earlier runs of a cell on the same machine with the same version of the engine.
  private func earlier(_ side: ComparisonSource, before id: Int64) throws(AssayError) -> [Double] {
    guard let report = side.report, let cell = report.cellID, let host = side.host else { return [] }
    let runs = try store.medians(of: cell, engineVersion: report.engine.version, before: id, limit: Self.length)
    return runs.filter { ComparisonNotes.Machine($0.host) == ComparisonNotes.Machine(host) }.map(\.median)
  }
}
