import Assay
import AssayCore
import Foundation
import GRDB
import ResultStore

/// A store whose rows and claims can be damaged, with a run beside that stays intact.
final class SampleStore {
  let store: ResultStore
  private let bench: Workbench
  private let queue: DatabaseQueue
  private let schema: [String: String]

  /// The row that is damaged.
  static let damaged: Int64 = 1

  /// Saves the runs of `SampleRuns`, whose parent died, by adopting them.
  init(_ bench: Workbench) throws {
    self.bench = bench
    try bench.makeFolder("running")
    store = try ResultStore(path: bench.path("results.sqlite"), for: .saving)
    let logs = try SampleRuns.recordLogs(bench)
    let telemetry = try bench.fixtures("Fixtures/Stores/schema-1/records", ".telemetry.jsonl")
    for (index, run) in SampleRuns.unfinishedRuns().enumerated() {
      let name = index == 0 ? "run" : "run-\(index)"
      // Findings need more records than figures do.
      try bench.write(run.report.spec.measure.kind == .stress ? logs[2] : logs[1], to: "records/\(name).records")
      try bench.write(telemetry[0], to: "records/\(name).telemetry.jsonl")
      try bench.write(Array(JSONEncoder().encode(run)), to: "running/\(name).records.json")
      try AbandonedRuns.adopt(into: store) { _ in }
    }
    try store.tag([1, 2], RunTag("main"))
    queue = try DatabaseQueue(path: bench.path("results.sqlite"))
    schema = try Self.loosen(queue)
  }

  /// A store from a stranger may have tables with our names that take any value. Durability is not wanted here.
  ///
  /// - Returns: by column of `run` and `host`, the table that has it.
  private static func loosen(_ queue: DatabaseQueue) throws -> [String: String] {
    try queue.writeWithoutTransaction { db in
      try db.execute(
        sql: """
          PRAGMA writable_schema = ON;
          UPDATE sqlite_master SET sql = replace(replace(sql, 'STRICT', ''), 'NOT NULL', '')
            WHERE type = 'table' AND name IN ('run', 'host');
          PRAGMA writable_schema = RESET;
          DROP INDEX run_by_log;
          DROP INDEX run_by_predictions;
          DROP INDEX run_by_telemetry;
          PRAGMA synchronous = OFF;
          """)
      var tables: [String: String] = [:]
      for table in ["host", "run"] {
        for column in try db.columns(in: table) where column.name != "id" && column.name != "host_id" {
          tables[column.name] = table
        }
      }
      return tables
    }
  }

  /// The whole store as one file.
  func file() throws -> [UInt8] {
    try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [bench.path("copy.sqlite")]) }
    return try bench.read("copy.sqlite")
  }

  /// Every row as lines of `column TAB type TAB value`.
  func rows() throws -> [[UInt8]] {
    try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT host.description, run.* FROM run JOIN host ON host.id = host_id").map { row in
        let lines = row.compactMap { column, value in schema[column] == nil ? nil : "\(column)\t\(Self.text(value))\n" }
        return Array(lines.joined().utf8)
      }
    }
  }

  /// Single columns with values of every type, as Assay never writes them.
  func strangeColumns() -> [[UInt8]] {
    let values = [
      "N\t", "I\t-9223372036854775808", "R\t1e300", "B\t\u{FFFD}", "T\t", "T\t../x.records", "T\t/etc/passwd",
    ]
    return schema.keys.sorted().flatMap { column in values.map { Array("\(column)\t\($0)\n".utf8) } }
  }

  /// The lines become the values of the damaged row.
  func setRow(_ lines: [UInt8]) throws {
    try queue.write { db in
      for line in lines.split(separator: UInt8(ascii: "\n")) {
        let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 2, omittingEmptySubsequences: false)
        let column = String(decoding: parts[0], as: UTF8.self)
        guard parts.count == 3, let table = schema[column] else { continue }
        try db.execute(
          sql: "UPDATE \(table) SET \(column) = ? WHERE id = ?",
          arguments: [Self.value(parts[1].first, parts[2]), Self.damaged])
      }
    }
  }

  private static func text(_ value: DatabaseValue) -> String {
    switch value.storage {
    case .null: "N\t"
    case .int64(let integer): "I\t\(integer)"
    case .double(let double): "R\t\(double)"
    case .string(let text): "T\t\(text)"
    case .blob(let data): "B\t\(String(decoding: data, as: UTF8.self))"
    }
  }

  private static func value(_ type: UInt8?, _ bytes: ArraySlice<UInt8>) -> DatabaseValue {
    let text = String(decoding: bytes, as: UTF8.self)
    return switch type {
    case UInt8(ascii: "N"): .null
    case UInt8(ascii: "I"): (Int64(text) ?? 0).databaseValue
    case UInt8(ascii: "R"): (Double(text) ?? 0).databaseValue
    case UInt8(ascii: "B"): Data(bytes).databaseValue
    default: text.databaseValue
    }
  }
}
