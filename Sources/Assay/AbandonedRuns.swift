public import AssayCore
import Foundation
import Platform
public import ResultStore

/// Saves runs whose process ended before it saved them, as interrupted.
public enum AbandonedRuns {
  /// Saves all of them.
  ///
  /// - Parameter adopted: called with the id of each.
  /// - Throws: the first failure, after it has saved all other runs. Those that failed are tried again next time.
  public static func adopt(into store: ResultStore, adopted: (Int64) -> Void) throws(AssayError) {
    var failure: AssayError?
    for (run, claim) in store.abandonedRuns() {
      do throws(AssayError) {
        if let id = try adopt(run, claim, into: store) { adopted(id) }
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  /// - Returns: `nil` if the run left no records.
  private static func adopt(
    _ run: UnfinishedRun, _ claim: RunClaim, into store: ResultStore
  ) throws(AssayError) -> Int64? {
    let path = claim.logPath
    Folder.removeAll(CellJob(recordLogPath: path).scratchFolder)
    guard FileManager.default.fileExists(atPath: path) else {
      claim.release()
      return nil
    }
    var cell = run.report
    cell.end(
      with: AssayError(
        .interrupted,
        "The assay that measured it ended without saving it, for example because it was killed or the disk was full. Its records are kept.",
        advice: cell.spec.measure.kind == .stress ? "To continue it, give its number to assay stress --resume." : nil))
    // The store may have been moved or copied since the claim was written.
    cell.recordLog = path
    cell.telemetry = cell.telemetry.map { _ in TelemetryBesideRun.path(beside: path) }
    try RecordAnalysis.read(path, into: &cell)
    guard cell.latency != nil else {
      for file in [path, cell.telemetry].compactMap(\.self) { try? FileManager.default.removeItem(atPath: file) }
      claim.release()
      return nil
    }
    let written = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    let id = try store.save(
      cell, as: run.resumes, environment: run.environment, host: run.host, ended: written ?? Date(), logPath: path)
    claim.release()
    return id
  }
}
