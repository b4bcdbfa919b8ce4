import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Saved runs can be listed, shown, exported, tagged, repeated and deleted")
struct StoreTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func measure(_ names: [String], _ options: [String] = []) throws {
    let models = try names.map { try sandbox.model($0) }
    let (result, _) = try sandbox.bench(models, Sandbox.quick + options)
    #expect(result.status == 0, "\(result)")
  }

  private func output(_ arguments: String...) throws -> String {
    let result = try sandbox.start([Sandbox.program("assay"), "results"] + arguments).wait()
    #expect(result.status == 0, "\(result)")
    return result.standardOutput
  }

  @Test("Every cell is saved as a run, and the results have its id")
  func saving() throws {
    try measure(["a", "b"])
    #expect(try sandbox.report().cells.map(\.runID) == [1, 2])
    let lines = try output("list").split(separator: "\n")
    #expect(lines.count == 3, "a title and a line a run: \(lines)")
    #expect(lines[1].contains("2  ") && lines[1].contains("b.synthetic") && !lines[1].contains("synthetic 1"))
    #expect(
      try output("list", "-v").contains("synthetic 1"), "the version is the same in both, and so hidden without -v")
    #expect(try output("list", "--model", "a.synthetic", "--limit", "1").split(separator: "\n").count == 2)
    let list = try sandbox.savedRuns()
    #expect(list.map(\.id) == [2, 1] && list.allSatisfy { $0.count == 20 })
    #expect(sandbox.recordLogs.count == 2)
  }

  @Test("--no-save saves nothing, and --store saves elsewhere")
  func places() throws {
    try measure(["a"], ["--no-save"])
    #expect(sandbox.recordLogs.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: sandbox.path("data/assay/results.sqlite")))
    try measure(["a"], ["--store", sandbox.path("other/store.sqlite")])
    #expect(try output("list", "--store", sandbox.path("other/store.sqlite")).contains("a.synthetic"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.path("other/records")).count == 1)
    #expect(!FileManager.default.fileExists(atPath: sandbox.path("data/assay/results.sqlite")))
  }

  @Test("show prints everything about a run, including the state of its record log")
  func show() throws {
    try measure(["a"])
    let story = try output("show", "last")
    for part in ["Run 1 · bench · ok", "Median", "Histogram", "█", "State         intact", "SHA-256", "Kernel"] {
      #expect(story.contains(part), "\(part) is not in\n\(story)")
    }
    let log = try #require(sandbox.recordLogs.first)
    try FileManager.default.removeItem(atPath: log)
    #expect(try output("show", "1").contains("missing: the file is not there"))
    let export = try sandbox.assay("results", "export", "1", "--records")
    #expect(export.status == 74 && export.standardError.contains("The record log of run 1 is missing"))
  }

  @Test("--baseline moves the tag when all cells have ended")
  func baseline() throws {
    try measure(["a", "b"], ["--baseline", "main"])
    try measure(["a"], ["--baseline", "main"])
    let list = try sandbox.savedRuns()
    #expect(list.map(\.tags) == [["main"], [], []])
    let refused = try sandbox.assay("bench", sandbox.path("a.synthetic"), "--baseline", "17")
    #expect(refused.status == 64 && refused.standardError.contains("'17' cannot be a tag"))
  }

  @Test("export writes every format")
  func export() throws {
    try measure(["a", "b"])
    let runs = try JSONDecoder().decode(RunsDocument<StoredRun>.self, from: Data(output("export", "1", "last").utf8))
      .runs
    #expect(runs.map(\.id) == [1, 2])
    #expect(try output("export", "1", "--format", "csv").split(separator: "\n").count == 2)
    #expect(try output("export", "1", "2", "--format", "markdown").split(separator: "\n").count == 4)
    let rows = try output("export", "1", "2", "--records").split(separator: "\n")
    #expect(
      rows.count == 41 && rows[0] == "run,model,engine,version,device,threads,host,index,start_utc,start_ms,latency_ms")
    #expect(
      rows[1].hasPrefix("1,a.synthetic,synthetic,") && rows[40].hasPrefix("2,b.synthetic,")
        && rows[40].contains(",19,2"))

    let action = try JSONSerialization.jsonObject(
      with: Data(output("export", "1", "--format", "github-action-benchmark").utf8))
    let entry = try #require((action as? [[String: Any]])?.first)
    #expect((entry["name"] as? String)?.hasPrefix("a.synthetic on synthetic (") == true)
    #expect(entry["unit"] as? String == "ms" && entry["value"] as? Double == runs[0].report.latency?.p50)

    let bencher = try JSONSerialization.jsonObject(with: Data(output("export", "1", "--format", "bencher").utf8))
    let measures = try #require((bencher as? [String: [String: [String: Double]]])?.values.first)
    let latency = try #require(runs[0].report.latency)
    #expect(measures["latency"]?["value"] == latency.p50 * 1e6)
    #expect(measures["latency"]?["lower_value"] == latency.medianInterval.map { $0[0] * 1e6 })
  }

  @Test("repeat measures the same cell with the same options")
  func repetition() throws {
    try measure(["a"], ["--seed", "9", "--threads", "1"])
    #expect(try output("repeat", "last").contains("Runs 1, 2."))
    let runs = try JSONDecoder().decode(RunsDocument<StoredRun>.self, from: Data(output("export", "1", "2").utf8)).runs
    #expect(runs[0].spec == runs[1].spec)
    #expect(runs[1].report.options.seed == 9 && runs[1].report.latency?.count == 20)
  }

  @Test("tag adds and removes tags, and delete removes runs")
  func tagsAndDeletion() throws {
    try measure(["a", "b"])
    _ = try output("tag", "1", "good")
    #expect(try output("list", "--tag", "good").contains("a.synthetic"))
    _ = try output("tag", "good", "good", "--remove")
    #expect(try output("delete", "1") == "Deleted 1.\n")
    #expect(sandbox.recordLogs.count == 1)
    let gone = try sandbox.assay("results", "show", "1")
    #expect(gone.status == 64 && gone.standardError.contains("The nearest are 2"), "\(gone)")
  }

  @Test("A store that cannot be opened is an error before anything is measured")
  func unusable() throws {
    let letter = try sandbox.write(Data("This is a letter, and no database at all.".utf8), to: "letter")
    let results = sandbox.path("results.json")
    let model = try sandbox.model()
    for store in [letter, sandbox.folder, "\(letter)/below/store"] {
      let result = try sandbox.assay("bench", model, "--store", store)
      #expect([65, 74].contains(result.status) && result.standardError.contains(store.prefix(20)), "\(result)")
      #expect(result.standardOutput.isEmpty && !FileManager.default.fileExists(atPath: results))
    }
  }
}
