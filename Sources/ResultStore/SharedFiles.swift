import GRDB

/// Runs with the same files, as schema 2 made them: a process was killed between the transaction of a run and the end of its claim, so the run was
/// saved once more as interrupted.
enum SharedFiles {
  /// Leaves each file to one run. A mere copy goes, and its tags to the original; of runs that differ, the one that fits the file keeps it.
  static func separate(_ db: Database) throws {
    for name in try names("log_name", db) {
      // The last resumed one fits the log, and what a bench said of a run is more than what its log says.
      let ids = try Int64.fetchAll(
        db,
        sql: "SELECT id FROM run WHERE log_name = ? ORDER BY log_bytes DESC, status = 'interrupted', id",
        arguments: [name])
      guard let owner = ids.first else { continue }
      for id in ids.dropFirst() {
        if try isCopy(id, of: owner, db) {
          try db.execute(sql: "UPDATE OR IGNORE tag SET run_id = ? WHERE run_id = ?", arguments: [owner, id])
          try db.execute(sql: "DELETE FROM tag WHERE run_id = ?", arguments: [id])
          try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [id])
        } else {
          try db.execute(
            sql: """
              UPDATE run SET log_name = NULL, log_sha256 = NULL, log_bytes = NULL, log_count = NULL,
                telemetry_name = NULL WHERE id = ?
              """, arguments: [id])
        }
      }
    }
    for column in ["predictions_name", "telemetry_name"] {
      for name in try names(column, db) {
        try db.execute(
          sql: """
            UPDATE run SET \(column) = NULL
              WHERE \(column) = ?1 AND id > (SELECT min(id) FROM run WHERE \(column) = ?1)
            """, arguments: [name])
      }
    }
  }

  /// The names that several runs have in a column.
  private static func names(_ column: String, _ db: Database) throws -> [String] {
    try String.fetchAll(
      db, sql: "SELECT \(column) FROM run WHERE \(column) IS NOT NULL GROUP BY \(column) HAVING count(*) > 1")
  }

  private static func isCopy(_ id: Int64, of owner: Int64, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: """
        SELECT copy.status = 'interrupted' AND copy.log_sha256 = run.log_sha256 AND copy.cell_id IS run.cell_id
          FROM run JOIN run AS copy ON copy.id = ? WHERE run.id = ?
        """, arguments: [id, owner]) == true
  }
}
