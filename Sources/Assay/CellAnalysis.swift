import AssayCore
import RecordLog
import Steadiness

/// What the records of a cell say, written into its report.
enum CellAnalysis {
  /// - Throws: `.inputOutput`
  static func read(_ log: RecordLogReader, into cell: inout CellReport, batch: Int?, stress: StressPlan?)
    throws(AssayError)
  {
    if let stress, let path = cell.recordLog {
      let steadiness = try SteadinessOfRun(
        recordLog: path, telemetry: cell.telemetry, options: SteadinessOptions(discardAbove: stress.discardAbove)
      ).steadiness
      cell.steadiness = steadiness.withoutCharts
      cell.latency = steadiness.latency
    } else if let analysis = try LatencyAnalysis(log) {
      cell.latency = analysis.summary
      cell.warnings += analysis.warnings
    }
    if let mean = cell.latency?.mean, mean > 0 { cell.throughputPerSecond = 1000 / mean * Double(batch ?? 1) }
  }
}
