import AssayCore
import Foundation
import Launching
import Platform
import ResultStore

/// Saves runs as they end. A failure does not affect their reports.
final class RunSaver {
  /// The first failure to save something.
  private(set) var failure: AssayError?

  private let store: ResultStore?
  private let baseline: RunTag?
  private let host: HostDescription
  /// Whether libraries lie on this machine.
  private let hashesLibraries: Bool
  private let digests: FileDigests

  init(_ context: RunContext) {
    store = context.store
    baseline = context.baseline
    host = context.machine.host
    hashesLibraries = context.machine.launch.sharesFiles
    digests = context.digests
  }

  /// Whether the record logs of successful cells are kept.
  var keepsRecords: Bool { store != nil }

  /// Writes a claim beside the store, so that the run is found if this process is killed. If the claim cannot be written, `save` fails
  /// later for the same reason, or succeeds.
  func claim(_ cell: CellReport, resumes: Int64?) -> RunClaim? {
    guard let store, let log = cell.recordLog else { return nil }
    return try? store.claim(unfinished(cell, resumes: resumes), logPath: log)
  }

  /// What a claim says of a run.
  func unfinished(_ cell: CellReport, resumes: Int64?) -> UnfinishedRun {
    UnfinishedRun(report: Self.absolute(cell), host: host, environment: Self.environment(), resumes: resumes)
  }

  /// - Parameter id: the run that it continues and replaces; `nil` saves a new one.
  func save(_ cell: inout CellReport, claim: RunClaim?, resumes id: Int64? = nil) {
    guard let store else { return }
    // Only bench can open the same library again, in `--against --live`.
    if hashesLibraries, cell.spec.measure.kind == .bench {
      cell.engine.librarySHA256 = cell.engine.library.flatMap { try? digests.digest(ofFile: $0).sha256 }
    }
    do throws(AssayError) {
      cell.runID = try store.save(
        Self.absolute(cell), as: id, environment: Self.environment(), host: host, logPath: cell.recordLog)
      release(claim)
    } catch {
      failure = failure ?? error
    }
  }

  /// Keeps what `--fail-above` said with the runs that it is about.
  func save(_ gates: [Int64: SavedGate]) {
    guard let store, !gates.isEmpty else { return }
    do throws(AssayError) {
      try store.save(gates)
    } catch {
      failure = failure ?? error
    }
  }

  /// Ends a claim. If that fails, the next command that opens the store does it.
  func release(_ claim: RunClaim?) {
    if let claim { try? store?.release(claim) }
  }

  /// Moves the tag once all cells have ended, so that an interrupted bench leaves the old baseline intact.
  func moveBaseline(to cells: [CellReport]) {
    guard let store, let baseline else { return }
    let ids = cells.filter { $0.status == .ok }.compactMap(\.runID)
    guard !ids.isEmpty else { return }
    do throws(AssayError) {
      try store.moveTag(baseline, to: ids)
    } catch {
      failure = failure ?? error
    }
  }

  /// Makes paths absolute, so that the saved run can be repeated from any folder.
  private static func absolute(_ cell: CellReport) -> CellReport {
    var cell = cell
    cell.spec.resolvePaths { URL(filePath: $0).standardizedFileURL.path }
    return cell
  }

  private static func environment() -> [String: String] {
    HeededVariables.values(in: ProcessInfo.processInfo.environment)
  }
}
