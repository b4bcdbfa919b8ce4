public import AssayCore
import Foundation
import GRDB

extension ResultStore {
  /// Deletes runs with their tags and record logs. Rows go first, so that an interruption leaves an extra file, never a run without its log.
  ///
  /// - Throws: `.usage` if one is unknown; then none is deleted. `.inputOutput` if a log cannot be removed.
  public func delete(_ ids: [Int64]) throws(AssayError) {
    let runs = try ids.map { id throws(AssayError) in try run(id) }
    if let busy = runs.first(where: { $0.log.map { isClaimed(logNamed: $0.name) } == true }) {
      throw AssayError(
        .usage, "Run \(busy.id) is being measured. Nothing was deleted.", advice: "Stop it, or wait until it ends.")
    }
    try write { db in
      for run in runs { try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run.id]) }
      try db.execute(sql: "DELETE FROM host WHERE id NOT IN (SELECT host_id FROM run)")
    }
    for run in runs {
      let others = [run.report.predictions, run.report.telemetry].map { $0.map { URL(filePath: $0).lastPathComponent } }
      let files = [run.log?.name] + others
      for path in files.compactMap({ $0.flatMap(logPath) }) where FileManager.default.fileExists(atPath: path) {
        do {
          try FileManager.default.removeItem(atPath: path)
        } catch {
          throw AssayError(
            .inputOutput, "Run \(run.id) is deleted, but not its file \(path): \(error.localizedDescription)",
            advice: "Remove the file yourself.")
        }
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
