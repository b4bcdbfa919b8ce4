public import AssayCore
public import Foundation
import Platform

extension ResultStore {
  /// Saves a run that has ended.
  ///
  /// - Parameters:
  ///   - id: the run that it continues and replaces; `nil` saves a new one.
  ///   - logPath: its record log, at a path from `newRecordLog()`; `nil` if it left none. Other files lie beside it.
  /// - Returns: the id of the run.
  /// - Throws: `.inputOutput`. Then nothing is saved, and the log stays.
  @discardableResult
  public func save(
    _ report: CellReport, as id: Int64? = nil, environment: [String: String], host: HostDescription, logPath: String?
  ) throws(AssayError) -> Int64 {
    let row = try row(report, environment: environment, host: host, ended: Date(), logPath: logPath)
    return try write { db in try row.save(db, as: id) }
  }

  /// Saves the run of a claim whose process was killed, unless that process had saved it: both happen in one transaction.
  ///
  /// - Parameters:
  ///   - report: what its files say.
  ///   - ended: when it wrote its last record.
  /// - Returns: the id of the run; `nil` if it was saved already.
  /// - Throws: `.inputOutput`. Then nothing is saved, and the log stays.
  public func adopt(
    _ report: CellReport, of run: UnfinishedRun, ended: Date, logPath: String?
  ) throws(AssayError) -> Int64? {
    let row = try row(report, environment: run.environment, host: run.host, ended: ended, logPath: logPath)
    return try write { db in
      guard let saved = try row.saved(db) else { return try row.save(db, as: run.resumes) }
      // A resumed run has more records than were saved.
      guard saved == run.resumes, try !row.isLog(of: saved, db) else { return nil }
      return try row.save(db, as: saved)
    }
  }

  private func row(
    _ report: CellReport, environment: [String: String], host: HostDescription, ended: Date, logPath: String?
  ) throws(AssayError) -> RunRow {
    let log = try logPath.map { path throws(AssayError) in try describe(path, count: report.latency?.count ?? 0) }
    return try attempt(on: path) {
      try RunRow(report, environment: environment, host: host, created: Timestamp.text(ended), log: log)
    }
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
public enum Timestamp {
  public static func text(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
