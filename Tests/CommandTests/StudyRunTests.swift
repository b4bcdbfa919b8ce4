import Foundation
import GRDB
import TestSupport
import Testing

@Suite("A study is measured once, however often it is stopped")
struct StudyRunTests {
  /// A study of synthetic models in a sandbox.
  ///
  /// - Parameter hosts: YAML of the list; `nil` for this machine alone.
  private func sandbox(models: Int = 2, repeats: Int = 1, runs: Int = 20, hosts: String? = nil) throws -> Sandbox {
    let sandbox = try Sandbox()
    for number in 0..<models { _ = try sandbox.model("m\(number)", microseconds: Double(20 + number)) }
    try write(sandbox, models: models, repeats: repeats, runs: runs, hosts: hosts)
    return sandbox
  }

  private func write(_ sandbox: Sandbox, models: Int, repeats: Int = 1, runs: Int = 20, hosts: String? = nil) throws {
    let list = (0..<models).map { "  - {name: model \($0), path: m\($0).synthetic}" }.joined(separator: "\n")
    let text = """
      study: 1
      name: small
      repeats: \(repeats)
      \(hosts.map { "hosts: \($0)" } ?? "")
      models:
      \(list)
      targets: [{name: syn, target: synthetic}]
      measures: [{name: speed, kind: latency, runs: \(runs), warm-up: 0s}]
      cells: [{threads: 1}]
      report: {sections: [{title: Results, show: [{table: best-time}]}]}

      """
    try sandbox.write(Data(text.utf8), to: "study.yaml")
  }

