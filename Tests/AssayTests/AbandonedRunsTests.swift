import Assay
import AssayCore
import Foundation
import GRDB
import RecordLog
import ResultStore
import TestSupport
import Testing

@Suite("What killed processes leave is saved once, or removed")
struct AbandonedRunsTests {
  private let sandbox: Sandbox
  private let store: ResultStore
  private let host = HostDescription(
    cpu: "Sample CPU", architecture: "x86_64", cores: 2, physicalCores: 1, allowedCores: 2, allowedPhysicalCores: 1)

  init() throws {
    sandbox = try Sandbox()
    store = try ResultStore(path: sandbox.path("store/results.sqlite"), for: .saving)
  }

  private func report(_ log: String?, count: Int = 0) throws -> CellReport {
    var report = CellReport(
      CellSpec(
        model: ModelReference(path: "/a.synthetic", format: .synthetic, sha256: "ab"),
        target: Target(engine: "synthetic"), options: CellOptions(threads: 1), measure: .latency(.exactly(count))))
    report.status = .ok
    report.recordLog = log
    return report
  }

  private func writeLog(_ path: String, records: Int) throws {
    var log = try RecordLogWriter(creating: path, expectedCount: records)
    if records > 0 { try log.makeRoom() }
    for index in 0..<UInt64(records) { log.append(start: index * 1000, duration: 900) }
    try log.finish()
  }

  /// Claims a run, as a process does that is killed afterwards: the claim stays and its lock goes.
  private func claim(_ log: String, resumes: Int64? = nil) throws {
    _ = try store.claim(
      UnfinishedRun(report: report(log), host: host, environment: [:], resumes: resumes), logPath: log)
  }

  private func adopt() throws -> [Int64] {
    var adopted: [Int64] = []
    try AbandonedRuns.adopt(into: store) { adopted.append($0) }
    return adopted
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: sandbox.path("store/\(folder)")).sorted()
  }

  @Test("A run whose process was killed after its transaction is not saved again")
  func savedTwice() throws {
    let log = store.newRecordLog()
    try claim(log)
    try writeLog(log, records: 30)
    let id = try store.save(report(log), environment: [:], host: host, logPath: log)
    #expect(try adopt() == [])
    #expect(try store.list(RunFilter()).map(\.status) == [.ok])
    #expect(try names("running") == [])
    #expect(try store.logState(of: store.run(id)) == .intact)
  }

  @Test("A resumed run stays as it was saved, unless its log has more records", arguments: [false, true])
  func resumed(hasMore: Bool) throws {
    let log = store.newRecordLog()
    try writeLog(log, records: 30)
    let id = try store.save(report(log), environment: [:], host: host, logPath: log)
    try claim(log, resumes: id)
    if hasMore {
      var writer = try RecordLogWriter(appendingTo: log, expectedCount: 1)
      try writer.makeRoom()
      writer.append(start: 100_000, duration: 900)
      try writer.finish()
    }
    #expect(try adopt() == (hasMore ? [id] : []))
    let run = try store.run(id)
    #expect(run.report.status == (hasMore ? .interrupted : .ok) && store.logState(of: run) == .intact)
    #expect(try store.list(RunFilter()).count == 1)
    #expect(try names("running") == [])
  }

  @Test("A run killed before its first record leaves nothing", arguments: ["no log", "an empty log", "a new log"])
  func neverWas(state: String) throws {
    let log = store.newRecordLog()
    try claim(log)
    switch state {
    case "an empty log": try Data().write(to: URL(filePath: log))
    case "a new log": try writeLog(log, records: 0)
    default: break
    }
    for file in RunFiles.all(besideLog: log).dropFirst() {
      try Data("image,label,top1,score1,rank\n".utf8).write(to: URL(filePath: file))
    }
    #expect(try adopt() == [])
    #expect(try names("records") + names("running") == [])
  }

  @Test("A claim that says nothing leaves nothing, but records stay")
  func emptyClaim() throws {
    let logs = [store.newRecordLog(), store.newRecordLog()]
    for log in logs {
      try claim(log)
      let name = URL(filePath: log).lastPathComponent
      try Data("{\"report\":".utf8).write(to: URL(filePath: sandbox.path("store/running/\(name).json")))
    }
    try writeLog(logs[0], records: 3)
    #expect(try adopt() == [])
    #expect(try names("records") == [URL(filePath: logs[0]).lastPathComponent])
    #expect(try names("running").count == 1)
  }

  @Test("An empty claim of a run that was to be resumed goes, and the run stays")
  func emptyClaimOfSavedRun() throws {
    let log = store.newRecordLog()
    try writeLog(log, records: 3)
    let id = try store.save(report(log), environment: [:], host: host, logPath: log)
    try FileManager.default.createDirectory(
      atPath: sandbox.path("store/running"), withIntermediateDirectories: true)
    try sandbox.write(Data(), to: "store/running/\(URL(filePath: log).lastPathComponent).json")
    #expect(try adopt() == [])
    #expect(try names("running") == [])
    #expect(try store.logState(of: store.run(id)) == .intact)
  }

  @Test("The last complete state of a claim counts")
  func tornClaim() throws {
    let log = store.newRecordLog()
    try claim(log)
    try writeLog(log, records: 30)
    let path = sandbox.path("store/running/\(URL(filePath: log).lastPathComponent).json")
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data("{\"report\":{\"torn".utf8))
    #expect(try adopt() == [1])
    #expect(try store.run(1).report.latency?.count == 30)
  }

  @Test("A claim of a live process is left alone, even if only its worker lives")
  func live() throws {
    let log = store.newRecordLog()
    let claim = try store.claim(UnfinishedRun(report: report(log), host: host, environment: [:]), logPath: log)
    try writeLog(log, records: 3)
    #expect(try adopt() == [])
    try store.release(claim)
    #expect(try names("records").isEmpty, "nothing was saved of it")
  }

  @Test("Predictions of a run without records are kept")
  func predictions() throws {
    let log = store.newRecordLog()
    try claim(log)
    try Data("image,label,top1,score1,rank\na.png,1,1,0.5,1\n".utf8).write(
      to: URL(filePath: RunFiles.predictions(beside: log)))
    #expect(try adopt() == [1])
    #expect(try store.run(1).report.predictions == RunFiles.predictions(beside: log))
    try claim(log)
    #expect(try adopt() == [])
    #expect(try store.list(RunFilter()).count == 1)
  }

  @Test("The files of a deleted run go, even if the process that deleted it was killed")
  func deletion() throws {
    let logs = [store.newRecordLog(), store.newRecordLog()]
    for log in logs {
      try writeLog(log, records: 3)
      try store.save(report(log), environment: [:], host: host, logPath: log)
    }
    try DatabaseQueue(path: store.path).write { db in
      // What is left of a deletion of run 1; run 2 may not lose its log.
      try db.execute(sql: "INSERT INTO doomed_file SELECT log_name FROM run; DELETE FROM run WHERE id = 1")
    }
    #expect(try adopt() == [])
    #expect(try names("records") == [URL(filePath: logs[1]).lastPathComponent])
    #expect(
      try DatabaseQueue(path: store.path).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM doomed_file") } == 0)
  }
}
