public import AssayCore
public import ResultStore
public import Study

/// How far the cells of a study are in a store, by their names: what they are made of is looked at once a run begins.
public struct StudyState {
  private let runs: [StudyMembership: [StudyRunSummary]]
  private let retriesFailed: Bool
  private let study: StudyFile

  /// - Parameters:
  ///   - store: `nil` for none, in which nothing is done.
  ///   - retriesFailed: whether what failed counts as not done.
  public init(_ study: StudyFile, in store: ResultStore?, retriesFailed: Bool) throws(AssayError) {
    self.study = study
    self.retriesFailed = retriesFailed
    let ended = try store?.runs(ofStudy: study.name).filter { $0.status != .interrupted } ?? []
    runs = Dictionary(grouping: ended) { run in
      var name = run.membership
      name.seconds = nil
      return name
    }
  }

  /// How a cell has ended; `nil` for one that a run would measure.
  public func status(of cell: StudyPlan.Cell) -> CellStatus? {
    let found = runs[study.membership(cell), default: []].filter { run in
      (cell.threads == 0 || run.threads == Int(cell.threads)) && (run.batch ?? 0) == Int(cell.batch)
    }
    if found.contains(where: { $0.status == .ok }) { return .ok }
    return retriesFailed ? nil : found.last?.status
  }
}

extension StudyProgress {
  /// Of a host that did not tell how far it came: what the store has not counts as failed.
  ///
  /// - Parameters:
  ///   - before: the state when the host began.
  ///   - now: the state when it ended.
  public init(of cells: [StudyPlan.Cell], before: StudyState, now: StudyState) {
    self.init()
    total = cells.count
    for cell in cells {
      if let status = before.status(of: cell) {
        skip(status)
      } else {
        count(now.status(of: cell) ?? .failed)
      }
    }
  }
}
