public import AssayCore
import Foundation
import RecordLog
public import ResultStore

/// Runs whose process ended without saving them: their records are there, so they are saved as interrupted.
public enum AbandonedRuns {
  /// Takes them into the store.
  ///
  /// - Returns: their ids.
  /// - Throws: `.inputOutput`, `.badData`; what could not be taken in stays for the next time.
  @discardableResult
  public static func adopt(into store: ResultStore) throws(AssayError) -> [Int64] {
    var ids: [Int64] = []
    for (run, claim) in store.abandonedRuns() {
      guard let log = try? RecordLogReader(opening: claim.logPath) else {
        claim.release()
        continue
      }
      var cell = run.report
      cell.end(
        with: AssayError(
          .interrupted,
          "The assay that measured it ended without saving it, as when it is killed or the disk is full; its records are kept.",
          advice: run.plan.kind == .stress ? "To go on with it: assay stress --resume ID" : nil))
      try CellAnalysis.read(log, into: &cell, batch: run.plan.options.batch, stress: run.plan.stress)
      guard cell.latency != nil else {
        for path in [cell.recordLog, cell.telemetry].compactMap(\.self) {
          try? FileManager.default.removeItem(atPath: path)
        }
        claim.release()
        continue
      }
      ids.append(
        try store.save(
          cell, as: run.resumes, plan: run.plan, host: run.host, ended: end(of: log), logPath: claim.logPath))
      claim.release()
    }
    return ids
  }

  /// When the last record ended, by the clock on the wall.
  private static func end(of log: RecordLogReader) throws(AssayError) -> Date {
    var nanoseconds: UInt64 = 0
    try log.read { records in
      if let last = records.last { nanoseconds = last.start &+ last.duration }
    }
    return Date(timeIntervalSince1970: Double(log.wallClockStart) / 1e9 + Double(nanoseconds) / 1e9)
  }
}
