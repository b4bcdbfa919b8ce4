import Foundation
import GRDB
import TestSupport
import Testing

@Suite("A study measures hosts over ssh", .serialized, .enabled(if: SecureShellServer.isAvailable))
struct StudyOverSSHTests {
  private let sandbox: Sandbox
  private let server: SecureShellServer
  private let cache: WorkerCache

  init() throws {
    sandbox = try Sandbox()
    server = try SecureShellServer(hasWorker: false)
    cache = WorkerCache("\(server.root)\(SecureShellServer.home)/.cache/assay")
    for number in 0..<3 { _ = try sandbox.model("m\(number)", microseconds: Double(100 + number)) }
  }

  private func write(repeats: Int, runs: Int) throws {
    let text = """
      study: 1
      name: boards
      repeats: \(repeats)
      hosts:
        - {name: here}
        - {name: board, via: "\(server.command)"}
      models: [{name: m0, path: m0.synthetic}, {name: m1, path: m1.synthetic}, {name: m2, path: m2.synthetic}]
      targets: [{name: syn, target: synthetic}]
      measures: [{name: speed, kind: latency, runs: \(runs), warm-up: 0s}]
      cells: [{threads: 1}]

      """
    try sandbox.write(Data(text.utf8), to: "study.yaml")
  }

  /// `host, model, repetition` of the runs that ended well.
  private func done() throws -> [String] {
    try DatabaseQueue(path: sandbox.path("data/assay/results.sqlite")).read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT study_host || ', ' || (report ->> '$.study.model') || ', ' || study_repetition FROM run
          WHERE study = 'boards' AND status = 'ok' ORDER BY 1
          """)
    }
  }

  private func all(_ repeats: Int) -> [String] {
    ["board", "here"].flatMap { host in
      (0..<3).flatMap { model in (1...repeats).map { "\(host), m\(model), \($0)" } }
    }
  }

  @Test("Worker and models are sent once, and every cell is measured on its host")
  func whole() throws {
    try write(repeats: 2, runs: 50)
    let run = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(run.status == 0 && run.standardError.contains("boards: 12 of 12 cells done (12 ok)."), "\(run)")
    #expect(try done() == all(2))
    #expect(cache.files.count == 4, "the worker and each model")
    let sent = cache.files
    try write(repeats: 3, runs: 50)
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml -q").status == 0)
    #expect(cache.files == sent, "once")
    let systems = try DatabaseQueue(path: sandbox.path("data/assay/results.sqlite")).read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT DISTINCT host.description ->> '$.os' FROM run JOIN host ON host.id = run.host_id
          WHERE study_host = 'board'
          """)
    }
    #expect(systems == [SecureShellServer.system])
  }

  @Test("A host that loses its connection fails the cells that were cut, and a later run measures them")
  func cut() throws {
    try write(repeats: 1, runs: 20_000)
    let study = try sandbox.start([
      "/bin/sh", "-c", "cd '\(sandbox.folder)' && exec \"$ASSAY\" study run study.yaml -q --host board",
    ])
    while sandbox.recordLogs.isEmpty { usleep(20_000) }
    server.endSessions()
    _ = try study.wait()
    try write(repeats: 1, runs: 20_000)
    let again = try sandbox.shell("\"$ASSAY\" study run study.yaml --retry-failed")
    #expect(again.status == 0, "\(again)")
    #expect(try done() == all(1), "every cell once")
  }
}
