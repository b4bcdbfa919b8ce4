public import AssayCore
public import ResultStore
import Steadiness

/// The history of cells in a store.
public enum RunTrend {
  /// The runs that match a filter and ended well, by cell and machine, with the changes of a metric.
  ///
  /// - Parameter damaged: called for each run that is left out because it is damaged.
  /// - Throws: `.usage` where no run has the metric.
  public static func report(
    of filter: RunFilter, metric: RunMetric, in store: ResultStore, damaged: (AssayError) -> Void = { _ in }
  ) throws(AssayError) -> TrendReport {
    var filter = filter
    filter.status = .ok
    var histories: [(cell: CellTrend, host: HostDescription)] = []
    let ids = try store.list(filter, damaged: damaged).map(\.id).reversed()
    // One at a time: a report is large, and a point is not.
    for id in ids {
      guard let run = try store.runs([id], damaged: damaged).first,
        // A run without an identity has nothing to be compared with.
        let cellID = run.report.cellID, let value = metric.value(of: run.report)
      else { continue }
      let known = histories.firstIndex { $0.cell.cellID == cellID && $0.host.isSameMachine(as: run.host) }
      if known == nil {
        histories.append((CellTrend(run, cellID: cellID, neededRuns: ValueHistory.minimumCount), run.host))
      }
      histories[known ?? histories.count - 1].cell.runs.append(
        TrendPoint(run, value: value, interval: metric.interval(of: run.report)))
    }
    guard !histories.isEmpty else {
      throw AssayError(
        .usage, "No saved run of \(filter.model ?? "any model") that ended well has \(metric.rawValue).",
        advice: "The saved runs: assay results list")
    }
    return TrendReport(
      metric: metric,
      cells: histories.map { cell, _ in
        var cell = cell
        cell.changes = changes(in: cell.runs)
        return cell
      })
  }

  private static func changes(in runs: [TrendPoint]) -> [TrendChange]? {
    ValueHistory.changes(in: runs.map(\.value))?.map { change in
      TrendChange(
        before: runs[change.index - 1], after: runs[change.index], change: change.change,
        interval: [change.range.lowerBound, change.range.upperBound])
    }
  }
}
