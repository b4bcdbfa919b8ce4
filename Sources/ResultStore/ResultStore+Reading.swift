public import AssayCore
import Foundation
import GRDB
import Platform

extension ResultStore {
  /// The runs that match a filter, newest first.
  ///
  /// - Parameters:
  ///   - limit: the maximum number of runs; `nil` sets no limit.
  ///   - damaged: called for each run that is left out because it is damaged.
  public func list(
    _ filter: RunFilter, limit: Int? = nil, damaged: (AssayError) -> Void = { _ in }
  ) throws(AssayError) -> [RunSummary] {
    let (clause, arguments) = filter.clause
    let sql = """
      SELECT run.id, created, kind, status, model_path, engine, engine_version, device, threads, batch, host.name,
        count, p50_ms, p50_low_ms, p50_high_ms, p99_ms, top1,
        (SELECT group_concat(tag.name, char(10)) FROM tag WHERE run_id = run.id), git_commit, note
      FROM run LEFT JOIN host ON host.id = host_id \(clause) ORDER BY run.id DESC LIMIT \(limit ?? -1)
      """
    let found = try read { db in
      let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
      var found: [Result<RunSummary, AssayError>] = []
      while let row = try rows.next() { found.append(Self.whole(try row.decode(atIndex: 0)) { try Self.summary(row) }) }
      return found
    }
    return found.compactMap { result in
      switch result {
      case .success(let run): return run
      case .failure(let error):
        damaged(error)
        return nil
      }
    }
  }

  /// What a body reads of a run, or that the run is damaged.
  private static func whole<Value>(_ id: Int64, _ body: () throws -> Value) -> Result<Value, AssayError> {
    do {
      return .success(try body())
    } catch {
      let reason = (error as? Damage)?.reason ?? "a column or its JSON cannot be read"
      return .failure(
        AssayError(
          .badData, "Run \(id) is damaged: \(reason).", advice: "To remove it: assay results delete \(id)"))
    }
  }

  private static func summary(_ row: Row) throws -> RunSummary {
    guard let kind = RunKind(rawValue: try row.decode(atIndex: 2)),
      let status = CellStatus(rawValue: try row.decode(atIndex: 3))
    else { throw Damage("its kind or status is none of Assay's") }
    var run = RunSummary(
      id: try row.decode(atIndex: 0), created: try row.decode(atIndex: 1), kind: kind, status: status,
      path: try row.decode(atIndex: 4), engine: try row.decode(atIndex: 5), version: try row.decode(atIndex: 6),
      device: try row.decode(atIndex: 7), threads: try row.decode(atIndex: 8), batch: try row.decode(atIndex: 9),
      host: try row.decode(atIndex: 10), tags: try tags(row, 17))
    run.count = try row.decode(atIndex: 11)
    run.median = try row.decode(atIndex: 12)
    run.medianLow = try row.decode(atIndex: 13)
    run.medianHigh = try row.decode(atIndex: 14)
    run.p99 = try row.decode(atIndex: 15)
    run.top1 = try row.decode(atIndex: 16)
    let figures = [run.median, run.medianLow, run.medianHigh, run.p99, run.top1].compactMap(\.self)
    guard figures.allSatisfy(\.isFinite), (run.count ?? 0) >= 0 else { throw Damage("its figures are impossible") }
    run.commit = try row.decode(atIndex: 18)
    run.note = try row.decode(atIndex: 19)
    return run
  }

  /// The names in a list of tags, one per line.
  private static func tags(_ row: Row, _ index: Int) throws -> [String] {
    (try row.decode(String?.self, atIndex: index)).map { $0.split(separator: "\n").map(String.init).sorted() } ?? []
  }

