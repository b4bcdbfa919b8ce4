public import AssayCore
import RecordLog
public import Steadiness
import Telemetry

/// A long run as its records and its sensors tell it.
public struct SteadinessOfRun: Sendable {
  public let steadiness: SteadinessReport
  /// `nil` where no sensors were read beside it.
  public let telemetry: TelemetrySeries?

  /// Analyses a record log in bounded memory.
  ///
  /// - Parameters:
  ///   - telemetry: the path of the telemetry log; `nil` where there is none.
  ///   - options: what is wanted beyond what the analysis does by itself.
  /// - Throws: `.inputOutput`, `.badData`, where the record log cannot be read. A telemetry log that cannot is told among the problems.
  public init(recordLog: String, telemetry path: String?, options: SteadinessOptions = SteadinessOptions())
    throws(AssayError)
  {
    let log = try RecordLogReader(opening: recordLog)
    let series = path.map { path in Result { () throws(AssayError) in try TelemetryLogReader.read(path) } }
    let telemetry = series.flatMap { try? $0.get() }
    var report = try SteadinessAnalysis.analyze(
      log, options: options, telemetry: telemetry)
    report.energy = telemetry.flatMap { EnergyUse(of: $0, seconds: report.seconds, inferences: report.count) }
    if case .failure(let error) = series { report.problems.append(error.message) }
    if let damaged = telemetry?.damagedLines, damaged > 0 {
      report.problems.append("\(damaged) lines of the telemetry log make no sense and are left out.")
    }
    steadiness = report
    self.telemetry = telemetry
  }
}

extension SteadinessReport {
  /// Without what only charts need, which is much and comes back from the record log, and without what its cell says anyway.
  var withoutCharts: SteadinessReport {
    var report = self
    report.latency = nil
    report.envelope = []
    report.density = nil
    report.quantiles = []
    for index in report.modes.indices { report.modes[index].activity = [] }
    return report
  }
}
