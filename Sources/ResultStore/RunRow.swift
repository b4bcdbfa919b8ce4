import AssayCore
import Foundation
import GRDB

/// A run as a row of the table: columns for lists and filters, and the whole report.
struct RunRow {
  private let columns: [(name: String, value: (any DatabaseValueConvertible & Sendable)?)]
  private let host: (name: String, description: String)
  private let files: StoredFiles
  private let log: StoredLog?

  init(
    _ report: CellReport, environment: [String: String], host: HostDescription, created: String, log: StoredLog?,
    assay: String = AssayVersion.current
  ) throws {
    func name(_ path: String?) -> String? { path.map { URL(filePath: $0).lastPathComponent } }
    self.host = (host.shortName, try text(of: host))
    self.log = log
    files = StoredFiles(log: log?.name, predictions: name(report.predictions), telemetry: name(report.telemetry))
    // The store knows where its files are, and may be moved.
    var report = report
    report.recordLog = nil
    report.predictions = nil
    report.telemetry = nil
    let latency = report.latency
    columns = [
      ("created", created), ("kind", report.spec.measure.kind.rawValue), ("assay", assay),
      ("status", report.status.rawValue), ("model_name", report.model.name), ("model_path", report.model.path),
      ("model_sha256", report.model.sha256), ("engine", report.engine.name), ("engine_version", report.engine.version),
      ("device", report.device), ("threads", report.options.threads), ("batch", report.options.batch),
      ("seed", "\(report.options.seed)"), ("inputs", report.spec.inputs), ("count", latency?.count),
      ("p50_ms", latency?.p50), ("p50_low_ms", latency?.medianInterval?.first),
      ("p50_high_ms", latency?.medianInterval?.last), ("p99_ms", latency?.p99),
      ("top1", report.accuracy?.top(1)?.share), ("report", try text(of: report)),
      ("environment", try text(of: environment)), ("cell_id", report.cellID), ("comparison", report.turns?.comparison),
      ("study", report.study?.study), ("study_host", report.study?.host),
      ("study_repetition", report.study?.repetition), ("git_commit", report.origin?.shortCommit),
      ("note", report.origin?.note),
      ("log_name", files.log), ("log_sha256", log?.sha256), ("log_bytes", log?.bytes), ("log_count", log?.count),
      ("predictions_name", files.predictions), ("telemetry_name", files.telemetry),
    ]
  }

  /// The run that has these files already; `nil` if there is none.
  func saved(_ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db, sql: "SELECT id FROM run WHERE log_name = ? OR predictions_name = ?",
      arguments: [files.log, files.predictions])
  }

  /// Whether the log is the one that a run was saved with.
  func isLog(of id: Int64, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT log_bytes IS ? AND (log_sha256 IS NULL OR log_sha256 IS ?) FROM run WHERE id = ?",
      arguments: [log?.bytes, log?.sha256, id]) == true
  }

  /// Writes the row, in the transaction of the caller.
  ///
  /// - Parameter id: the run that it replaces; `nil`, or one that is gone, adds one.
  /// - Returns: the id of the run.
  func save(_ db: Database, as id: Int64?) throws -> Int64 {
    try db.execute(
      sql: "INSERT INTO host (name, description) VALUES (?, ?) ON CONFLICT (description) DO NOTHING",
      arguments: [host.name, host.description])
    let hostID = try Int64.fetchOne(
      db, sql: "SELECT id FROM host WHERE description = ?", arguments: [host.description])
    let list = (columns.map(\.name) + ["host_id"]).joined(separator: ", ")
    let places = (columns.map { _ in "?" } + ["?"]).joined(separator: ", ")
    let arguments = StatementArguments(columns.map(\.value)) + [hostID]
    if let id {
      try db.execute(sql: "UPDATE run SET (\(list)) = (\(places)) WHERE id = ?", arguments: arguments + [id])
      if db.changesCount == 1 { return id }
    }
    try db.execute(sql: "INSERT INTO run (\(list)) VALUES (\(places))", arguments: arguments)
    return db.lastInsertedRowID
  }
}