  /// Cells with runs that ended so, one name per run: `host, model, repetition`.
  private func cells(
    _ sandbox: Sandbox, _ status: String = "ok", store: String = "data/assay/results.sqlite"
  ) throws -> [String] {
    try DatabaseQueue(path: sandbox.path(store)).read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT study_host || ', ' || (report ->> '$.study.model') || ', ' || study_repetition FROM run
          WHERE study = 'small' AND status = ? ORDER BY 1
          """, arguments: [status])
    }
  }

  @Test("Every cell is measured, and a second run measures nothing")
  func twice() throws {
    let sandbox = try sandbox(repeats: 2)
    let first = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(first.status == 0, "\(first)")
    #expect(first.standardError.contains("small: 4 of 4 cells done (4 ok)."), "\(first.standardError)")
    #expect(first.standardError.contains("[4/4] model "))
    let second = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(second.standardError == "small: 4 of 4 cells done (4 ok, 4 of them before).\n")
    #expect(sandbox.recordLogs.count == 4)
  }

  @Test("A study that is killed again and again ends with every cell once")
  func kills() throws {
    let sandbox = try sandbox(models: 8, repeats: 2)
    for round in 0..<6 {
      let study = try sandbox.start([
        "/bin/sh", "-c", "cd '\(sandbox.folder)' && exec \"$ASSAY\" study run study.yaml -q",
      ])
      usleep(UInt32(150_000 + 137_000 * round % 400_000))
      end(study.processIdentifier)
      _ = try study.wait()
    }
    let last = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(last.status == 0 && last.standardError.contains("small: 16 of 16 cells done (16 ok"), "\(last)")
    let all = (0..<8).flatMap { model in (1...2).map { "here, model \(model), \($0)" } }
    #expect(try cells(sandbox) == all, "no cell twice, none missing")
    // Each kill costs at most the run that was going on.
    #expect(try cells(sandbox, "interrupted").count <= 6)
  }

  private func end(_ process: Int32) { kill(process, SIGKILL) }

  @Test("A cell that fails does not stop the others, and is tried again on demand")
  func failures() throws {
    let sandbox = try sandbox(models: 3)
    _ = try sandbox.model("m1", event: ("fail", 5))
    try FileManager.default.removeItem(atPath: sandbox.path("m2.synthetic"))
    let first = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(first.status == 1 && first.standardError.contains("3 of 3 cells done (1 ok, 2 failed)."), "\(first)")
    #expect(
      first.standardError.contains("model 2 on syn, speed: failed. There is no model at"), "\(first.standardError)")
    let second = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    // Of a missing model nothing was saved.
    #expect(second.standardError.contains("(1 ok, 2 failed, 2 of them before)"), "\(second.standardError)")
    _ = try sandbox.model("m2")
    let third = try sandbox.shell("\"$ASSAY\" study run study.yaml --retry-failed")
    #expect(third.standardError.contains("(2 ok, 1 failed, 1 of them before)"), "\(third.standardError)")
    #expect(try cells(sandbox, "failed").count == 2)
  }

  @Test("A cell whose images cannot be used is saved as failed, and tried again on demand")
  func images() throws {
    let sandbox = try sandbox(models: 1)
    let text = try String(contentsOfFile: sandbox.path("study.yaml"), encoding: .utf8)
      .replacing("measures: [", with: "measures: [{name: seen, kind: accuracy, images: nosuch}, ")
    try sandbox.write(Data(text.utf8), to: "study.yaml")
    let first = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(first.status == 1 && first.standardError.contains("2 of 2 cells done (1 ok, 1 failed)."), "\(first)")
    #expect(try cells(sandbox, "failed").count == 1)
    let second = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(second.standardError == "small: 2 of 2 cells done (1 ok, 1 failed, 2 of them before).\n", "\(second)")
    let third = try sandbox.shell("\"$ASSAY\" study run study.yaml --retry-failed")
    #expect(third.standardError.contains("(1 ok, 1 failed, 1 of them before)"), "\(third)")
    #expect(try cells(sandbox, "failed").count == 2)
  }

  @Test("What a study declares no more stays and is reported; what is new is measured")
  func changed() throws {
    let sandbox = try sandbox(models: 2)
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml -q").status == 0)
    _ = try sandbox.model("m0", microseconds: 99)
    let changed = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(changed.standardError.contains("1 earlier cell of this study is not in it now"), "\(changed.standardError)")
    #expect(changed.standardError.contains("2 of 2 cells done (2 ok, 1 of them before)"), "\(changed.standardError)")
    #expect(try cells(sandbox).count == 3)
  }

  @Test("Two processes do not measure the same study on the same host at once")
  func atOnce() throws {
    let sandbox = try sandbox(models: 2, runs: 2_000_000)
    let first = try sandbox.start([
      "/bin/sh", "-c", "cd '\(sandbox.folder)' && exec \"$ASSAY\" study run study.yaml -q",
    ])
    defer { end(first.processIdentifier) }
    while sandbox.recordLogs.isEmpty { usleep(20_000) }
    let second = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(
      second.status == 64 && second.standardError.contains("Another process measures the study small on here"),
      "\(second)")
    kill(first.processIdentifier, SIGINT)
    #expect(try first.wait().status == 130)
  }

  @Test("Hosts work side by side; one that is down costs its own cells")
  func hosts() throws {
    let down = try sandbox(hosts: "[{name: here}, {name: down, via: 'false'}]")
    let result = try down.shell("\"$ASSAY\" study run study.yaml")
    #expect(result.status == 1 && result.standardError.contains("down was not measured to the end"), "\(result)")
    #expect(result.standardError.contains("small: 4 of 4 cells done (2 ok, 2 failed)"), "\(result.standardError)")
    #expect(try cells(down) == ["here, model 0, 1", "here, model 1, 1"])
    // What is done stays done, whatever becomes of the host.
    let again = try down.shell("\"$ASSAY\" study run study.yaml")
    #expect(again.standardError.contains("4 of 4 cells done (2 ok, 2 failed, 2 of them before)"), "\(again)")
    let worker = ["ASSAY_REMOTE_WORKER": Sandbox.program("assay-worker")]
    let prefix = "env HOME=\(down.path("elsewhere")) XDG_CACHE_HOME=\(down.path("elsewhere/cache"))"
    try write(down, models: 2, hosts: "[{name: here}, {name: there, via: '\(prefix)'}]")
    let both = try down.shell("\"$ASSAY\" study run study.yaml", environment: worker)
    #expect(both.status == 0, "\(both)")
    #expect(try cells(down).count == 4)
    #expect(both.standardError.contains("[there 2/2] "), "\(both.standardError)")
  }

  @Test("Cells of a host that were done before it was down stay done")
  func downLater() throws {
    let sandbox = try sandbox(hosts: "[{name: here}, {name: there}]")
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml -q").status == 0)
    try write(sandbox, models: 2, repeats: 2, hosts: "[{name: here}, {name: there, via: 'false'}]")
    let down = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(
      down.status == 1 && down.standardError.contains("8 of 8 cells done (6 ok, 2 failed, 4 of them before)"),
      "\(down)")
  }

  @Test("Shards in several stores are merged once, and what differs or is damaged is named")
  func merge() throws {
    let sandbox = try sandbox(models: 4)
    for shard in 1...2 {
      let part = try sandbox.shell("\"$ASSAY\" study run study.yaml -q --shard \(shard)/2 --store s\(shard)/r.sqlite")
      #expect(part.status == 0, "\(part)")
    }
    try DatabaseQueue(path: sandbox.path("s1/r.sqlite")).write { db in
      try db.execute(sql: "UPDATE run SET assay = '0.0.1' WHERE id = 1")
    }
    let merged = try sandbox.shell("\"$ASSAY\" results merge s1/r.sqlite s2/r.sqlite")
    #expect(merged.status == 0, "\(merged)")
    #expect(merged.standardError == "s1/r.sqlite: 2 runs added (1 – 2).\ns2/r.sqlite: 2 runs added (3 – 4).\n")
    #expect(try cells(sandbox).count == 4 && sandbox.recordLogs.count == 4)
    let version = try DatabaseQueue(path: sandbox.path("data/assay/results.sqlite")).read { db in
      try String.fetchOne(db, sql: "SELECT assay FROM run WHERE id = 1")
    }
    #expect(version == "0.0.1", "the version that measured, not the one that merged")
    let done = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(done.standardError.contains("4 of 4 cells done (4 ok, 4 of them before)"), "\(done.standardError)")

    let again = try sandbox.shell("\"$ASSAY\" results merge s1/r.sqlite")
    #expect(
      again.status == 0 && again.standardError == "s1/r.sqlite: 0 runs added; 2 runs were here already.\n", "\(again)")
    try DatabaseQueue(path: sandbox.path("s1/r.sqlite")).write { db in
      try db.execute(sql: "UPDATE run SET report = json_set(report, '$.load_ms', 12345) WHERE id = 1")
      try db.execute(sql: "UPDATE run SET report = 'damaged' WHERE id = 2")
    }
    let differing = try sandbox.shell("\"$ASSAY\" results merge s1/r.sqlite")
    #expect(
      differing.status == 65 && differing.standardError.contains("Run 1 of s1/r.sqlite differs from run 1"),
      "\(differing)")
    #expect(differing.standardError.contains("Run 2 is damaged"), "\(differing.standardError)")
    let itself = try sandbox.shell("\"$ASSAY\" results merge \"$XDG_DATA_HOME/assay/results.sqlite\"")
    #expect(itself.status == 64 && itself.standardError.contains("is this store"), "\(itself)")
    let none = try sandbox.shell("\"$ASSAY\" results merge nosuch.sqlite")
    #expect(none.status == 74, "\(none)")
  }

  @Test("A merge replaces no file of a run here, and goes on behind a run whose records are gone")
  func unfitMerge() throws {
    let sandbox = try sandbox(models: 3)
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml -q").status == 0)
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml -q --store s/r.sqlite").status == 0)
    func logs(_ store: String) throws -> [String] {
      try DatabaseQueue(path: sandbox.path(store)).read { db in
        try String.fetchAll(db, sql: "SELECT log_name FROM run ORDER BY id")
      }
    }
    let (own, others) = (try logs("data/assay/results.sqlite"), try logs("s/r.sqlite"))
    let before = try Data(contentsOf: URL(filePath: sandbox.path("data/assay/records/\(own[0])")))
    try sandbox.write(Data("other".utf8), to: "s/records/\(own[0])")
    try DatabaseQueue(path: sandbox.path("s/r.sqlite")).write { db in
      try db.execute(sql: "UPDATE run SET telemetry_name = ? WHERE id = 1", arguments: [own[0]])
    }
    try FileManager.default.removeItem(atPath: sandbox.path("s/records/\(others[1])"))
    let merged = try sandbox.shell("\"$ASSAY\" results merge s/r.sqlite")
    #expect(merged.status == 65 && merged.standardError.contains("1 run added (4)"), "\(merged)")
    #expect(merged.standardError.contains("which is that of another run here"), "\(merged.standardError)")
    #expect(merged.standardError.contains("There is no file"), "\(merged.standardError)")
    let after = try Data(contentsOf: URL(filePath: sandbox.path("data/assay/records/\(own[0])")))
    #expect(after == before, "the records of a run here")
  }

  @Test("Stores of one folder share their records, so one takes in the other only elsewhere")
  func mergeInOneFolder() throws {
    let sandbox = try sandbox(models: 2)
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml -q --store s/a.sqlite --shard 1/2").status == 0)
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml -q --store s/b.sqlite --shard 2/2").status == 0)
    let refused = try sandbox.shell("\"$ASSAY\" results merge s/b.sqlite --store s/a.sqlite")
    #expect(refused.status == 64 && refused.standardError.contains("as this store does"), "\(refused)")
    #expect(try cells(sandbox, store: "s/a.sqlite").count == 1)
    let both = try sandbox.shell("\"$ASSAY\" results merge s/a.sqlite s/b.sqlite --store t/c.sqlite")
    #expect(both.status == 0, "\(both)")
    #expect(try cells(sandbox, store: "t/c.sqlite").count == 2)
  }

  @Test("Each number of threads has its row in the report")
  func threads() throws {
    let sandbox = try sandbox(models: 1)
    let text = try String(contentsOfFile: sandbox.path("study.yaml"), encoding: .utf8)
      .replacing("cells: [{threads: 1}]", with: "cells: [{threads: [1, 2]}]")
      .replacing("{table: best-time}", with: "{table: results-by-device, device: here}")
    try sandbox.write(Data(text.utf8), to: "study.yaml")
    _ = try sandbox.shell("\"$ASSAY\" study run study.yaml -q")
    let report = try sandbox.shell("\"$ASSAY\" study report study.yaml").standardOutput
    #expect(report.contains("model 0 (1 thread)") && report.contains("model 0 (2 threads)"), "\(report)")
  }

  @Test("A report leaves out what the study declares no more, and what another study of the same name has measured")
  func others() throws {
    let sandbox = try sandbox(models: 2)
    let all = "{table: results-by-device, device: here}"
    func show() throws {
      let text = try String(contentsOfFile: sandbox.path("study.yaml"), encoding: .utf8)
        .replacing("{table: best-time}", with: all)
      try sandbox.write(Data(text.utf8), to: "study.yaml")
    }
    try show()
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml -q").status == 0)
    try write(sandbox, models: 1)
    try show()
    let less = try sandbox.shell("\"$ASSAY\" study report study.yaml")
    #expect(less.standardOutput.contains("| model 0 |") && !less.standardOutput.contains("model 1"), "\(less)")
    #expect(less.standardError.contains("1 earlier cell of a study of this name is not in this one"), "\(less)")

    // The same names, with another rule.
    try write(sandbox, models: 2, runs: 30)
    try show()
    let other = try sandbox.shell("\"$ASSAY\" study report study.yaml")
    #expect(other.status == 64 && other.standardError.contains("2 earlier cells"), "\(other)")
    // The same names, with another model.
    try write(sandbox, models: 2)
    try show()
    _ = try sandbox.model("m0", microseconds: 77)
    let changed = try sandbox.shell("\"$ASSAY\" study report study.yaml")
    #expect(changed.standardOutput.contains("| model 1 |") && !changed.standardOutput.contains("model 0"), "\(changed)")
  }

  @Test("Streams and scenarios are measured and shown")
  func streams() throws {
    let sandbox = try sandbox(models: 1)
    let text = try String(contentsOfFile: sandbox.path("study.yaml"), encoding: .utf8)
      .replacing("{table: best-time}", with: "{table: processors}, {table: scenarios}")
      .replacing(
        "measures: [{name: speed, kind: latency, runs: 20, warm-up: 0s}]",
        with: """
          measures:
            - {name: one, kind: streams, streams: 1, max-time: 200ms, warm-up: 0s}
            - {name: two, kind: streams, streams: 2, max-time: 200ms, warm-up: 0s}
            - {name: camera, kind: scenario, scenario: single-stream, min-duration: 200ms}
          """)
    try sandbox.write(Data(text.utf8), to: "study.yaml")
    let run = try sandbox.shell("\"$ASSAY\" study run study.yaml")
    #expect(run.status == 0 && run.standardError.contains("3 of 3 cells done (3 ok)."), "\(run)")
    let report = try sandbox.shell("\"$ASSAY\" study report study.yaml")
    #expect(report.standardOutput.contains("Min. latency (ms)"), "\(report)")
    #expect(report.standardOutput.contains("single-stream, quick rules"), "\(report)")
    #expect(report.standardOutput.contains("| p90 ≤ "), "\(report)")
  }

  @Test("A dry run prints the plan, also of the thesis and without a model")
  func dryRun() throws {
    let sandbox = try sandbox(models: 2)
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml -q --shard 1/2").status == 0)
    let plan = try sandbox.shell("\"$ASSAY\" study run study.yaml --dry-run -v")
    #expect(plan.status == 0 && plan.standardOutput.hasPrefix("small: 2 cells\n"), "\(plan)")
    #expect(plan.standardOutput.contains("here      2     1     1"), "\(plan.standardOutput)")
    #expect(plan.standardOutput.contains("done here: model"))
    let thesis = try sandbox.assay("study", "run", PackageFiles.path("Examples/edge-2020.yaml"), "--dry-run")
    #expect(thesis.status == 0, "\(thesis)")
    #expect(thesis.standardOutput.contains("Left out: 3 cells: TensorRT could not run EfficientNet in 2020"))
  }

  @Test("Options that do not fit are refused")
  func refusals() throws {
    let sandbox = try sandbox()
    for (options, message) in [
      ("--shard 3/2", "'3/2' is no part"), ("--host nosuch", "has no host 'nosuch'"),
    ] {
      let result = try sandbox.shell("\"$ASSAY\" study run study.yaml \(options)")
      #expect(result.status == 64 && result.standardError.contains(message), "\(result)")
    }
    let empty = try sandbox.shell("printf 'study: 1\\nname: e\\n' > e.yaml && \"$ASSAY\" study run e.yaml")
    #expect(empty.status == 64 && empty.standardError.contains("has no cells here"), "\(empty)")
  }

  @Test("What was measured stands in the report under the names of the study, and what failed with its reason")
  func report() throws {
    let sandbox = try sandbox(models: 3)
    _ = try sandbox.model("m2", event: ("fail", 5))
    let text = try String(contentsOfFile: sandbox.path("study.yaml"), encoding: .utf8)
      .replacing(
        "{table: best-time}",
        with: "{table: best-time}, {table: results-by-device, device: here}, {figure: stress-scatter, device: here}"
      )
      .replacing("measures: [", with: "measures: [{name: long, kind: stress, duration: 1s}, ")
    try sandbox.write(Data(text.utf8), to: "study.yaml")
    #expect(try sandbox.shell("\"$ASSAY\" study run study.yaml -q").status == 1)
    let report = try sandbox.shell("\"$ASSAY\" study report study.yaml")
    #expect(report.status == 0 && report.standardError.isEmpty, "\(report)")
    #expect(report.standardOutput.contains("| Model | Framework | Median inference time (ms) |"))
    #expect(report.standardOutput.contains("| model 2 | synthetic | DNR<sup>a</sup> |"), "\(report.standardOutput)")
    #expect(report.standardOutput.contains("<sup>a</sup> The synthetic engine failed at inference 5, as asked."))
    #expect(
      report.standardOutput.contains("| here | **0.0") || report.standardOutput.contains("| here | 0.0"),
      "\(report.standardOutput)")
    #expect(report.standardOutput.contains("**Figure 1.** Latency over time of here, model"))
    let unmeasured = try Sandbox().assay("study", "report", sandbox.path("study.yaml"))
    #expect(unmeasured.status == 64 && unmeasured.standardError.contains("assay study run"), "\(unmeasured)")
  }
}
