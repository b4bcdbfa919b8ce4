import AssayCore
import Foundation
import GRDB
import ResultStore
import TestSupport
import Testing

@Suite("A damaged or hostile store costs its damaged runs alone")
struct DamagedStoreTests {
  private let sandbox: Sandbox
  private let path: String

  init() throws {
    sandbox = try Sandbox()
    path = sandbox.path("data/assay/results.sqlite")
    // Enough of the charts for a page.
    let charts = "data/assay/engines/charts"
    try FileManager.default.createDirectory(atPath: sandbox.path(charts), withIntermediateDirectories: true)
    try sandbox.write(Data("/* the bundle */".utf8), to: "\(charts)/vega-bundle.js")
    let models = try ["a", "b", "c"].map { try sandbox.model($0) }
    let (result, _) = try sandbox.bench(models)
    try #require(result.status == 0, "\(result)")
  }

  private func execute(_ sql: String) throws {
    try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
  }

  private func results(_ arguments: String...) throws -> ProgramResult {
    try sandbox.start([Sandbox.program("assay")] + arguments).wait()
  }

  private static func report(_ key: String, _ value: String) -> String {
    "report = json_set(report, '$.\(key)', json('\(value)'))"
  }

  static let damages = [
    "report = '{'", "report = '[]'", "environment = '7'", "kind = 'x'", "status = 'running'", "p50_ms = 9e999",
    "count = -1", "log_bytes = -1",
    report("latency.p50_ci95_ms", "[1]"), report("latency.p50_ci95_ms", "[]"),
    report("latency.histogram.counts", "[9223372036854775000, 9223372036854775000]"),
    report("latency.histogram.counts", "[9223372036854775807]"), report("latency.histogram.counts", "[1, -1]"),
    report("latency.histogram.overflow", "-1"), report("latency.histogram.to_ms", "1e308"),
    report("latency.count", "-5"), report("latency.p50_ms", "1e308"), report("latency.p50_ms", "1e999"),
    report("latency.p50_ms", "null"), report("warm_up_count", "-1"), report("options.threads", "-1"),
    report("measure.rule.min_count", "9223372036854775807"),
    report(
      "turns",
      #"{"comparison": "x", "cell": 1, "reference": 1, "blocks": [[0, 9223372036854775807], [1, 9223372036854775807]], "interleaving": {"ending": "precise", "rounds": 2, "seconds": 1, "precision": 0.1}}"#
    ),
    report("against", #"{"baseline_run": 1, "gate": {"limit": 1, "ratio": 1, "ratio_ci99": [1], "outcome": "pass"}}"#),
    report("against", #"{"baseline_run": 1, "gate": {"limit": 0.1, "ratio": 1e300, "outcome": "fail"}}"#),
    report("against", #"{"baseline_run": 0, "gate": {"limit": 0.1, "ratio": 1, "outcome": "pass"}}"#),
    report("against", #"{"baseline_run": 1, "gate": {"limit": 0.1, "ratio": 1, "outcome": "maybe"}}"#),
    "log_name = ''", "log_name = '../precious'", "log_name = '..'", "log_name = 'a/b'", "log_name = '.hidden'",
    "log_name = 'a' || char(10)", "predictions_name = '../precious'", "telemetry_name = ''",
    "predictions_name = (SELECT log_name FROM run AS other WHERE other.id = run.id)",
  ]

  @Test("Each kind of damage is told, and the other runs can be read", arguments: damages)
  func damage(change: String) throws {
    try execute("UPDATE run SET \(change) WHERE id = 2")
    let store = try ResultStore(path: path, for: .existing)
    var told: [AssayError] = []
    let listed = try store.list(RunFilter()) { told.append($0) }.map(\.id)
    #expect(listed == (told.isEmpty ? [3, 2, 1] : [3, 1]))
    // A column that only lists need does not hinder reading the run.
    let isOfList = ["kind", "status", "p50_ms", "count"].contains { change.hasPrefix("\($0) ") }
    #expect(told.isEmpty == !isOfList, "\(told)")
    if !isOfList {
      #expect(try store.runs([1, 2, 3]) { told.append($0) }.map(\.id) == [1, 3])
    }
    #expect(told.count == 1 && told.allSatisfy { $0.code == .badData && $0.message.hasPrefix("Run 2 is damaged: ") })
    // It can be deleted, and takes no file of another with it.
    try store.delete([2])
    #expect(try [1, 3].allSatisfy { store.logState(of: try store.run($0)) == .intact })
    #expect(try store.list(RunFilter()).map(\.id) == [3, 1])
  }

  @Test("Commands show the others and end with status 65")
  func commands() throws {
    try execute("UPDATE run SET \(Self.report("latency.p50_ci95_ms", "[1]")), p99_ms = 9e999 WHERE id = 2")
    let damage = "assay: Run 2 is damaged: "
    for command in [
      ["results", "list"], ["results", "export", "1", "2", "3", "--format", "markdown"],
      ["report", "1", "2", "3", "-o", "-"],
    ] {
      let result = try sandbox.start([Sandbox.program("assay")] + command).wait()
      #expect(result.status == 65 && result.standardError.contains(damage), "\(command): \(result)")
      #expect(
        result.standardOutput.contains("a.synthetic") && result.standardOutput.contains("c.synthetic"), "\(result)")
    }
    for command in [
      ["results", "show", "2"], ["results", "show", "2", "--plot"], ["results", "export", "2"], ["report", "2"],
      ["compare", "1", "2"], ["results", "repeat", "2"],
    ] {
      let result = try sandbox.start([Sandbox.program("assay")] + command).wait()
      #expect(result.status == 65 && result.standardError.contains(damage), "\(command): \(result)")
    }
    for command in [
      ["results", "show", "1"], ["compare", "1", "3"], ["results", "delete", "2"], ["results", "list"],
    ] {
      let result = try sandbox.start([Sandbox.program("assay")] + command).wait()
      #expect(result.status == 0, "\(command): \(result)")
    }
  }

  @Test("A baseline with a damaged run still serves the others")
  func baseline() throws {
    _ = try results("results", "tag", "1", "good")
    _ = try results("results", "tag", "2", "good")
    try execute("UPDATE run SET report = '{' WHERE id = 2")
    let result = try results(
      "bench", sandbox.path("a.synthetic"), "--runs", "20", "--warm-up", "0", "--against", "good")
    #expect(result.status == 0 && result.standardError.contains("Run 2 is damaged"), "\(result)")
    #expect(result.standardOutput.contains("run 1"), "\(result)")
  }

  @Test("A damaged machine of an earlier run costs comparisons of its cell only that run")
  func machine() throws {
    for _ in 0..<2 { _ = try sandbox.bench([sandbox.path("a.synthetic")]) }
    try execute("INSERT INTO host (id, name, description) VALUES (99, 'x', '{')")
    try execute("UPDATE run SET host_id = 99 WHERE id = 1")
    let result = try results("compare", "4", "5")
    #expect(result.status == 0 && result.standardOutput.contains("run 5"), "\(result)")
  }

  // MARK: Files of strangers

  @Test("A name that leads out of the folder is neither read, continued nor removed")
  func outside() throws {
    let log = try #require(sandbox.recordLogs.first)
    let precious = sandbox.path("data/assay/x.records")
    try FileManager.default.copyItem(atPath: log, toPath: precious)
    let before = try Data(contentsOf: URL(filePath: precious))
    for name in ["../x.records", "", "."] {
      try execute("UPDATE run SET log_name = '\(name)', \(Self.report("measure.kind", "\"stress\"")) WHERE id = 1")
      for command in [["results", "show", "1", "--plot"], ["stress", "--resume", "1", "--inferences", "100"]] {
        let result = try sandbox.start([Sandbox.program("assay")] + command).wait()
        #expect(result.status == 65 && result.standardError.contains("Run 1 is damaged"), "\(command): \(result)")
      }
    }
    let deletion = try results("results", "delete", "1")
    #expect(deletion.status == 0, "\(deletion)")
    #expect(try Data(contentsOf: URL(filePath: precious)) == before)
    #expect(sandbox.recordLogs.count == 3, "the folder and the logs of the others stay")
  }

  @Test("A link or a folder in place of a record log is neither followed nor removed", arguments: [true, false])
  func noRegularFile(isLink: Bool) throws {
    let store = try ResultStore(path: path, for: .existing)
    let log = try #require(try store.run(1).report.recordLog)
    let precious = sandbox.path("precious.records")
    try FileManager.default.moveItem(atPath: log, toPath: precious)
    if isLink {
      try FileManager.default.createSymbolicLink(atPath: log, withDestinationPath: precious)
    } else {
      try FileManager.default.createDirectory(atPath: "\(log)/below", withIntermediateDirectories: true)
    }
    let show = try results("results", "show", "1", "--plot")
    #expect(show.status == 65 && show.standardError.contains("is no regular file"), "\(show)")
    try store.delete([1])
    #expect(FileManager.default.fileExists(atPath: precious))
    #expect(isLink || FileManager.default.fileExists(atPath: "\(log)/below"))
  }

  @Test("Predictions that name the record log of another run do not remove it")
  func borrowedLog() throws {
    try execute("UPDATE run SET predictions_name = (SELECT log_name FROM run WHERE id = 1) WHERE id = 2")
    let store = try ResultStore(path: path, for: .existing)
    try store.delete([2])
    #expect(try store.logState(of: store.run(1)) == .intact)
    #expect(sandbox.recordLogs.count == 2)
  }

  @Test("repeat says which library a run names, and where it comes from, before it opens anything")
  func library() throws {
    let library = sandbox.path("libstranger.so")
    try execute(
      """
      UPDATE run SET \(Self.report("engine_library", "\"\(library)\"")) WHERE id = 1;
      INSERT INTO host (name, description) SELECT 'x', json_set(description, '$.cpu', 'Another CPU') FROM host;
      UPDATE run SET host_id = (SELECT max(id) FROM host) WHERE id IN (1, 2)
      """)
    let named = try results("results", "repeat", "1", "-q")
    #expect(
      named.standardError.hasPrefix(
        "Run 1 was measured on another machine, Another CPU, and names the library to open: \(library)\n"), "\(named)")
    let unnamed = try results("results", "repeat", "2", "-q")
    #expect(
      unnamed.status == 0 && unnamed.standardError.contains("names no library: it opens the synthetic"), "\(unnamed)")
    let own = try results("results", "repeat", "3", "-q")
    #expect(own.status == 0 && own.standardError.isEmpty, "\(own)")
  }
}
