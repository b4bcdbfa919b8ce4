import AssayCore
import RecordLog
import ResultStore
import Statistics

/// A side of a comparison, wherever its latencies come from.
struct MeasuredCell {
  /// In nanoseconds.
  enum Durations {
    /// Of a run that was measured on its own, in time order.
    case run([UInt64])
    /// Of a live cell, by round; every cell has one block in each.
    case blocks([[UInt64]])
  }

  /// As the user named it.
  let name: String
  let durations: Durations
  /// The machine that a stored run was measured on, where that is known.
  var host: HostDescription?
  var report: CellReport?
  /// What a reader must know of where its latencies come from.
  private(set) var note: ComparisonNote?

  /// A record log, of which nothing but the latencies is known.
  init(recordLog path: String) throws(AssayError) {
    var run: [UInt64] = []
    let log = try RecordLogReader(opening: path)
    run.reserveCapacity(log.count())
    try log.read { records in run += records.lazy.map(\.duration) }
    guard !run.isEmpty else { throw AssayError(.badData, "The record log \(path) holds no inference.") }
    self.init(name: path, durations: .run(run))
  }

  /// A run in the store, named as the user did.
  ///
  /// - Throws: `.usage` where there is none, `.badData` or `.inputOutput` where its records are not to be had.
  init(stored name: String, in store: ResultStore) throws(AssayError) {
    let run = try store.run(name)
    guard let path = run.report.recordLog else {
      // Overlapped runs have no latencies, but what the model said of every image.
      guard run.report.predictions != nil else { throw AssayError(.badData, "Run \(run.id) left no records.") }
      self.init(name: name, durations: .run([]), host: run.host, report: run.report)
      return
    }
    let state = store.logState(of: run)
    guard state != .missing else {
      throw AssayError(.inputOutput, "The record log of run \(run.id) is missing: \(path)")
    }
    let log = try Self(recordLog: path)
    self.init(name: name, durations: log.durations, host: run.host, report: run.report)
    if state == .altered {
      note = .recordsAltered(run: run.id, path: path)
    }
  }

  init(name: String, durations: Durations, host: HostDescription? = nil, report: CellReport? = nil) {
    self.name = name
    self.durations = durations
    self.host = host
    self.report = report
  }

  var summary: ComparedCell {
    var distribution = DurationDistribution(allDurations)
    return ComparedCell(
      name: name, medianMilliseconds: distribution.quantile(0.5).map { $0 / 1e6 }, count: distribution.count,
      host: host, report: report)
  }

  private var allDurations: [UInt64] {
    switch durations {
    case .run(let run): run
    case .blocks(let blocks): blocks.flatMap(\.self)
    }
  }

  /// How the latencies of this cell stand to those of a reference; `nil` where one of them has none.
  ///
  /// Blocks of the same round make pairs. Runs that were not measured together are compared as such.
  func compared(with reference: MeasuredCell) -> RatioComparison? {
    if case .blocks(let own) = durations, case .blocks(let others) = reference.durations {
      return RatioComparison(pairs: RoundGroups.pairs(reference: others, cell: own))
    }
    return RatioComparison(runA: reference.allDurations, runB: allDurations)
  }
}

extension CellComparison {
  init(cell: Int, _ comparison: RatioComparison) {
    self.init(
      cell: cell, ratio: comparison.ratio, interval: comparison.interval.map { [$0.lowerBound, $0.upperBound] },
      wideInterval: comparison.wideInterval.map { [$0.lowerBound, $0.upperBound] }, verdict: comparison.verdict)
  }
}
