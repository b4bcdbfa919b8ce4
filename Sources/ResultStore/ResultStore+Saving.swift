public import AssayCore
public import Foundation
import GRDB
import Platform

extension ResultStore {
  /// An unused path in the folder of record logs.
  public func newFile(suffix: String) -> String {
    "\(logFolder)/\(Int(Date().timeIntervalSince1970))-\(UUID().uuidString).\(suffix)"
  }

  /// Saves a run that has ended.
  ///
  /// - Parameters:
  ///   - id: the run that it continues and replaces; `nil` saves a new one.
  ///   - ended: when it ended.
  ///   - logPath: its record log, at a path from `newFile(suffix:)` like its other files; `nil` if it left none.
  /// - Returns: the id of the run.
  /// - Throws: `.inputOutput`. Then nothing is saved, and the log stays.
  @discardableResult
  public func save(
    _ report: CellReport, as id: Int64? = nil, environment: [String: String], host: HostDescription,
    ended: Date = Date(), logPath: String?
  ) throws(AssayError) -> Int64 {
    let log = try logPath.map { path throws(AssayError) in try describe(path, count: report.latency?.count ?? 0) }
    let created = ("created", Timestamp.text(ended) as (any DatabaseValueConvertible)?)
    let values = try attempt(on: path) { try columns(of: report, environment: environment, log: log) + [created] }
    let description = try attempt(on: path) { try text(of: host) }
    let names = values.map(\.0) + ["host_id"]
    let places = names.map { _ in "?" }.joined(separator: ", ")
    let list = names.joined(separator: ", ")
    let arguments = StatementArguments(values.map(\.1))
    return try write { db in
      try db.execute(
        sql: "INSERT INTO host (name, description) VALUES (?, ?) ON CONFLICT (description) DO NOTHING",
        arguments: [host.shortName, description])
      let hostID = try Int64.fetchOne(db, sql: "SELECT id FROM host WHERE description = ?", arguments: [description])
      if let id {
        try db.execute(
          sql: "UPDATE run SET (\(list)) = (\(places)) WHERE id = ?", arguments: arguments + [hostID, id])
        if db.changesCount == 1 { return id }
      }
      try db.execute(sql: "INSERT INTO run (\(list)) VALUES (\(places))", arguments: arguments + [hostID])
      return db.lastInsertedRowID
    }
  }

  /// The columns of a run, except host and time.
  private func columns(
    of report: CellReport, environment: [String: String], log: StoredLog?
  ) throws -> [(String, (any DatabaseValueConvertible)?)] {
    // The store knows where its files are, and may be moved.
    var report = report
    report.recordLog = nil
    report.predictions = report.predictions.map { URL(filePath: $0).lastPathComponent }
    report.telemetry = report.telemetry.map { URL(filePath: $0).lastPathComponent }
    let latency = report.latency
    return [
      ("kind", report.spec.measure.kind.rawValue), ("assay", AssayVersion.current), ("status", report.status.rawValue),
      ("model_name", report.model.name), ("model_path", report.model.path), ("model_sha256", report.model.sha256),
      ("engine", report.engine.name), ("engine_version", report.engine.version), ("device", report.device),
      ("threads", report.options.threads), ("batch", report.options.batch), ("seed", "\(report.options.seed)"),
      ("inputs", report.spec.inputs), ("count", latency?.count), ("p50_ms", latency?.p50),
      ("p50_low_ms", latency?.medianInterval?.first), ("p50_high_ms", latency?.medianInterval?.last),
      ("p99_ms", latency?.p99), ("top1", report.accuracy?.top(1)?.share), ("report", try text(of: report)),
      ("environment", try text(of: environment)), ("cell_id", report.cellID), ("comparison", report.turns?.comparison),
      ("log_name", log?.name), ("log_sha256", log?.sha256), ("log_bytes", log?.bytes),
      ("log_count", log?.count),
    ]
  }

  private func describe(_ path: String, count: Int) throws(AssayError) -> StoredLog {
    let digest = try SHA256.digest(ofFile: path)
    return StoredLog(
      name: URL(filePath: path).lastPathComponent, bytes: digest.bytes, count: count, sha256: digest.sha256)
  }
}

func text(of value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// Points in time as text that sorts by time.
enum Timestamp {
  static func text(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
