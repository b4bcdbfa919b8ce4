public import AssayCore
public import Report
public import ResultStore

extension ReportSources {
  /// Compares saved runs: those of one model, and those that took turns, as far as their records are there. What is wrong with the records of
  /// a run, the report says of that run.
  ///
  /// - Parameter acrossModels: whether to compare different models, too.
  /// - Throws: `.badData` or `.inputOutput` if predictions of images cannot be read.
  public func comparisons(
    of runs: [StoredRun], in store: ResultStore, acrossModels: Bool
  ) throws(AssayError) -> RunComparisons {
    var groups: [(group: Group, runs: [StoredRun])] = []
    for run in runs {
      let group = Group(run.report, acrossModels: acrossModels)
      if let known = groups.firstIndex(where: { $0.group == group }) {
        groups[known].runs.append(run)
      } else {
        groups.append((group, [run]))
      }
    }
    var comparisons = RunComparisons(runs: runs.map(\.id))
    let compared = try groups.map { group throws(AssayError) in try Self.compare(group.runs, in: store) }
    comparisons.latencies = compared.compactMap(\.self)
    let classified = runs.enumerated().compactMap { index, run in run.report.keptPredictions(cell: index) }
    let ranks = classified.first.flatMap { runs[$0.cell].report.accuracy?.top.map(\.k) } ?? []
    comparisons.accuracies = try AccuracyComparison.differences(classified, ranks: ranks)
    return comparisons
  }

  /// Runs that may be compared.
  private enum Group: Hashable {
    /// Whoever made them take turns asked for the comparison.
    case turns(String)
    case model(String)
    case all

    init(_ cell: CellReport, acrossModels: Bool) {
      if let turns = cell.turns {
        self = .turns(turns.comparison)
      } else {
        self = acrossModels ? .all : .model(cell.model.sha256 ?? cell.model.path)
      }
    }
  }

  /// `nil` if fewer than two have latencies.
  private static func compare(_ runs: [StoredRun], in store: ResultStore) throws(AssayError) -> ComparisonReport? {
    let sources = runs.compactMap { run in
      run.report.latency == nil ? nil : try? ComparisonSource(stored: "\(run.id)", in: store)
    }
    guard sources.count > 1 else { return nil }
    let turns = sources.lazy.compactMap(\.report?.turns).first
    let reference = sources.firstIndex { $0.report?.turns.map { $0.cell == $0.reference } ?? false } ?? 0
    return try Comparison.report(
      of: sources, reference: reference + 1, on: runs[0].host, interleaving: turns?.interleaving,
      history: RunHistory(store: store))
  }
}

extension Baseline {
  /// A saved run against its counterpart in the baseline; without a comparison if there is none, or no latencies.
  ///
  /// - Throws: `.badData` or `.inputOutput` if the earlier runs of the cell cannot be read.
  public func change(of run: StoredRun) throws(AssayError) -> BaselineChange {
    var change = BaselineChange(baseline: name, comparison: nil)
    guard let counterpart = Self.counterpart(of: run.report, among: runs), counterpart.id != run.id,
      let reference = try? ComparisonSource(stored: "\(counterpart.id)", in: store),
      let source = try? ComparisonSource(stored: "\(run.id)", in: store)
    else { return change }
    let found = try source.compared(with: reference, history: RunHistory(store: store))
    change.comparison = found.map { CellComparison(cell: 2, $0.comparison, spread: $0.spread, limit: nil) }
    return change
  }
}
