import AssayCore
import RecordLog
import Scenarios
import Steadiness

/// Reads the record log of a cell into its report.
enum RecordAnalysis {
  /// Fills in latency, rate, steadiness and warnings. Of a cell that took turns, only the records of its blocks count.
  ///
  /// - Parameters:
  ///   - host: the machine that measured it.
  ///   - arrivals: when queries were due, where their times were recorded.
  /// - Throws: `.inputOutput`, `.badData` if the log cannot be read.
  static func read(_ path: String, into report: inout CellReport, host: HostDescription, arrivals: [UInt64]? = nil)
    throws(AssayError)
  {
    if let stress = report.spec.measure.stress {
      let options = SteadinessOptions(
        discardAbove: stress.discardAbove,
        surroundings: RunSurroundings(host: host, threads: report.options.allThreads))
      let steadiness = try SteadinessOfRun(recordLog: path, telemetry: report.telemetry, options: options).steadiness
      report.steadiness = steadiness.withoutCharts
      report.latency = steadiness.latency
    } else if let scenario = try ScenarioOfRun.result(path, of: report) {
      report.latency = try LatencyAnalysis(CountedRecords(path))?.summary
      report.scenario = scenario.report
    } else if let analysis = try LatencyAnalysis(CountedRecords(path, blocks: report.turns?.blocks)) {
      report.latency = analysis.summary
      // What waits in a queue is not noise of the machine.
      if report.spec.measure.kind != .load { report.warnings += analysis.warnings }
    }
    report.load = try LoadOfRun.report(path, of: report, arrivals: arrivals)
    if let warning = try stopWarning(path) { report.warnings.append(warning) }
    if report.spec.recordsStreams {
      try readStreams(path, into: &report)
    } else if let mean = report.latency?.mean, mean > 0 {
      report.rate = InferenceRate(inferences: 1000 / mean, samples: 1000 / mean * Double(batch(of: report)))
    }
  }

  private static func readStreams(_ path: String, into report: inout CellReport) throws(AssayError) {
    let found = try StreamAnalysis(
      RecordLogReader(opening: path), streams: report.options.streams, blocks: report.turns?.blocks)
    guard let found else { return }
    report.rate = InferenceRate(inferences: found.rate, samples: found.rate * Double(batch(of: report)))
    report.streams = StreamsReport(
      counts: found.counts, rateInterval: found.interval.map { [$0.lowerBound, $0.upperBound] },
      facts: report.streams?.facts)
  }

  /// Of a cell that took turns, a block with a stop is repeated, so no inference is left out.
  private static func stopWarning(_ path: String) throws(AssayError) -> Warning? {
    let log = try RecordLogReader(opening: path)
    let stops = log.stops()
    guard !stops.isEmpty else { return nil }
    return .workerStopped(
      count: stops.count, seconds: stops.reduce(0) { $0 + Double($1.duration) / 1e9 },
      inferences: try CountedRecords.cutCount(log))
  }

  /// The samples of an inference: `--batch`, or the first dimension that `--shape` gives to all inputs and that all outputs have too. A
  /// dimension that only the inputs have is no batch.
  static func batch(of report: CellReport) -> Int {
    if let batch = report.options.batch { return batch }
    guard !report.options.shapes.isEmpty, let inputs = report.inputs, let outputs = report.outputs else { return 1 }
    let first = Set((inputs + outputs).compactMap(\.shape.first))
    return first.count == 1 && !inputs.isEmpty && !outputs.isEmpty ? max(first.first ?? 1, 1) : 1
  }
}

/// The records of a log that count.
struct CountedRecords {
  private let log: RecordLogReader
  /// `nil` if all records count.
  private let blocks: [RecordRange]?
  let count: Int

  /// - Throws: `.inputOutput`, `.badData`
  init(_ path: String, blocks: [RecordRange]? = nil) throws(AssayError) {
    log = try RecordLogReader(opening: path)
    self.blocks = blocks
    count =
      if let blocks { blocks.reduce(0) { $0 + $1.count } } else { log.count() - (try Self.cutCount(log)) }
  }

  /// Inferences during which the worker was stopped.
  static func cutCount(_ log: RecordLogReader) throws(AssayError) -> Int {
    guard !log.stops().isEmpty else { return 0 }
    var counted = 0
    try log.readCounted { counted += $0.count }
    return log.count() - counted
  }

  /// Calls `body` with every duration in nanoseconds, in order, in bounded memory.
  func forEachDuration(_ body: (UInt64) -> Void) throws(AssayError) {
    guard let blocks else { return _ = try log.readCounted { for record in $0 { body(record.duration) } } }
    var index = 0
    var rest = blocks[...]
    try log.read { records in
      for record in records {
        defer { index += 1 }
        while let block = rest.first, index >= block.first + block.count { rest = rest.dropFirst() }
        if let block = rest.first, index >= block.first { body(record.duration) }
      }
    }
  }
}
