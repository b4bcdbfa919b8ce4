import Assay
import AssayCore
import Foundation
import GRDB
import ResultStore
import TestSupport
import Testing

@Suite("A store in which an older Assay was killed is put in order and loses nothing")
struct OldLeftoversTests {
  private let sandbox: Sandbox
  private let folder: String

  init() throws {
    sandbox = try Sandbox()
    folder = sandbox.path("store")
    try FileManager.default.copyItem(atPath: PackageFiles.path("Tests/Fixtures/Stores/schema-1"), toPath: folder)
  }

  private func change(_ sql: String) throws {
    try DatabaseQueue(path: "\(folder)/results.sqlite").write { try $0.execute(sql: sql) }
  }

  private func open() throws -> ResultStore { try ResultStore(path: "\(folder)/results.sqlite", for: .existing) }

  /// A run of the fixture once more, as an interruption made it.
  private func copy(_ id: Int, as new: Int, _ changes: String) throws {
    try change(
      """
      CREATE TABLE other AS SELECT * FROM run WHERE id = \(id);
      UPDATE other SET id = \(new), \(changes);
      INSERT INTO run SELECT * FROM other;
      DROP TABLE other;
      INSERT INTO tag VALUES ('copy', \(new))
      """)
  }

  @Test("A mere copy of a run goes, and its tags to the original")
  func copies() throws {
    try copy(1, as: 8, "status = 'interrupted'")
    let store = try open()
    #expect(try store.list(RunFilter()).map(\.id) == [6, 5, 4, 3, 2, 1])
    let run = try store.run(1)
    #expect(run.report.status == .ok && run.tags == ["copy", "main"] && store.logState(of: run) == .intact)
  }

  @Test("Of runs that differ, both stay, and the one that fits the log keeps it")
  func resumedCopies() throws {
    try copy(6, as: 8, "status = 'ok', log_bytes = log_bytes + 16, log_sha256 = 'ab'")
    let store = try open()
    #expect(try store.list(RunFilter()).map(\.id) == [8, 6, 5, 4, 3, 2, 1])
    let (old, new) = (try store.run(6), try store.run(8))
    #expect(old.report.recordLog == nil && new.report.recordLog != nil && new.report.telemetry != nil)
    try store.delete([6])
    #expect(FileManager.default.fileExists(atPath: try #require(new.report.recordLog)))
  }

  @Test("Files of runs that never were go; records, and what is not Assay's, stay")
  func leftovers() throws {
    func stem() -> String { "records/1795845599-\(UUID().uuidString)" }
    let known = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/records")
    let log = try #require(known.first { $0.hasSuffix(".records") })
    func write(_ name: String, _ content: Data = Data()) throws { try sandbox.write(content, to: "store/\(name)") }
    let records = try Data(contentsOf: URL(filePath: "\(folder)/records/\(log)"))
    for ending in ["records", "records.null", "predictions.csv", "telemetry.jsonl", "images"] {
      try write("\(stem()).\(ending)")
    }
    try write("running/.1795845599-\(UUID().uuidString).records", Data("{".utf8))
    let kept = stem()
    try write("\(kept).records", records)
    try write("\(kept).telemetry.jsonl")
    try write("records/notes.txt")
    // A process that was killed just before its draft became a claim.
    let drafted = stem()
    try write("\(drafted).records", records)
    let claim = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "\(folder)/running").first { $0.hasSuffix(".json") })
    try FileManager.default.copyItem(
      atPath: "\(folder)/running/\(claim)", toPath: "\(folder)/running/.\(drafted.dropFirst(8)).records")

    let store = try open()
    var adopted: [Int64] = []
    try AbandonedRuns.adopt(into: store) { adopted.append($0) }
    #expect(adopted == [7, 8])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/running").isEmpty)
    let now = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/records")
    let expected =
      known + ["notes.txt"]
      + ["\(kept).records", "\(kept).telemetry.jsonl", "\(drafted).records"].map {
        String($0.dropFirst("records/".count))
      }
    #expect(Set(now) == Set(expected), "\(Set(now).symmetricDifference(Set(expected)))")
    for id in [1, 2, 3, 5, 6, 7, 8] where try store.run(Int64(id)).log != nil {
      #expect(try store.logState(of: store.run(Int64(id))) == .intact, "run \(id)")
    }
  }

  @Test("A damaged run of an old store costs itself alone")
  func damaged() throws {
    try change("UPDATE run SET plan = '{' WHERE id = 2")
    let store = try open()
    #expect(throws: AssayError.self) { try store.run(2) }
    #expect(try store.run(1).report.status == .ok)
  }
}