  /// A run in full.
  ///
  /// - Throws: `.usage` if there is none with this id, with the nearest ids; `.badData` if it is damaged.
  public func run(_ id: Int64) throws(AssayError) -> StoredRun {
    let folder = logFolder
    let found = try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT created, assay, description, report, environment, log_name, log_bytes, log_count, log_sha256,
            predictions_name, telemetry_name, (SELECT group_concat(tag.name, char(10)) FROM tag WHERE run_id = run.id)
          FROM run LEFT JOIN host ON host.id = host_id WHERE run.id = ?
          """, arguments: [id]
      ).map { row in Self.whole(id) { try Self.stored(id, row, in: folder) } }
    }
    guard let found else { throw try unknown(id) }
    return try found.get()
  }

  private static func stored(_ id: Int64, _ row: Row, in folder: String) throws -> StoredRun {
    func decode<Value: Decodable>(_ column: Int) throws -> Value {
      try JSONDecoder().decode(Value.self, from: Data(row.decode(String.self, atIndex: column).utf8))
    }
    let files = StoredFiles(
      log: try row.decode(atIndex: 5), predictions: try row.decode(atIndex: 9), telemetry: try row.decode(atIndex: 10))
    if let reason = files.damage(in: folder) { throw Damage(reason) }
    var report: CellReport = try decode(3)
    if let reason = report.damage { throw Damage(reason) }
    report.runID = id
    report.recordLog = files.log.map { "\(folder)/\($0)" }
    report.predictions = files.predictions.map { "\(folder)/\($0)" }
    report.telemetry = files.telemetry.map { "\(folder)/\($0)" }
    let (bytes, count): (Int?, Int?) = (try row.decode(atIndex: 6), try row.decode(atIndex: 7))
    guard (bytes ?? 0) >= 0, (count ?? 0) >= 0 else { throw Damage("its record log has an impossible size") }
    let sha256: String? = try row.decode(atIndex: 8)
    return StoredRun(
      id: id, created: try row.decode(atIndex: 0), tags: try tags(row, 11), assay: try row.decode(atIndex: 1),
      host: try decode(2), report: report, environment: try decode(4),
      log: files.log.map { StoredLog(name: $0, bytes: bytes ?? 0, count: count ?? 0, sha256: sha256) })
  }

  /// Several runs in full, in order.
  ///
  /// - Parameter damaged: called for each run that is left out because it is damaged.
  /// - Throws: `.usage` if one is unknown, with the nearest ids.
  public func runs(_ ids: [Int64], damaged: (AssayError) -> Void) throws(AssayError) -> [StoredRun] {
    var runs: [StoredRun] = []
    for id in ids {
      do throws(AssayError) {
        runs.append(try run(id))
      } catch {
        guard error.code == .badData else { throw error }
        damaged(error)
      }
    }
    return runs
  }

  /// The median latencies, in ms, of the last runs of a cell before a run, each with its machine: those that ended well and were measured alone.
  ///
  /// - Parameter cell: `CellSpec.identity`.
  public func medians(
    of cell: String, engineVersion: String?, before id: Int64, limit: Int
  ) throws(AssayError) -> [(median: Double, host: HostDescription)] {
    try read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT p50_ms, description FROM run JOIN host ON host.id = host_id
          WHERE cell_id = ? AND engine_version IS ? AND run.id < ? AND status = 'ok' AND comparison IS NULL AND p50_ms > 0
          ORDER BY run.id DESC LIMIT ?
          """, arguments: [cell, engineVersion, id, limit])
      // A damaged run costs only itself.
      return rows.compactMap { row in
        guard let median = try? row.decode(Double.self, atIndex: 0),
          let text = try? row.decode(String.self, atIndex: 1),
          let host = try? JSONDecoder().decode(HostDescription.self, from: Data(text.utf8))
        else { return nil }
        return (median, host)
      }
    }
  }

  /// All runs of the live comparison that a run belongs to, in the order of the operands; only the run itself if it was measured alone.
  ///
  /// - Parameter damaged: called for each run that is left out because it is damaged.
  public func comparison(of run: StoredRun, damaged: (AssayError) -> Void) throws(AssayError) -> [StoredRun] {
    guard let comparison = run.report.turns?.comparison else { return [run] }
    let ids = try read { db in
      try Int64.fetchAll(db, sql: "SELECT id FROM run WHERE comparison = ? ORDER BY id", arguments: [comparison])
    }
    let runs = try runs(ids, damaged: damaged)
    return runs.sorted { ($0.report.turns?.cell ?? 0) < ($1.report.turns?.cell ?? 0) }
  }

  /// The state of the record log of a run since it was saved.
  public func logState(of run: StoredRun) -> LogState {
    guard let log = run.log, let path = run.report.recordLog else { return .none }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let size = attributes?[.size] as? Int else { return .missing }
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

/// Why a row is not a run of Assay's.
private struct Damage: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}

extension StoredFiles {
  /// Why these cannot be the files of a run; `nil` if they can. All that is read, written or removed of a run has passed this check.
  fileprivate func damage(in folder: String) -> String? {
    for name in names {
      guard Self.isGood(name) else { return "\"\(name)\" is no name of a file of Assay's" }
      let path = "\(folder)/\(name)"
      guard Folder.hasFile(path) || Folder.isFree(path) else { return "\(path) is no regular file" }
    }
    return Set(names).count == names.count ? nil : "two of its files have the same name"
  }
}
