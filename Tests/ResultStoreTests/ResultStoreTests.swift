import AssayCore
import Foundation
import GRDB
import ResultStore
import TestSupport
import Testing

@Suite("A store keeps runs")
struct ResultStoreTests {
  private let sandbox: Sandbox
  private let path: String

  init() throws {
    sandbox = try Sandbox()
    path = sandbox.path("results.sqlite")
  }

  @Test("A run is read as it was saved, even after the store was moved")
  func roundTrip() throws {
    let store = try ResultStore(path: path, for: .saving)
    let saved = try store.save(
      Sample.report(), environment: Sample.environment, host: Sample.host, logPath: log(in: store))
    let folder = sandbox.path("elsewhere")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in ["results.sqlite", "records"] {
      try FileManager.default.copyItem(atPath: sandbox.path(name), toPath: "\(folder)/\(name)")
    }
    for name in ["results.sqlite-wal"] where FileManager.default.fileExists(atPath: sandbox.path(name)) {
      try FileManager.default.copyItem(atPath: sandbox.path(name), toPath: "\(folder)/\(name)")
    }
    for place in [store, try ResultStore(path: "\(folder)/results.sqlite", for: .existing)] {
      let run = try place.run("last")
      #expect(run.id == saved)
      #expect(run.spec == Sample.report().spec && run.environment == Sample.environment)
      #expect(run.host == Sample.host && run.kind == .bench)
      #expect(run.report.latency == Sample.report().latency && run.report.options.seed == .max)
      #expect(run.report.recordLog == "\(place.logFolder)/\(try #require(run.log).name)")
      #expect(place.logState(of: run) == .intact)
    }
  }

  @Test("The state of a record log is intact, altered or missing")
  func logStates() throws {
    let store = try ResultStore(path: path, for: .saving)
    let log = try log(in: store)
    _ = try store.save(Sample.report(), environment: Sample.environment, host: Sample.host, logPath: log)
    let run = try store.run("last")
    try Data("recorded!".utf8).write(to: URL(filePath: log))
    #expect(store.logState(of: run) == .altered, "of the same length")
    try Data("rec".utf8).write(to: URL(filePath: log))
    #expect(store.logState(of: run) == .altered, "cut short")
    try FileManager.default.removeItem(atPath: log)
    #expect(store.logState(of: run) == .missing)
  }

