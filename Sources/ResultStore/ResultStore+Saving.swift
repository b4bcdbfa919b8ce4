public import AssayCore
import Foundation
import GRDB

extension ResultStore {
  /// A path in the folder of record logs that nothing has yet.
  public func newFile(suffix: String) -> String {
    "\(logFolder)/\(Int(Date().timeIntervalSince1970))-\(UUID().uuidString).\(suffix)"
  }

  /// Saves a run that has just ended.
  ///
  /// - Parameter logPath: its record log, made at `newFile(suffix:)`, as were its predictions; `nil` where it left none.
  /// - Returns: the id of the run.
  /// - Throws: `.inputOutput`; then nothing of it is saved, and the log is left where it is.
  @discardableResult
  public func save(
    _ report: CellReport, plan: RunPlan, host: HostDescription, logPath: String?
  ) throws(AssayError) -> Int64 {
    // Where the log lies is known from the store, which may be moved.
    var report = report
    report.recordLog = nil
    report.predictions = report.predictions.map { URL(filePath: $0).lastPathComponent }
    let log = try logPath.map { path throws(AssayError) in try describe(path, count: report.latency?.count ?? 0) }
    let created = Timestamp.text(Date())
    let (saved, description) = try attempt(on: path) { (report, try text(of: host)) }
    let (reportText, planText) = try attempt(on: path) { (try text(of: report), try text(of: plan)) }
    return try write { db in
      try db.execute(
        sql: "INSERT INTO host (name, description) VALUES (?, ?) ON CONFLICT (description) DO NOTHING",
        arguments: [host.shortName, description])
      let hostID = try Int64.fetchOne(db, sql: "SELECT id FROM host WHERE description = ?", arguments: [description])
      let latency = saved.latency
      let values: KeyValuePairs<String, (any DatabaseValueConvertible)?> = [
        "created": created, "kind": (plan.images == nil ? RunKind.bench : .accuracy).rawValue,
        "assay": AssayVersion.current, "host_id": hostID, "status": saved.status.rawValue,
        "model_name": saved.model.name, "model_path": plan.modelPath, "model_sha256": saved.model.sha256,
        "engine": saved.engine.name, "engine_version": saved.engine.version, "device": saved.device,
        "threads": saved.options.threads, "batch": saved.options.batch, "seed": "\(saved.options.seed)",
        "inputs": saved.options.inputs, "count": latency?.count, "p50_ms": latency?.p50,
        "p50_low_ms": latency?.medianInterval?.first, "p50_high_ms": latency?.medianInterval?.last,
        "p99_ms": latency?.p99, "top1": saved.accuracy?.top(1)?.share, "report": reportText, "plan": planText,
        "log_name": log?.name, "log_sha256": log?.sha256, "log_bytes": log?.bytes, "log_count": log?.count,
      ]
      let places = values.map { _ in "?" }.joined(separator: ", ")
      try db.execute(
        sql: "INSERT INTO run (\(values.map(\.key).joined(separator: ", "))) VALUES (\(places))",
        arguments: StatementArguments(values.map(\.value)))
      return db.lastInsertedRowID
    }
  }

  private func describe(_ path: String, count: Int) throws(AssayError) -> StoredLog {
    do {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? file.close() }
      let bytes = Int(try file.seekToEnd())
      try file.seek(toOffset: 0)
      return StoredLog(
        name: URL(filePath: path).lastPathComponent, bytes: bytes, count: count, sha256: try Checksum.sha256(of: file))
    } catch {
      throw AssayError(.inputOutput, "Cannot read the record log \(path): \(error.localizedDescription)")
    }
  }
}

func text(of value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// Points in time as the store keeps them, so that their order is that of the text.
enum Timestamp {
  static func text(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
