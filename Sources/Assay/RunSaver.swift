import AssayCore
import Foundation
import ResultStore

/// Saves runs as they end. What cannot be saved still stands in the report.
final class RunSaver {
  /// The first failure to save something.
  private(set) var failure: AssayError?

  private let store: ResultStore?
  private let baseline: RunTag?
  private let host: HostDescription

  init(_ context: RunContext) {
    store = context.store
    baseline = context.baseline
    host = context.machine.host
  }

  /// Whether record logs outlive cells that end well.
  var keepsRecords: Bool { store != nil }

  /// Leaves a claim beside the store, so that a run is found should this process be killed. Without room for a claim, `save` reports the
  /// failure later, or there is room again.
  func claim(_ cell: CellReport, resumes: Int64?) -> RunClaim? {
    guard let store, let log = cell.recordLog else { return nil }
    let run = UnfinishedRun(
      report: Self.absolute(cell), host: host, environment: Self.environment(), resumes: resumes)
    return try? store.claim(run, logPath: log)
  }

  /// - Parameter id: the run whose place it takes, because it continues it; `nil` saves a new one.
  func save(_ cell: inout CellReport, claim: RunClaim?, resumes id: Int64? = nil) {
    guard let store else { return }
    do throws(AssayError) {
      cell.runID = try store.save(
        Self.absolute(cell), as: id, environment: Self.environment(), host: host, logPath: cell.recordLog)
      claim?.release()
    } catch {
      failure = failure ?? error
    }
  }

  /// Moves the tag once all cells have ended, so that a bench that is cut short leaves the old baseline whole.
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

  /// A saved run is repeated from any folder.
  private static func absolute(_ cell: CellReport) -> CellReport {
    var cell = cell
    cell.spec.resolvePaths { URL(filePath: $0).standardizedFileURL.path }
    return cell
  }

  private static func environment() -> [String: String] {
    HeededVariables.values(in: ProcessInfo.processInfo.environment)
  }
}
