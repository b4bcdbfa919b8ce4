import AssayCore
import RecordLog

/// What the records of a cell say, written into its report.
enum CellAnalysis {
  /// - Throws: `.inputOutput`
  static func read(_ log: RecordLogReader, into cell: inout CellReport, batch: Int?, stress: StressPlan?)
    throws(AssayError)
  {
    if let stress, let path = cell.recordLog {
      cell.steadiness = try SteadinessOfRun(
        recordLog: path, telemetry: cell.telemetry, discardAbove: stress.discardAbove
      ).steadiness.withoutCharts
    }
    guard let analysis = try LatencyAnalysis(log) else { return }
    cell.latency = analysis.summary
    // The analysis of a long run tells more of its steadiness, and better, than warnings for short ones.
    if stress == nil { cell.warnings += analysis.warnings }
    if analysis.summary.mean > 0 {
      cell.throughputPerSecond = 1000 / analysis.summary.mean * Double(batch ?? 1)
    }
  }
}
