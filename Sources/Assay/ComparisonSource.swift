import AssayCore
import RecordLog
import ResultStore
import Statistics

/// The latencies of one side of a comparison, wherever they come from.
struct ComparisonSource {
  /// In nanoseconds.
  enum Durations {
    /// Of a run that was measured alone, in time order.
    case run([UInt64])
    /// Of a cell that took turns, by round, with the name of the comparison: blocks of the same round make pairs.
    case blocks([[UInt64]], comparison: String)
  }

  /// As the user named it.
  let name: String
  let durations: Durations
  /// The nanoseconds for an inference of all streams together, by round or in parts of the time; empty without streams.
  private(set) var times: [UInt64] = []
  /// The machine that measured a stored run, where that is known.
  var host: HostDescription?
  var report: CellReport?
  /// What a reader must know of where its latencies come from.
  private(set) var note: ComparisonNote?

  /// A record log, of which nothing but the latencies is known.
  init(recordLog path: String) throws(AssayError) {
    var run: [UInt64] = []
    let records = try CountedRecords(path)
    run.reserveCapacity(records.count)
    try records.forEachDuration { run.append($0) }
    guard !run.isEmpty else { throw AssayError(.badData, "The record log \(path) holds no inference.") }
    self.init(name: path, durations: .run(run), times: try Self.times(path))
  }

  /// A run in the store, named as the user did.
  ///
  /// - Throws: `.usage` if there is none, `.badData` or `.inputOutput` if its records are missing.
  init(stored name: String, in store: ResultStore) throws(AssayError) {
    let run = try store.run(name)
    guard let path = run.report.recordLog else {
      // Overlapped runs have no latencies, but predictions of every image.
      guard run.report.predictions != nil else { throw AssayError(.badData, "Run \(run.id) left no records.") }
      self.init(name: name, durations: .run([]), host: run.host, report: run.report)
      return
    }
    let state = store.logState(of: run)
    guard state != .missing else {
      throw AssayError(.inputOutput, "The record log of run \(run.id) is missing: \(path)")
    }
    let durations = try Self.durations(of: run, path: path)
    self.init(
      name: name, durations: durations, times: try Self.times(path, blocks: run.report.turns?.blocks), host: run.host,
      report: run.report)
    if state == .altered { note = .recordsAltered(run: run.id, path: path) }
  }

  init(
    name: String, durations: Durations, times: [UInt64] = [], host: HostDescription? = nil, report: CellReport? = nil
  ) {
    self.name = name
    self.durations = durations
    self.times = times
    self.host = host
    self.report = report
  }

  private static func times(_ path: String, blocks: [RecordRange]? = nil) throws(AssayError) -> [UInt64] {
    let log = try RecordLogReader(opening: path)
    guard log.hasStreams else { return [] }
    return try StreamAnalysis(log, streams: StreamAnalysis.streams(in: log), blocks: blocks)?.times ?? []
  }

  /// The throughput of the streams of this side against that of a reference; `nil` unless both have streams.
  func throughput(against reference: ComparisonSource) -> ThroughputComparison? {
    guard !times.isEmpty, !reference.times.isEmpty else { return nil }
    if case .blocks(_, let comparison) = durations, case .blocks(_, comparison) = reference.durations {
      let found = RatioComparison(
        pairs: RoundGroups.pairs(reference: reference.times.map { [$0] }, cell: times.map { [$0] }))
      return found.map { ThroughputComparison(ofTimes: $0, verdict: $0.verdict) }
    }
    return RatioComparison(runA: reference.times, runB: times).map {
      ThroughputComparison(ofTimes: $0, verdict: .notEnoughData)
    }
  }

  private static func durations(of run: StoredRun, path: String) throws(AssayError) -> Durations {
    guard let turns = run.report.turns else { return try Self(recordLog: path).durations }
    var all: [UInt64] = []
    try CountedRecords(path, blocks: turns.blocks).forEachDuration { all.append($0) }
    var rest = all[...]
    let blocks = turns.blocks.map { block in
      defer { rest = rest.dropFirst(block.count) }
      return Array(rest.prefix(block.count))
    }
    return .blocks(blocks, comparison: turns.comparison)
  }

  var side: ComparisonSide {
    var distribution = DurationDistribution(allDurations)
    return ComparisonSide(
      name: name, medianMilliseconds: distribution.quantile(0.5).map { $0 / 1e6 }, count: distribution.count,
      host: host, report: report)
  }

  private var allDurations: [UInt64] {
    switch durations {
    case .run(let run): run
    case .blocks(let blocks, _): blocks.flatMap(\.self)
    }
  }

  /// The ratio of this side to a reference; `nil` if one of them has no latencies.
  ///
  /// - Parameter history: of the store that saved runs come from. Runs of different times differ by more than each of them says.
  func compared(with reference: ComparisonSource, history: RunHistory?) throws(AssayError) -> (
    comparison: RatioComparison, spread: RunSpread?
  )? {
    if case .blocks(let own, let comparison) = durations, case .blocks(let others, comparison) = reference.durations {
      return RatioComparison(pairs: RoundGroups.pairs(reference: others, cell: own)).map { ($0, nil) }
    }
    guard let comparison = RatioComparison(runA: reference.allDurations, runB: allDurations) else { return nil }
    // Of a record log nothing is known but its latencies, and a run does not differ from itself.
    guard let history, let run = report?.runID, let other = reference.report?.runID, run != other else {
      return (comparison, nil)
    }
    return try history.widen(comparison, of: self, and: reference)
  }
}

extension ThroughputComparison {
  /// - Parameter times: the comparison of the times for an inference, of which the throughput is the inverse.
  fileprivate init(ofTimes times: RatioComparison, verdict: Verdict) {
    func inverse(_ range: ClosedRange<Double>?) -> [Double]? {
      range.map { [1 / max($0.upperBound, 1e-9), 1 / max($0.lowerBound, 1e-9)] }
    }
    self.init(
      ratio: 1 / max(times.ratio, 1e-9), interval: inverse(times.interval), wideInterval: inverse(times.wideInterval),
      verdict: verdict)
  }
}

extension CellComparison {
  init(cell: Int, _ comparison: RatioComparison, spread: RunSpread?, limit: Double?) {
    self.init(
      cell: cell, ratio: comparison.ratio, interval: comparison.interval.map { [$0.lowerBound, $0.upperBound] },
      wideInterval: comparison.wideInterval.map { [$0.lowerBound, $0.upperBound] }, verdict: comparison.verdict)
    runSpread = spread
    gate = limit.map { Gate(limit: $0, self) }
  }
}
