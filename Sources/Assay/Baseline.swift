public import AssayCore
public import ResultStore

/// Saved runs to compare new ones with, cell by cell.
public struct Baseline: Sendable {
  private let name: String
  private let store: ResultStore
  private let runs: [StoredRun]

  /// - Parameter name: an id, a tag, `last` or `last~1`.
  /// - Throws: `.usage` if there is no such run, with the nearest names.
  public init(_ name: String, in store: ResultStore) throws(AssayError) {
    self.name = name
    self.store = store
    var runs: [StoredRun] = []
    for id in try store.ids(for: [name]) { runs.append(try store.run(id)) }
    self.runs = runs
  }

  /// Compares a cell that has just been saved with the run of the same model on the same target.
  ///
  /// - Throws: `.usage` if the baseline has no such run; `.badData` or `.inputOutput`, if its records are missing.
  public func compare(_ cell: CellReport, in context: RunContext) throws(AssayError) -> ComparisonReport {
    guard let run = counterpart(of: cell), let id = cell.runID else {
      throw AssayError(
        .usage, "'\(name)' has no run of \(cell.model.name) on \(cell.target) to compare with.",
        advice: "Save one with: assay bench \(cell.model.path) -e \(cell.target) --baseline \(name)")
    }
    var context = context
    context.store = store
    return try Comparison(["\(run.id)", "\(id)"], in: context).run()
  }

  /// The last run of the same model on the same target, preferably with the same threads and batch.
  private func counterpart(of cell: CellReport) -> StoredRun? {
    let alike = runs.filter {
      $0.report.model.name == cell.model.name && $0.report.engine.name == cell.engine.name
        && $0.report.device == cell.device
    }
    let same = alike.last {
      $0.report.options.threads == cell.options.threads && $0.report.options.batch == cell.options.batch
    }
    return same ?? alike.last
  }
}
