public import AssayCore
import Foundation
import GRDB

extension ResultStore {
  /// Deletes runs, even damaged ones, with their tags and the files that no other run has.
  ///
  /// One transaction removes the rows and notes the files, so an interruption leaves neither a run without its log nor a log that nobody removes.
  ///
  /// - Throws: `.usage` if one is unknown or being measured; then none is deleted. `.inputOutput` if a file cannot be removed.
  public func delete(_ ids: [Int64]) throws(AssayError) {
    for id in ids {
      guard let names = try read({ db in try Self.files(of: id, db) }) else { throw try unknown(id) }
      guard names.contains(where: isClaimed) else { continue }
      throw AssayError(
        .usage, "Run \(id) is being measured. Nothing was deleted.", advice: "Stop it, or wait until it ends.")
    }
    try write { db in
      for id in ids {
        for name in try Self.files(of: id, db) ?? [] {
          try db.execute(sql: "INSERT OR IGNORE INTO doomed_file (name) VALUES (?)", arguments: [name])
        }
        try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [id])
      }
      try db.execute(sql: "DELETE FROM host WHERE id NOT IN (SELECT host_id FROM run)")
    }
    try removeFilesOfDeletedRuns()
  }

  /// The names in the row of a run that can be those of its files; `nil` if there is no such run.
  private static func files(of id: Int64, _ db: Database) throws -> [String]? {
    let row = try Row.fetchOne(
      db, sql: "SELECT log_name, predictions_name, telemetry_name FROM run WHERE id = ?", arguments: [id])
    return row.map { row in
      (0..<3).compactMap { try? row.decode(String.self, atIndex: $0) }.filter(StoredFiles.isGood)
    }
  }

  /// Adds to saved runs what a gate said about them, in one transaction. A run that was deleted meanwhile needs none.
  public func save(_ gates: [Int64: SavedGate]) throws(AssayError) {
    try write { db in
      for (id, gate) in gates {
        try db.execute(
          sql: "UPDATE run SET report = json_set(report, '$.against', json(?)) WHERE id = ?",
          arguments: [text(of: gate), id])
      }
    }
  }

  /// Adds a tag to runs. Others keep it.
  public func tag(_ ids: [Int64], _ tag: RunTag) throws(AssayError) {
    try write { db in
      for id in ids {
        try db.execute(sql: "INSERT OR IGNORE INTO tag (name, run_id) VALUES (?, ?)", arguments: [tag.name, id])
      }
    }
  }

  /// Moves a tag to these runs from all others, in one transaction.
  public func moveTag(_ tag: RunTag, to ids: [Int64]) throws(AssayError) {
    try write { db in
      try db.execute(sql: "DELETE FROM tag WHERE name = ?", arguments: [tag.name])
      for id in ids {
        try db.execute(sql: "INSERT OR IGNORE INTO tag (name, run_id) VALUES (?, ?)", arguments: [tag.name, id])
      }
    }
  }

  /// Removes a tag from runs.
  ///
  /// - Throws: `.usage` if one of them does not have it; then nothing is changed.
  public func untag(_ ids: [Int64], _ tag: RunTag) throws(AssayError) {
    try write { db in
      for id in ids {
        try db.execute(sql: "DELETE FROM tag WHERE name = ? AND run_id = ?", arguments: [tag.name, id])
        if db.changesCount == 0 { throw AssayError(.usage, "Run \(id) has no tag '\(tag.name)'.") }
      }
    }
  }
}

/// A name that the user gives to runs: letters, digits and `-_.+`, starting with a letter; not `last`.
public struct RunTag: Sendable, Hashable {
  public let name: String

  /// - Throws: `.usage`
  public init(_ name: String) throws(AssayError) {
    let isGood =
      name.count <= 64 && name.first?.isLetter == true
      && name.allSatisfy { $0.isLetter || $0.isNumber || "-_.+".contains($0) }
    guard isGood, name != "last" else {
      throw AssayError(
        .usage, "'\(name)' cannot be a tag.",
        advice: "Use up to 64 letters, digits and -_.+ with a letter first; 'last' means the newest run.")
    }
    self.name = name
  }
}
