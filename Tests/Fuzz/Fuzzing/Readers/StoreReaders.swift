import Assay
import AssayCore
import Foundation
import GRDB
import Launching
import Report
import ResultStore

extension FuzzedReader {
  /// A row of a store with any values, in lists, in full, in every document, as a page, and in a comparison.
  static func storeRow(_ bench: Workbench) throws -> FuzzedReader {
    let sample = try SampleStore(bench)
    let samples = try sample.rows()
    let context = try ComparisonContext(bench, store: sample.store)
    let strange = sample.strangeColumns()
    // As many intact rows as strange ones.
    let all = (0..<strange.count).map { samples[$0 % samples.count] } + strange
    return FuzzedReader(all) { input in
      try sample.setRow(samples[0])
      try sample.setRow(input)
      let isListed = try accepts(.badData) { () throws(AssayError) in
        let runs = try sample.store.list(RunFilter())
        for screen in screens { try RunList.write(runs, to: TextSink(path: "/dev/null"), on: screen) }
      }
      let isShown = try accepts(.badData) { () throws(AssayError) in try show(SampleStore.damaged, in: sample.store) }
      _ = try accepts(.badData, .inputOutput, .usage) { () throws(AssayError) in try context.compare() }
      return isListed && isShown
    }
  }

  /// A store of which the file itself is damaged.
  static func storeFile(_ bench: Workbench) throws -> FuzzedReader {
    let file = try SampleStore(bench).file()
    return FuzzedReader([file]) { input in
      for suffix in ["-wal", "-shm"] { unlink(bench.path("damaged.sqlite\(suffix)")) }
      try bench.write(input, to: "damaged.sqlite")
      return try accepts(.badData, .inputOutput, .usage) { () throws(AssayError) in
        let store = try ResultStore(path: bench.path("damaged.sqlite"), for: .existing)
        for run in try store.list(RunFilter()).prefix(1) { try show(run.id, in: store) }
        _ = try store.ids(for: ["main"])
      }
    }
  }

  /// A run of the first schema, as a migration reads it.
  static func oldRow(_ bench: Workbench) throws -> FuzzedReader {
    let original = try Data(contentsOf: URL(filePath: bench.fixture("Fixtures/Stores/schema-1/results.sqlite")))
    let path = bench.path("old.sqlite")
    try original.write(to: URL(filePath: path))
    let columns = ["report", "plan"]
    let samples = try DatabaseQueue(path: path).read { db in
      try Row.fetchAll(db, sql: "SELECT report, plan FROM run").map { row in
        Array("\(row["report"] as String)\n\(row["plan"] as String)".utf8)
      }
    }
    return FuzzedReader(samples) { input in
      try original.write(to: URL(filePath: path))
      let queue = try DatabaseQueue(path: path)
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = OFF")
        try db.execute(sql: "DELETE FROM run WHERE id > 1")
        for (column, text) in zip(columns, input.split(separator: UInt8(ascii: "\n"), maxSplits: 1)) {
          try db.execute(sql: "UPDATE run SET \(column) = ?", arguments: [String(decoding: text, as: UTF8.self)])
        }
      }
      try queue.close()
      return try accepts(.badData) { () throws(AssayError) in
        let store = try ResultStore(path: path, for: .existing)
        try show(1, in: store)
      }
    }
  }

  /// The claim of a killed run, up to its adoption.
  static func claim(_ bench: Workbench) throws -> FuzzedReader {
    let sample = try SampleStore(bench)
    let log = try SampleRuns.recordLogs(bench)[1]
    let old = try bench.fixtures("Fixtures/Stores/schema-1/running", ".json")
    let samples = try SampleRuns.unfinishedRuns().map { Array(try JSONEncoder().encode($0)) } + old
    return FuzzedReader(samples) { input in
      try bench.write(log, to: "records/killed.records")
      try bench.write(input, to: "running/killed.records.json")
      var saved: Int64?
      _ = try accepts(.badData, .inputOutput) { () throws(AssayError) in
        try AbandonedRuns.adopt(into: sample.store) { saved = $0 }
      }
      guard let saved else { return false }
      _ = try accepts(.badData) { () throws(AssayError) in
        try show(saved, in: sample.store)
        if saved > 10 { try sample.store.delete([saved]) }
      }
      return true
    }
  }

  /// Everything that shows a run.
  private static func show(_ id: Int64, in store: ResultStore) throws(AssayError) {
    let run = try store.run(id)
    _ = (store.logState(of: run), try store.comparison(of: run) { _ in }.count)
    _ = RunStory(run, log: "intact").text()
    _ = RunDocuments.json(run)
    _ = RunDocuments.csv([run])
    _ = RunList.markdown([run])
    _ = ContinuousBenchmarking.githubActionBenchmark([run])
    _ = ContinuousBenchmarking.bencher([run])
    _ = (BuildReports.junit([run]), BuildReports.githubSummary([run]))
    let report = RunReport(host: run.host, cells: [run.report, run.report])
    for screen in screens { _ = report.terminal(on: screen) }
    _ = report.markdown()
    // As it is where the records are missing; `record-analysis` tries the records.
    let reported = ReportedRun(
      title: "run", report: run.report, host: run.host, created: run.created, steadiness: run.report.steadiness)
    _ = ReportPage([reported], bundle: "").html()
    _ = run.spec.identity
  }
}

/// At a glance and in full.
private let screens = [Screen(columns: 40, hasColor: true), Screen(isVerbose: true)]

/// A comparison of saved runs, which needs a machine but measures nothing.
private struct ComparisonContext {
  private let context: RunContext

  init(_ bench: Workbench, store: ResultStore) throws {
    let message = Frame.message(try JSONEncoder().encode(SampleMessages.machine))
    try bench.write(message, to: "machine")
    var context = RunContext(try Machine(WorkerLaunch(program: try bench.worker(printing: "machine"))))
    context.store = store
    self.context = context
  }

  func compare() throws(AssayError) {
    for names in [["1", "2"], ["2", "1"]] {
      let report = try Comparison(names, in: context).run()
      for screen in screens { _ = report.terminal(on: screen) }
      _ = (report.markdown(), report.csv())
    }
  }
}
