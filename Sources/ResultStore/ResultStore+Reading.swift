public import AssayCore
import Foundation
import GRDB
import Platform

extension ResultStore {
  /// The runs that match a filter, newest first.
  ///
  /// - Parameter limit: the maximum number of runs; `nil` sets no limit.
  public func list(_ filter: RunFilter, limit: Int? = nil) throws(AssayError) -> [RunSummary] {
    let (clause, arguments) = filter.clause
    let sql = """
      SELECT run.id, created, kind, status, model_path, engine, engine_version, device, threads, batch, host.name,
        count, p50_ms, p50_low_ms, p50_high_ms, p99_ms, top1,
        (SELECT group_concat(tag.name, char(10)) FROM tag WHERE run_id = run.id)
      FROM run JOIN host ON host.id = host_id \(clause) ORDER BY run.id DESC LIMIT \(limit ?? -1)
      """
    return try read { db in
      let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
      var runs: [RunSummary] = []
      while let row = try rows.next() { runs.append(try Self.summary(row)) }
      return runs
    }
  }

  private static func summary(_ row: Row) throws -> RunSummary {
    guard let kind = RunKind(rawValue: row[2]), let status = CellStatus(rawValue: row[3]) else {
      throw AssayError(.badData, "Run \(row[0] as Int64) in the store is damaged.")
    }
    var run = RunSummary(
      id: row[0], created: row[1], kind: kind, status: status, path: row[4], engine: row[5], version: row[6],
      device: row[7], threads: row[8], batch: row[9], host: row[10], tags: tags(row[17]))
    run.count = row[11]
    run.median = row[12]
    run.medianLow = row[13]
    run.medianHigh = row[14]
    run.p99 = row[15]
    run.top1 = row[16]
    return run
  }

  /// The names in a list of tags, one per line.
  private static func tags(_ lines: String?) -> [String] {
    lines.map { $0.split(separator: "\n").map(String.init).sorted() } ?? []
  }

  /// A run in full.
  ///
  /// - Throws: `.usage` if there is none with this id, with the nearest ids.
  public func run(_ id: Int64) throws(AssayError) -> StoredRun {
    guard let run = try read({ db in try Self.fetch(id, db) }) else { throw try unknown(id) }
    return run.at(logFolder)
  }

  private static func fetch(_ id: Int64, _ db: Database) throws -> StoredRun? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT created, assay, description, report, environment, log_name, log_bytes, log_count, log_sha256,
          (SELECT group_concat(tag.name, char(10)) FROM tag WHERE run_id = run.id)
        FROM run JOIN host ON host.id = host_id WHERE run.id = ?
        """, arguments: [id])
    guard let row else { return nil }
    func decode<Value: Decodable>(_ column: Int) throws -> Value {
      try JSONDecoder().decode(Value.self, from: Data((row[column] as String).utf8))
    }
    let name: String? = row[5]
    let log = name.map { StoredLog(name: $0, bytes: row[6] ?? 0, count: row[7] ?? 0, sha256: row[8]) }
    return StoredRun(
      id: id, created: row[0], tags: tags(row[9]), assay: row[1], host: try decode(2), report: try decode(3),
      environment: try decode(4), log: log)
  }

  /// All runs of the live comparison that a run belongs to, in the order of the operands; only the run itself if it was measured alone.
  public func comparison(of run: StoredRun) throws(AssayError) -> [StoredRun] {
    guard let comparison = run.report.turns?.comparison else { return [run] }
    let ids = try read { db in
      try Int64.fetchAll(db, sql: "SELECT id FROM run WHERE comparison = ? ORDER BY id", arguments: [comparison])
    }
    let runs = try ids.map { id throws(AssayError) in try self.run(id) }
    return runs.sorted { ($0.report.turns?.cell ?? 0) < ($1.report.turns?.cell ?? 0) }
  }

  /// The path of a record log; `nil` if its name could lead out of the folder.
  func logPath(_ name: String) -> String? {
    name.contains("/") || name.hasPrefix(".") ? nil : "\(logFolder)/\(name)"
  }

  /// The state of the record log of a run since it was saved.
  public func logState(of run: StoredRun) -> LogState {
    guard let log = run.log else { return .none }
    let attributes = logPath(log.name).flatMap { try? FileManager.default.attributesOfItem(atPath: $0) }
    guard let path = logPath(log.name), let size = attributes?[.size] as? Int else { return .missing }
    guard size == log.bytes else { return .altered }
    guard let expected = log.sha256 else { return .unchecked }
    guard let found = try? SHA256.digest(ofFile: path) else { return .missing }
    return found.sha256 == expected ? .intact : .altered
  }
}

/// The state of a record log since its run was saved.
public enum LogState: Sendable {
  /// The run left no records.
  case none
  case intact
  case missing
  /// Its length or its SHA-256 has changed.
  case altered
  /// Its length is right; it was saved without a SHA-256.
  case unchecked
}

extension StoredRun {
  /// With the paths of its files in this store.
  fileprivate func at(_ logFolder: String) -> StoredRun {
    var run = self
    run.report.runID = id
    run.report.recordLog = log.map { "\(logFolder)/\($0.name)" }
    run.report.predictions = run.report.predictions.map { "\(logFolder)/\($0)" }
    run.report.telemetry = run.report.telemetry.map { "\(logFolder)/\($0)" }
    return run
  }
}
