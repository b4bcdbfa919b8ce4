public import AssayCore
import Foundation
import Platform
import Predictions
import RecordLog
public import ResultStore

/// Saves runs whose process ended before it saved them, as interrupted, and removes what belongs to no run.
public enum AbandonedRuns {
  /// Saves all of them, each in one transaction, and none that is saved already.
  ///
  /// - Parameter adopted: called with the id of each.
  /// - Throws: the first failure, after it has saved all other runs. Runs that failed are tried again next time.
  public static func adopt(into store: ResultStore, adopted: (Int64) -> Void) throws(AssayError) {
    var failure: AssayError?
    func attempt(_ body: () throws(AssayError) -> Void) {
      do throws(AssayError) { try body() } catch { failure = failure ?? error }
    }
    if store.isMigrated {
      attempt { () throws(AssayError) in
        try store.tidyFilesOfOlderAssays(hasRecords: RecordLogReader.mayHoldRecords)
      }
    }
    for (run, claim) in store.abandonedRuns() {
      attempt { () throws(AssayError) in
        if let id = try adopt(run, claim, into: store) { adopted(id) }
      }
    }
    attempt { () throws(AssayError) in try store.removeFilesOfDeletedRuns() }
    if let failure { throw failure }
  }

  /// - Parameter run: `nil` if the claim says nothing.
  /// - Returns: `nil` if the run is saved already, or left nothing.
  private static func adopt(
    _ run: UnfinishedRun?, _ claim: RunClaim, into store: ResultStore
  ) throws(AssayError) -> Int64? {
    Folder.removeAll(CellJob(recordLogPath: claim.logPath).scratchFolder)
    let log = RecordLogReader.mayHoldRecords(claim.logPath) ? claim.logPath : nil
    let predictions = RunFiles.predictions(beside: claim.logPath)
    let hasPredictions = PredictionReader.hasRows(predictions)
    guard let run, log != nil || hasPredictions else {
      // Records of a run that nobody knows stay.
      let isSaved = try store.hasSaved(claim)
      if log == nil || isSaved { try store.release(claim) }
      return nil
    }
    var cell = run.report
    cell.end(with: reason(cell.spec.measure.kind))
    // The store may have been moved or copied since the claim was written.
    cell.recordLog = log
    cell.predictions = hasPredictions ? predictions : nil
    cell.telemetry = log.flatMap { path in
      let telemetry = RunFiles.telemetry(beside: path)
      return FileManager.default.fileExists(atPath: telemetry) ? telemetry : nil
    }
    if let log { try RecordAnalysis.read(log, into: &cell, host: run.host) }
    cell.judge(by: cell.goals.map(\.goal))
    let written = try? FileManager.default.attributesOfItem(atPath: log ?? predictions)[.modificationDate] as? Date
    let id = try store.adopt(cell, of: run, ended: written ?? Date(), logPath: log)
    try store.release(claim)
    return id
  }

  private static func reason(_ kind: RunKind) -> AssayError {
    AssayError(
      .interrupted,
      "The assay that measured it ended without saving it, for example because it was killed or the disk was full. What it had written is kept.",
      advice: kind == .stress ? "To continue it, give its number to assay stress --resume." : nil)
  }
}
