import GRDB

/// The tables of a store, made in steps. A step that has been released is never changed; a new one is added below it.
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

          -- What lists and filters need stands in columns; the whole run stands in report and plan.
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
    return migrator
  }()
}
