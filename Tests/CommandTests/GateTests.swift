import AssayCore
import Foundation
import GRDB
import TestSupport
import Testing

@Suite("--fail-above says PASS, FAIL or UNSURE")
struct GateTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  /// A model with exact latencies, whatever else the machine does.
  private func model(_ name: String = "net", microseconds: Double) throws -> String {
    let script = #"{"latency": {"base_us": \#(microseconds), "jitter": 0.02}, "clock": "simulated"}"#
    return try sandbox.write(Data(script.utf8), to: "\(name).synthetic")
  }

  private func bench(_ model: String, _ options: String...) throws -> ProgramResult {
    try sandbox.start(
      [Sandbox.program("assay"), "bench", model, "--runs", "2000", "--warm-up", "0"] + options
    ).wait()
  }

  /// Runs of an unchanged model, of which the last is the baseline.
  private func history(_ count: Int) throws {
    for _ in 0..<count { #expect(try bench(model(microseconds: 200), "--baseline", "main", "-q").status == 0) }
  }

  private func saved(_ run: String) throws -> StoredRun {
    let result = try sandbox.assay("results", "show", run, "--json")
    return try JSONDecoder().decode(StoredRun.self, from: Data(result.standardOutput.utf8))
  }

  // MARK: Saved runs

  @Test("Against one earlier run, a small slowdown is unsure: 0 with a warning, 4 with --strict, and a large one fails")
  func fewRuns() throws {
    try history(1)
    let small = try bench(model(microseconds: 220), "--against", "main", "--fail-above", "5%")
    #expect(small.status == 0, "\(small)")
    #expect(small.standardOutput.contains("UNSURE: measured +10 %, limit +5 % (99 %: −27 % – +65 %). "), "\(small)")
    #expect(
      small.standardOutput.contains("Only a slowdown of 50 % could have been seen: the runs are of different times"),
      "\(small)")
    #expect(small.standardOutput.contains("1 earlier run of the cell cannot tell how much these differ"), "\(small)")
    #expect(small.standardError.contains("With --strict the status is 4."), "\(small)")
    let strict = try bench(model(microseconds: 220), "--against", "main", "--fail-above", "5%", "--strict")
    #expect(strict.status == 4 && !strict.standardError.contains("lets this pass"), "\(strict)")
    let large = try bench(model(microseconds: 400), "--against", "main", "--fail-above", "5%")
    #expect(large.status == 3 && large.standardOutput.contains("FAIL: measured +100 %"), "\(large)")
  }

  @Test("A baseline that is unlike the later runs of its cell lets only large slowdowns fail, and says why")
  func drift() throws {
    try history(1)
    for _ in 0..<6 { #expect(try bench(model(microseconds: 200), "-q").status == 0) }
    // As if a neighbour had slowed the machine down since.
    try DatabaseQueue(path: sandbox.path("data/assay/results.sqlite")).write {
      try $0.execute(sql: "UPDATE run SET p50_ms = p50_ms * 1.33 WHERE id > 1")
    }
    let gate = { (microseconds: Double) in
      try bench(model(microseconds: microseconds), "--against", "main", "--fail-above", "5%")
    }
    let small = try gate(240)
    #expect(small.status == 0 && small.standardOutput.contains("UNSURE: measured +20 %"), "\(small)")
    #expect(
      small.standardOutput.replacing("\n  ", with: " ").contains(
        "The reference lies 33 % from the other runs of its cell"),
      "\(small)")
    let large = try gate(1200)
    #expect(large.status == 3 && large.standardOutput.contains("FAIL: measured +500 %"), "\(large)")
  }

  @Test("A gate does not compare different numbers of threads, and what the baseline lacks can be added to it")
  func otherThreads() throws {
    #expect(try bench(model(microseconds: 200), "--threads", "1", "--baseline", "main", "-q").status == 0)
    func gate() throws -> ProgramResult {
      try bench(model(microseconds: 200), "--threads", "2", "--against", "main", "--fail-above", "5%")
    }
    let refused = try gate()
    #expect(refused.status == 64 && refused.standardError.contains("with the same options and 2 threads"), "\(refused)")
    #expect(refused.standardError.contains("assay results tag last main"), "\(refused)")
    try FileManager.default.createDirectory(atPath: sandbox.path("new"), withIntermediateDirectories: true)
    let elsewhere = try live(model("new/net", microseconds: 220), "--threads", "2", "--fail-above", "5%")
    #expect(elsewhere.status == 64 && elsewhere.standardError.contains("has no run of"), "\(elsewhere)")
    #expect(try sandbox.savedRuns().count == 1, "nothing is measured")
    #expect(try bench(model(microseconds: 200), "--threads", "2", "-q").status == 0)
    #expect(try sandbox.assay("results", "tag", "last", "main").status == 0)
    #expect(try sandbox.savedRuns("--tag", "main").count == 2)
    let unsure = try gate()
    #expect(unsure.status == 0 && unsure.standardOutput.contains("UNSURE"), "\(unsure)")
    let noted = try bench(model(microseconds: 200), "--threads", "3", "--against", "main")
    #expect(noted.status == 0 && noted.standardOutput.contains("The threads differ"), "\(noted)")
  }

  @Test("Five earlier runs tell what runs differ by, also for a new version of the model")
  func manyRuns() throws {
    try history(5)
    let slower = try bench(model(microseconds: 220), "--against", "main", "--fail-above", "5%")
    #expect(slower.status == 3 && slower.standardOutput.contains("FAIL: measured +10 %, limit +5 %"), "\(slower)")
    let same = try bench(model(microseconds: 200), "--against", "main", "--fail-above", "5%", "--strict")
    #expect(same.status == 0 && same.standardOutput.contains("PASS: measured ±0 %, limit +5 %"), "\(same)")
    #expect(same.standardError.isEmpty, "\(same)")
    let stored = try sandbox.assay("compare", "1", "2", "--fail-above", "5%", "--strict")
    #expect(
      stored.status == 4 && stored.standardOutput.contains("UNSURE"), "Of run 1 there is none before it: \(stored)")
    let verbose = try sandbox.assay("compare", "5", "6", "-v")
    #expect(verbose.standardOutput.contains("standard deviation, from 5 earlier runs"), "\(verbose)")
  }

  @Test("--quiet keeps the line alone; it goes to standard error if standard output carries JSON")
  func quiet() throws {
    try history(5)
    let quiet = try bench(model(microseconds: 220), "--against", "main", "--fail-above", "5%", "-q")
    #expect(quiet.status == 3 && quiet.standardOutput.hasPrefix("FAIL: measured +10 %"), "\(quiet)")
    #expect(quiet.standardOutput.split(separator: "\n").count == 1 && quiet.standardError.isEmpty, "\(quiet)")
    let json = try bench(model(microseconds: 220), "--against", "main", "--fail-above", "5%", "-q", "--json", "-")
    #expect(json.standardError.hasPrefix("FAIL: measured +10 %"), "\(json)")
    let report = try JSONDecoder().decode(RunReport.self, from: Data(json.standardOutput.utf8))
    let found = try #require(report.baselineComparisons?.first)
    #expect(found.cell == 1 && found.baseline == 5 && !found.isLive)
    let gate = try #require(found.comparison.gates.first)
    #expect(gate.limit == 0.05 && abs(gate.ratio - 1.1) < 0.01 && gate.outcome == .fail && gate.doubt == nil)
    #expect(gate.interval == found.comparison.comparisons[0].wideInterval && (gate.detectable ?? 1) < 0.05)
    let spread = try #require(found.comparison.comparisons[0].runSpread)
    #expect(spread.earlierRuns == 5 && spread.assumedRatio == nil && (spread.deviation ?? 1) < 1e-9)
    for key in [#""detectable_slowdown""#, #""outcome" : "fail""#, #""ratio_ci99""#, #""limit" : 0.05"#] {
      #expect(json.standardOutput.contains(key), "\(key)")
    }
  }

  @Test("A baseline that lacks a cell is found before anything is measured")
  func missingCell() throws {
    try history(1)
    let other = try model("other", microseconds: 200.5)
    let result = try sandbox.start(
      [
        Sandbox.program("assay"), "bench", sandbox.path("net.synthetic"), other, "--against", "main", "--fail-above",
        "5%",
      ]
    ).wait()
    #expect(result.status == 64 && result.standardError.contains("'main' has no run of other.synthetic"), "\(result)")
    #expect(try sandbox.savedRuns().count == 1)
  }

  @Test("A gate is kept with its run: build services see FAIL as a failure, UNSURE as skipped, PASS as a line")
  func kept() throws {
    try history(5)
    for (microseconds, limit) in [(220.0, "5%"), (200, "5%"), (200, "0%")] {
      _ = try bench(model(microseconds: microseconds), "--against", "main", "--fail-above", limit, "-q")
    }
    let junit = try sandbox.assay("results", "export", "5", "6", "7", "8", "--format", "junit").standardOutput
    #expect(junit.contains(#"tests="4" failures="1" errors="0" skipped="1""#), "\(junit)")
    let fail = "FAIL: run 6 against run 5: measured +10 %, limit +5 %"
    for part in [#"<failure message="\#(fail)"#, #"type="fail_above">\#(fail)"#] {
      #expect(junit.contains(part), "\(junit)")
    }
    #expect(junit.contains("<system-out>PASS: run 7 against run 5: measured ±0 %"), "\(junit)")
    #expect(junit.contains(#"<skipped message="UNSURE: run 8 against run 5: "#), "\(junit)")
    let summary = try sandbox.assay("results", "export", "5", "6", "7", "--format", "github").standardOutput
    #expect(summary.hasPrefix("### Assay: 3 runs, 1 failed\n") && summary.contains("\n- \(fail)"), "\(summary)")
    let story = try sandbox.assay("results", "show", "6").standardOutput
    #expect(story.contains("\nGate\n  \(fail)"), "\(story)")
    let against = try #require(try saved("6").report.against)
    #expect(against.baseline == 5 && against.runSpread?.earlierRuns == 5 && against.gate.outcome == .fail)
  }

  // MARK: In turns

  private func live(_ model: String, _ options: String...) throws -> ProgramResult {
    try sandbox.start(
      [Sandbox.program("assay"), "bench", model, "--against", "main", "--live", "--warm-up", "0", "--max-time", "20"]
        + options
    ).wait()
  }

  @Test("--live needs no history: an unchanged cell passes, and one that is 10 % slower fails")
  func inTurns() throws {
    try history(1)
    let same = try live(sandbox.path("net.synthetic"), "--fail-above", "5%", "--strict", "-q")
    #expect(same.status == 0 && same.standardOutput.hasPrefix("PASS: measured ±0 %, limit +5 %"), "\(same)")
    try FileManager.default.createDirectory(atPath: sandbox.path("new"), withIntermediateDirectories: true)
    let slower = try live(
      model("new/net", microseconds: 220), "--fail-above", "5%", "--baseline", "next", "--json",
      sandbox.path("results.json"))
    #expect(slower.status == 3 && slower.standardOutput.contains("FAIL: measured +10 %, limit +5 %"), "\(slower)")
    let report = try sandbox.report()
    #expect(report.cells.map(\.model.path) == [sandbox.path("new/net.synthetic")])
    let found = try #require(report.baselineComparisons?.first)
    #expect(found.isLive && found.baseline == 1 && found.comparison.interleaving?.ending == .precise)
    #expect(found.comparison.comparisons.first?.runSpread == nil)
    // The baseline's cell is saved, too, but the tag and the gate go to the cell of the bench.
    let (baseline, last) = try (saved("last~1"), saved("last"))
    #expect(last.id == report.cells[0].runID && last.report.against?.baseline == baseline.id)
    #expect(last.report.against?.gate == found.comparison.gates[0] && baseline.report.against == nil)
    #expect(try sandbox.savedRuns("--tag", "next").map(\.id) == report.cells.map(\.runID))
    #expect(try sandbox.savedRuns().count == 5)
  }

  @Test("--live says which file of the baseline is not what it was, before it measures")
  func changedModel() throws {
    try history(1)
    let changed = try live(model(microseconds: 220), "--fail-above", "5%")
    #expect(changed.status == 65, "\(changed)")
    #expect(
      changed.standardError.contains("cannot measure run 1 again: \(sandbox.path("net.synthetic")) has changed since"),
      "\(changed)")
    try FileManager.default.createDirectory(atPath: sandbox.path("new"), withIntermediateDirectories: true)
    let new = try model("new/net", microseconds: 220)
    try FileManager.default.removeItem(atPath: sandbox.path("net.synthetic"))
    let missing = try live(new)
    #expect(missing.status == 65, "\(missing)")
    #expect(missing.standardError.contains("There is no model at \(sandbox.path("net.synthetic"))"), "\(missing)")
    #expect(try sandbox.savedRuns().count == 1)
  }

  @Test("A changed and a missing engine library are told apart", .enabled(if: InstalledEngines.include("litert")))
  func changedLibrary() throws {
    let library = sandbox.path("libLiteRt.so")
    try FileManager.default.copyItem(atPath: #require(InstalledEngines.library("litert")), toPath: library)
    let model = PackageFiles.path("Samples/models/digits_int8.tflite")
    let saved = try bench(model, "-e", "litert", "--engine-library", "litert=\(library)", "--baseline", "main")
    #expect(saved.status == 0, "\(saved)")
    let same = try live(model, "-e", "litert", "--engine-library", "litert=\(library)", "--max-time", "3")
    #expect(same.status == 0, "\(same)")
    let file = try #require(FileHandle(forWritingAtPath: library))
    try file.seekToEnd()
    try file.write(contentsOf: Data([0]))
    try file.close()
    let changed = try live(model, "-e", "litert", "--engine-library", "litert=\(library)")
    #expect(changed.status == 69, "\(changed)")
    #expect(changed.standardError.contains("the library \(library) has changed since"), "\(changed)")
    try FileManager.default.removeItem(atPath: library)
    let gone = try live(model, "-e", "litert", "--engine-library", "litert=\(library)")
    #expect(gone.status == 69 && gone.standardError.contains("there is no library \(library)"), "\(gone)")
  }

  @Test("A pair that has no time for a block is a failure, not an interruption")
  func timeIsUp() throws {
    try history(1)
    let result = try live(sandbox.path("net.synthetic"), "--fail-above", "5%", "--max-time", "0.001")
    #expect(result.status == 1 && result.standardError.contains("The time was up before every cell"), "\(result)")
  }

  @Test("--live and --fail-above need --against, and cells in turns no number of runs")
  func usage() throws {
    try history(1)
    let model = sandbox.path("net.synthetic")
    for options in [["--live"], ["--fail-above", "5%"], ["--against", "main", "--live", "--runs", "5"]] {
      let result = try sandbox.start([Sandbox.program("assay"), "bench", model] + options).wait()
      #expect(result.status == 64, "\(options): \(result)")
    }
  }

  @Test("Cells that differ in their threads have them in their lines")
  func threads() throws {
    let sweep = ["--threads", "1,2"]
    _ = try sandbox.bench(
      [model(microseconds: 200)], ["--runs", "2000", "--warm-up", "0", "--baseline", "main"] + sweep)
    let (result, _) = try sandbox.bench(
      [model(microseconds: 200)],
      ["--runs", "2000", "--warm-up", "0", "--against", "main", "--fail-above", "60%"] + sweep)
    for threads in ["1 thread", "2 threads"] {
      #expect(result.standardOutput.contains("net.synthetic on synthetic with \(threads): measured"), "\(result)")
    }
  }

  @Test("A goal that is missed outranks a gate that is unsure")
  func missedGoal() throws {
    try history(1)
    let unsure = ["--against", "main", "--fail-above", "5%", "--strict"]
    func status(_ options: [String]) throws -> Int32 {
      try sandbox.bench([model(microseconds: 220)], ["--runs", "2000", "--warm-up", "0"] + options).result.status
    }
    #expect(try status(unsure) == 4)
    #expect(try status(unsure + ["--max-latency", "1us"]) == 3)
  }

  // MARK: compare

  @Test("compare has the same line, and --strict turns an unsure one into 4")
  func compare() throws {
    let cells = try [model("a", microseconds: 200), model("b", microseconds: 220), model("c", microseconds: 200)]
    let (result, report) = try sandbox.compare(
      cells.map { "\($0)@synthetic" }, ["--fail-above", "5%", "--warm-up", "0", "--no-save", "-q"])
    let lines = result.standardOutput.split(separator: "\n")
    #expect(result.status == 3 && lines.count == 2, "\(result)")
    #expect(
      lines[0].hasPrefix("FAIL: b.synthetic@synthetic: measured +10 %") && lines[1].hasPrefix("PASS: c."), "\(result)")
    #expect(report.gates.map(\.outcome) == [.fail, .pass])
    for _ in 0..<2 { _ = try sandbox.assay("bench", cells[0], "--runs", "6", "--warm-up", "0", "-q") }
    let short = try sandbox.assay("compare", "1", "2", "--fail-above", "5%", "-q")
    #expect(short.status == 0 && short.standardError.contains("The gate cannot tell"), "\(short)")
    #expect(short.standardOutput.contains("There are too few inferences for an interval"), "\(short)")
    #expect(try sandbox.assay("compare", "1", "2", "--fail-above", "5%", "-q", "--strict").status == 4)
  }
}