  @Test("Filters select runs, newest first")
  func filters() throws {
    let store = try ResultStore(path: path, for: .saving)
    for (model, engine) in [("a.tflite", "litert"), ("b.onnx", "openvino"), ("a.tflite", "openvino")] {
      try store.save(
        Sample.report(model: model, engine: engine), environment: Sample.environment, host: Sample.host, logPath: nil)
    }
    try store.tag([2], RunTag("yesterday"))
    func ids(_ change: (inout RunFilter) -> Void) throws -> [Int64] {
      var filter = RunFilter()
      change(&filter)
      return try store.list(filter).map(\.id)
    }
    #expect(try ids { _ in } == [3, 2, 1])
    #expect(try ids { $0.model = "a.tflite" } == [3, 1])
    #expect(try ids { $0.model = "?.t*" } == [3, 1])
    #expect(try ids { $0.model = "a" } == [])
    #expect(
      try ids {
        $0.engines = ["openvino"]; $0.model = "a.tflite"
      } == [3])
    #expect(try ids { $0.tag = "yesterday" } == [2])
    #expect(try ids { $0.host = "sAMPLE" } == [3, 2, 1])
    #expect(try ids { $0.host = "%" } == [])
    #expect(try ids { $0.device = "npu" } == [])
    #expect(try ids { $0.status = .failed } == [])
    #expect(try ids { $0.since = "2000-01-01" } == [3, 2, 1])
    #expect(try ids { $0.before = "2000-01-01" } == [])
    #expect(try store.list(RunFilter(), limit: 2).map(\.id) == [3, 2])
    #expect(try store.list(RunFilter()).map(\.tags) == [[], ["yesterday"], []])
  }

  @Test("Runs are referred to by id, tag, last or last~N; errors suggest the nearest")
  func references() throws {
    let store = try ResultStore(path: path, for: .saving)
    for _ in 1...4 { try store.save(Sample.report(), environment: Sample.environment, host: Sample.host, logPath: nil) }
    try store.delete([3])
    try store.tag([1, 2], RunTag("release-1.0"))
    #expect(try store.ids(for: ["last", "last~1", "last~2", "4", "release-1.0"]) == [4, 2, 1])
    #expect(try store.run("last~1").id == 2)
    for (text, expected) in [
      ("3", "The nearest are 1, 2, 4"), ("last~3", "holds 3 runs"), ("relaese-1.0", "The nearest: 'release-1.0'"),
      ("release-1.0", "names 2 runs: 1, 2"), ("", "does not refer to a run"), ("-1", "does not refer to a run"),
      ("last~", "does not refer to a run"),
      ("last~-1", "does not refer to a run"), ("99999999999999999999", "does not refer to a run"),
      ("1 OR 1=1", "does not refer to a run"),
    ] {
      let error = #expect(throws: AssayError.self) { try store.run(text) }
      #expect(error?.code == .usage)
      #expect(error?.description.contains(expected) == true, "\(text): \(String(describing: error))")
    }
    #expect(try store.save(Sample.report(), environment: Sample.environment, host: Sample.host, logPath: nil) == 5)
    try store.delete([5])
    #expect(
      try store.save(Sample.report(), environment: Sample.environment, host: Sample.host, logPath: nil) == 6,
      "no id is given twice")
  }

  @Test("A tag can be added to runs, moved, and removed from runs that have it")
  func tags() throws {
    let store = try ResultStore(path: path, for: .saving)
    for _ in 1...3 { try store.save(Sample.report(), environment: Sample.environment, host: Sample.host, logPath: nil) }
    let tag = try RunTag("base")
    try store.tag([1], tag)
    try store.tag([1, 2], tag)
    #expect(try store.ids(for: ["base"]) == [1, 2])
    try store.moveTag(tag, to: [3])
    #expect(try store.ids(for: ["base"]) == [3])
    #expect(throws: AssayError.self) { try store.untag([3, 1], tag) }
    #expect(try store.ids(for: ["base"]) == [3], "all changes or none")
    try store.untag([3], tag)
    #expect(throws: AssayError.self) { try store.ids(for: ["base"]) }
    for name in ["", "last", "17", "a b", "a/b", "a\nb", "-a", "m@t", String(repeating: "a", count: 65)] {
      #expect(throws: AssayError.self, "\(name)") { _ = try RunTag(name) }
    }
  }

  @Test("Deleting removes row, tags and log; if one run is unknown, none is deleted")
  func deletion() throws {
    let store = try ResultStore(path: path, for: .saving)
    let log = try log(in: store)
    try store.save(Sample.report(), environment: Sample.environment, host: Sample.host, logPath: log)
    try store.tag([1], RunTag("gone"))
    #expect(throws: AssayError.self) { try store.delete([1, 2]) }
    #expect(FileManager.default.fileExists(atPath: log))
    try store.delete([1])
    #expect(!FileManager.default.fileExists(atPath: log))
    #expect(try store.list(RunFilter()).isEmpty)
    let rows = try DatabaseQueue(path: path).read { db in
      try ["run", "tag", "host"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") }
    }
    #expect(rows == [0, 0, 0])
  }

  @Test("Concurrent writers lose nothing")
  func concurrency() async throws {
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          // Each opens the store itself, like processes that start together.
          let store = try ResultStore(path: path, for: .saving)
          for _ in 0..<25 {
            try store.save(Sample.report(), environment: Sample.environment, host: Sample.host, logPath: nil)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try ResultStore(path: path, for: .existing).list(RunFilter()).count == 100)
  }

  // MARK: Unusable stores

  @Test("Other files and other programs' databases are refused and left unchanged")
  func foreign() throws {
    try sandbox.write(Data("This is a letter, and no database at all.".utf8), to: "letter")
    try DatabaseQueue(path: sandbox.path("foreign")).write { try $0.execute(sql: "CREATE TABLE t (x)") }
    for (name, expected) in [("letter", "is not a store of results"), ("foreign", "but not one of Assay's")] {
      let before = try Data(contentsOf: URL(filePath: sandbox.path(name)))
      for use in [ResultStore.Use.saving, .existing] {
        let error = #expect(throws: AssayError.self) { _ = try ResultStore(path: sandbox.path(name), for: use) }
        #expect(error?.code == .badData && error?.message.contains(expected) == true, "\(String(describing: error))")
      }
      #expect(try Data(contentsOf: URL(filePath: sandbox.path(name))) == before)
    }
    for place in [sandbox.folder, sandbox.path("missing")] {
      let error = #expect(throws: AssayError.self) { _ = try ResultStore(path: place, for: .existing) }
      #expect(error?.code == .inputOutput && error?.message.contains(place) == true)
    }
  }

  @Test("A store of a newer Assay is refused and left unchanged")
  func newer() throws {
    try ResultStore(path: path, for: .saving).save(
      Sample.report(), environment: Sample.environment, host: Sample.host, logPath: nil)
    try DatabaseQueue(path: path).inDatabase { db in
      try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 from the future'); PRAGMA wal_checkpoint(TRUNCATE)")
    }
    let before = try Data(contentsOf: URL(filePath: path))
    for use in [ResultStore.Use.saving, .existing] {
      let error = #expect(throws: AssayError.self) { _ = try ResultStore(path: path, for: use) }
      #expect(error?.message.contains("newer Assay") == true, "\(String(describing: error))")
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test("Waiting for a store that another process holds ends with an error")
  func locked() throws {
    try ResultStore(path: path, for: .saving).save(
      Sample.report(), environment: Sample.environment, host: Sample.host, logPath: nil)
    let holder = try DatabaseQueue(path: path, configuration: Sample.holding)
    try holder.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let error = #expect(throws: AssayError.self) { _ = try ResultStore(path: path, for: .saving) }
    #expect(error?.message.contains("Another process holds the store") == true, "\(String(describing: error))")
    #expect(try ResultStore(path: path, for: .existing).run("last").id == 1, "reading still works")
    try holder.inDatabase { try $0.execute(sql: "ROLLBACK") }
    #expect(throws: Never.self) { _ = try ResultStore(path: path, for: .saving) }
  }

  /// A file in place of a record log.
  private func log(in store: ResultStore) throws -> String {
    let path = store.newRecordLog()
    try Data("recorded.".utf8).write(to: URL(filePath: path))
    return path
  }
}

/// Parts of an invented run.
enum Sample {
  static let host = HostDescription(
    cpu: "Sample CPU", architecture: "x86_64", cores: 2, physicalCores: 1, allowedCores: 2, allowedPhysicalCores: 1)

  /// Allows a connection to leave a transaction open.
  static let holding = {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    return configuration
  }()

  static let environment = ["OMP_NUM_THREADS": "2"]

  static func report(model: String = "a.tflite", engine: String = "litert") -> CellReport {
    var report = CellReport(
      CellSpec(
        model: ModelReference(path: model, format: .tflite, sha256: "ab", bytes: 10), target: Target(engine: engine),
        options: CellOptions(threads: 2, batch: 3, shapes: ["in": [3, 4]], seed: .max), measure: .latency(.exactly(7))))
    report.status = .ok
    report.latency = LatencySummary(
      count: 7, mean: 2, standardDeviation: 0.5, minimum: 1, maximum: 3, p50: 2,
      histogram: LatencyHistogram(from: 1, to: 3, counts: [3, 4]))
    return report
  }
}
