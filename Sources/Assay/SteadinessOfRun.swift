public import AssayCore
import RecordLog
public import Steadiness
import Telemetry

/// The steadiness of a long run, from its records and its sensors.
public struct SteadinessOfRun: Sendable {
  public let steadiness: SteadinessReport
  /// `nil` if no sensors were read during the run.
  public let telemetry: TelemetrySeries?

  /// Analyses a record log in bounded memory.
  ///
  /// - Parameters:
  ///   - telemetry: the path of the telemetry log, if there is one.
  ///   - options: intervals and limits that the user asks about.
  /// - Throws: `.inputOutput`, `.badData` if the record log cannot be read. A telemetry log that cannot be read is one of the problems.
  public init(recordLog: String, telemetry path: String?, options: SteadinessOptions = SteadinessOptions())
    throws(AssayError)
  {
    let log = try RecordLogReader(opening: recordLog)
    let series = path.map { path in Result { () throws(AssayError) in try TelemetryLogReader.read(path) } }
    let telemetry = series.flatMap { try? $0.get() }
    var report = try SteadinessAnalysis.analyze(
      log, options: options, telemetry: telemetry)
    report.energy = telemetry.flatMap { EnergyUse(of: $0, seconds: report.seconds, inferences: report.count) }
    let missing = Set((telemetry?.unavailable ?? []).map(\.name))
    report.missingSensors = Sensor.Quantity.allCases.filter { missing.contains($0.rawValue) }
    if case .failure(let error) = series { report.problems.append(.telemetryUnreadable(message: error.message)) }
    if let damaged = telemetry?.damagedLines, damaged > 0 {
      report.problems.append(.damagedTelemetry(lines: damaged))
    }
    steadiness = report
    self.telemetry = telemetry
  }
}

extension SteadinessReport {
  /// Without what only charts need, which is large and can be computed from the record log, and without the latency, which the cell has.
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
