import AssayCore
import Foundation
import GRDB

/// The migrations of a store. A released migration never changes; new ones are added at the end.
enum Schema {
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 runs") { db in
      try db.execute(
        sql: """
          PRAGMA application_id = \(ResultStore.applicationID);

          CREATE TABLE host (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            description TEXT NOT NULL UNIQUE  -- HostDescription
          ) STRICT;

          -- Lists and filters need the columns; the whole run stands in report and plan.
          CREATE TABLE run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            created TEXT NOT NULL,            -- ISO 8601 in UTC
            kind TEXT NOT NULL,
            assay TEXT NOT NULL,
            host_id INTEGER NOT NULL REFERENCES host (id),
            status TEXT NOT NULL,
            model_name TEXT NOT NULL,
            model_path TEXT NOT NULL,
            model_sha256 TEXT,
            engine TEXT NOT NULL,
            engine_version TEXT,
            device TEXT NOT NULL,
            threads INTEGER NOT NULL,
            batch INTEGER,
            seed TEXT NOT NULL,               -- all 64 bits
            inputs TEXT NOT NULL,
            count INTEGER,
            p50_ms REAL,
            p50_low_ms REAL,
            p50_high_ms REAL,
            p99_ms REAL,
            top1 REAL,
            report TEXT NOT NULL,             -- CellReport
            plan TEXT NOT NULL,               -- RunPlan
            log_name TEXT,                    -- in the folder records beside the database
            log_sha256 TEXT,
            log_bytes INTEGER,
            log_count INTEGER
          ) STRICT;
          CREATE INDEX run_by_model ON run (model_name);
          CREATE INDEX run_by_host ON run (host_id);

          CREATE TABLE tag (
            name TEXT NOT NULL,
            run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            PRIMARY KEY (name, run_id)
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX tag_by_run ON tag (run_id);
          """)
    }
    migrator.registerMigration("2 cells") { db in
      try db.execute(
        sql: """
          ALTER TABLE run ADD COLUMN cell_id TEXT;     -- CellSpec.identity
          ALTER TABLE run ADD COLUMN comparison TEXT;  -- the same for cells that took turns
          ALTER TABLE run ADD COLUMN environment TEXT NOT NULL DEFAULT '{}';
          CREATE INDEX run_by_cell ON run (cell_id);
          CREATE INDEX run_by_comparison ON run (comparison);
          """)
      for row in try Row.fetchAll(db, sql: "SELECT id, report, plan FROM run") {
        // A damaged run stays damaged and costs only itself.
        guard let run = try? RunOfSchema1(report: row.decode(atIndex: 1), plan: row.decode(atIndex: 2)) else {
          continue
        }
        try db.execute(
          sql: "UPDATE run SET report = ?, environment = ?, cell_id = ? WHERE id = ?",
          arguments: [
            try text(of: run.report), try text(of: run.environment), run.report.cellID,
            try row.decode(Int64.self, atIndex: 0),
          ])
      }
      try db.execute(sql: "ALTER TABLE run DROP COLUMN plan")
    }
    migrator.registerMigration("3 files") { db in
      try db.execute(
        sql: """
          ALTER TABLE run ADD COLUMN predictions_name TEXT;  -- like log_name
          ALTER TABLE run ADD COLUMN telemetry_name TEXT;
          -- Files of deleted runs that are still to be removed.
          CREATE TABLE doomed_file (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
          UPDATE run SET predictions_name = report ->> '$.predictions', telemetry_name = report ->> '$.telemetry'
            WHERE json_valid(report);
          """)
      try SharedFiles.separate(db)
      try db.execute(
        sql: """
          CREATE UNIQUE INDEX run_by_log ON run (log_name);
          CREATE UNIQUE INDEX run_by_predictions ON run (predictions_name);
          CREATE UNIQUE INDEX run_by_telemetry ON run (telemetry_name);
          """)
    }
    migrator.registerMigration("4 origins") { db in
      try db.execute(
        sql: """
          ALTER TABLE run ADD COLUMN git_commit TEXT;  -- RunOrigin.shortCommit
          ALTER TABLE run ADD COLUMN note TEXT;
          """)
    }
    migrator.registerMigration("5 variables") { db in
      // Assay 1 kept all that began like a variable of an engine, tokens of other programs among them.
      for row in try Row.fetchAll(db, sql: "SELECT id, environment FROM run") {
        let (id, json) = (try row.decode(Int64.self, atIndex: 0), try row.decode(String.self, atIndex: 1))
        guard let kept = try? JSONDecoder().decode([String: String].self, from: Data(json.utf8)) else { continue }
        let heeded = HeededVariables.values(in: kept)
        guard heeded != kept else { continue }
        try db.execute(sql: "UPDATE run SET environment = ? WHERE id = ?", arguments: [try text(of: heeded), id])
      }
    }
    migrator.registerMigration("6 studies") { db in
      try db.execute(
        sql: """
          ALTER TABLE run ADD COLUMN study TEXT;  -- StudyMembership
          ALTER TABLE run ADD COLUMN study_host TEXT;
          ALTER TABLE run ADD COLUMN study_repetition INTEGER;
          CREATE INDEX run_by_study ON run (study) WHERE study IS NOT NULL;
          """)
    }
    return migrator
  }()
}
