public import AssayCore
import Foundation
public import RecordImport
import RecordLog
public import Report
public import ResultStore
public import Steadiness

/// Makes the runs of a report from saved runs, record logs, and the CSV of other tools.
public struct ReportSources {
  /// Intervals and limits that the user asks about.
  public var options: SteadinessOptions

  public init(_ options: SteadinessOptions = SteadinessOptions()) { self.options = options }

  /// A saved run. Without records, show the stored summary. The report states problems with the records.
  public func run(_ stored: StoredRun, of store: ResultStore) -> ReportedRun {
    let cell = stored.report
    var run = ReportedRun(
      title: "\(cell.model.name) on \(cell.target)", report: cell, host: stored.host, created: stored.created,
      steadiness: cell.steadiness)
    guard let path = cell.recordLog else { return run }
    let state = store.logState(of: stored)
    if case .missing = state {
      run.recordsProblem = "The record log of this run is missing: \(path)"
      return run
    }
    var options = options
    options.discardAbove = options.discardAbove ?? stored.spec.measure.stress?.discardAbove
    options.surroundings = RunSurroundings(host: stored.host, threads: stored.spec.options.allThreads)
    do throws(AssayError) {
      try fill(&run, recordLog: path, telemetry: cell.telemetry, options: options)
    } catch {
      run.recordsProblem = error.message
    }
    if case .altered = state {
      run.steadiness?.problems.insert(.altered, at: 0)
    }
    return run
  }

  /// A record log, even of an unfinished run, with the telemetry log beside it, if any.
  public func run(recordLog path: String) throws(AssayError) -> ReportedRun {
    var run = ReportedRun(title: Self.name(of: path), report: Self.cell(of: path))
    run.report.recordLog = path
    let telemetry = RunFiles.telemetry(beside: path)
    let isThere = FileManager.default.fileExists(atPath: telemetry)
    try fill(&run, recordLog: path, telemetry: isThere ? telemetry : nil, options: options)
    return run
  }

  /// The CSV of another tool.
  public func run(csv path: String, columns: ForeignColumns) throws(AssayError) -> ReportedRun {
    var run = ReportedRun(title: Self.name(of: path), report: Self.cell(of: path))
    let log = FileManager.default.temporaryDirectory.appending(path: "assay-\(UUID().uuidString).records").path
    defer { unlink(log) }
    try ForeignRecords.convert(path, columns: columns, to: log)
    try fill(&run, recordLog: log, telemetry: nil, options: options)
    return run
  }

  private func fill(
    _ run: inout ReportedRun, recordLog: String, telemetry: String?, options: SteadinessOptions
  ) throws(AssayError) {
    let found = try SteadinessOfRun(recordLog: recordLog, telemetry: telemetry, options: options)
    run.steadiness = found.steadiness
    run.telemetry = found.telemetry
    guard found.steadiness.count <= LatencyPoint.maximumCount else { return }
    var points: [LatencyPoint] = []
    try RecordLogReader(opening: recordLog).read { records in
      points += records.map {
        LatencyPoint(seconds: Double($0.start) / 1e9, milliseconds: Double($0.duration) / 1e6)
      }
    }
    // If times are impossible, draw the corrected times of the analysis instead.
    let end = found.steadiness.envelope.last?.end ?? 0
    if points.allSatisfy({ $0.seconds <= end }) { run.points = points }
  }

  /// A cell of which only the records are known.
  private static func cell(of path: String) -> CellReport {
    var cell = CellReport(
      CellSpec(
        model: ModelReference(path: path), target: Target(engine: "", device: ""), options: CellOptions(threads: 0),
        measure: .latency(RepetitionRule())))
    cell.status = .ok
    return cell
  }

  private static func name(of path: String) -> String { ModelReference(path: path).name }
}
