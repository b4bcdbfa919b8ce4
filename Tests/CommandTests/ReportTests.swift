import Foundation
import TestSupport
import Testing

@Suite("A report is one page of runs")
struct ReportTests {
  /// A sandbox with charts installed, or just enough of them for a page.
  private func sandbox(withCharts: Bool = true) throws -> Sandbox {
    let sandbox = try Sandbox()
    let folder = "data/assay/engines/charts"
    try FileManager.default.createDirectory(atPath: sandbox.path(folder), withIntermediateDirectories: true)
    if withCharts { try sandbox.write(Data("/* the bundle */".utf8), to: "\(folder)/vega-bundle.js") }
    return sandbox
  }

  @Test("A page has the last run, several named runs or a record log, and can go to standard output")
  func pages() throws {
    let sandbox = try sandbox()
    let model = try sandbox.model()
    for _ in 0..<2 {
      let bench = try sandbox.assay("bench", model, "-e", "synthetic", "--runs", "300", "--warm-up", "0", "-q")
      try #require(bench.status == 0, "\(bench)")
    }
    let last = try sandbox.shell("\"$ASSAY\" report")
    #expect(last.status == 0, "\(last)")
    #expect(last.standardError.hasPrefix("Wrote report.html ("))
    let page = try String(contentsOfFile: sandbox.path("report.html"), encoding: .utf8)
    #expect(page.contains("<h1>model.synthetic on synthetic") && page.contains("/* the bundle */"))
    #expect(page.contains("Each dot is an inference."))

    let both = try sandbox.assay("report", "1", "2", "-o", "-")
    #expect(both.status == 0 && both.standardError.isEmpty, "\(both.standardError)")
    #expect(both.standardOutput.contains("id=\"medians\"") && both.standardOutput.contains("id=\"time-2\""))

    let log = try sandbox.assay("report", sandbox.recordLogs[0], "-o", "-")
    #expect(log.status == 0, "\(log.standardError)")
    #expect(log.standardOutput.contains("id=\"time-1\""))

    try Data("damaged".utf8).write(to: URL(filePath: sandbox.recordLogs[0]))
    let damaged = try sandbox.assay("report", "1", "2", "-o", "-")
    #expect(damaged.status == 0, "\(damaged.standardError)")
    #expect(damaged.standardOutput.contains("is not a record log"), "a damaged run leaves the others on the page")

    try FileManager.default.removeItem(atPath: sandbox.recordLogs[0])
    try FileManager.default.removeItem(atPath: sandbox.recordLogs[0])
    let without = try sandbox.assay("report", "1", "-o", "-")
    #expect(without.status == 0, "\(without.standardError)")
    #expect(without.standardOutput.contains("The record log of this run is missing:"))
    #expect(without.standardOutput.contains("id=\"histogram-1\""))
  }

  @Test("Runs of one model are compared, runs of different models only with --across-models")
  func compared() throws {
    let sandbox = try sandbox()
    let models = [try sandbox.model("one"), try sandbox.model("two", microseconds: 40)]
    for model in [models[0], models[0], models[1]] {
      let bench = try sandbox.assay("bench", model, "-e", "synthetic", "--runs", "200", "--warm-up", "0", "-q")
      try #require(bench.status == 0, "\(bench)")
    }
    let ratio = ">reference</td>"
    let same = try sandbox.assay("report", "1", "2", "-o", "-")
    #expect(same.standardOutput.contains(ratio) && same.standardOutput.contains("run 2"), "\(same.standardError)")
    let different = try sandbox.assay("report", "1", "3", "-o", "-")
    #expect(!different.standardOutput.contains(ratio) && different.standardOutput.contains("Fastest: "))
    let asked = try sandbox.assay("report", "1", "3", "-o", "-", "--across-models")
    #expect(asked.standardOutput.contains(ratio) && asked.standardOutput.contains("The models differ: "))
  }

  @Test("--against gives the change since an earlier run, which must exist")
  func against() throws {
    let sandbox = try sandbox()
    let model = try sandbox.model()
    for _ in 0..<2 {
      let bench = try sandbox.assay("bench", model, "-e", "synthetic", "--runs", "200", "--warm-up", "0", "-q")
      try #require(bench.status == 0, "\(bench)")
    }
    #expect(try sandbox.assay("results", "tag", "1", "before").status == 0)
    let page = try sandbox.assay("report", "2", "-o", "-", "--against", "before")
    #expect(page.status == 0 && page.standardOutput.range(of: #"[Ss]ince before"#, options: .regularExpression) != nil)
    #expect(!page.standardOutput.contains("nothing in before"))
    let unknown = try sandbox.assay("report", "2", "-o", "-", "--against", "never")
    #expect(unknown.status == 64 && unknown.standardError.contains("No run has the tag 'never'"), "\(unknown)")
    let log = try sandbox.assay("report", sandbox.recordLogs[0], "-o", "-", "--against", "before")
    #expect(log.status == 64 && log.standardError.contains("--against compares saved runs"), "\(log)")
  }

  @Test("Each cell of a live comparison brings the others, once")
  func once() throws {
    let sandbox = try sandbox()
    let cell = "\(try sandbox.model())@synthetic"
    let comparison = try sandbox.assay("compare", cell, cell, "--max-time", "1", "--warm-up", "0", "-q")
    try #require(comparison.status == 0, "\(comparison)")
    let page = try sandbox.assay("report", "1", "2", "-o", "-")
    #expect(page.standardOutput.contains("id=\"run-2\"") && !page.standardOutput.contains("id=\"run-3\""))
    #expect(page.standardOutput.contains("rounds"), "the verdict says how many")
  }

  @Test("--within gives the share of inferences within m ± d", arguments: ["20us±19990ns", "20us+-19.99us"])
  func within(interval: String) throws {
    let sandbox = try sandbox()
    let bench = try sandbox.assay("bench", try sandbox.model(), "--runs", "50", "--warm-up", "0", "-q")
    try #require(bench.status == 0, "\(bench)")
    let result = try sandbox.assay("report", "-o", "-", "--within", interval)
    #expect(result.status == 0, "\(result.standardError)")
    #expect(result.standardOutput.contains("± 19.99 µs"))
  }

  @Test("A page can show the CSV of another tool, with and without times")
  func foreign() throws {
    let sandbox = try sandbox()
    let csv = try sandbox.write(Data("at,took\n0,1.5\n1,2.5\n2,1.5\n".utf8), to: "other.csv")
    let options = [
      "report", csv, "-o", "-", "--latency-column", "took", "--latency-unit", "ms", "--discard-above", "2ms",
    ]
    for more in [[], ["--time-column", "at", "--time-unit", "s"]] {
      let result = try sandbox.start([Sandbox.program("assay")] + options + more).wait()
      #expect(result.status == 0, "\(result.standardError)")
      #expect(result.standardOutput.contains("<h1>other.csv</h1>"))
      #expect(result.standardOutput.contains("Without inferences above 2.000 ms"))
    }
  }

  @Test("If a CSV cannot be converted, the error names TMPDIR")
  func noRoom() throws {
    let sandbox = try sandbox()
    let csv = try sandbox.write(Data("took\n1\n".utf8), to: "other.csv")
    let result = try sandbox.assay(
      "report", csv, "--latency-column", "took", "--latency-unit", "ms", environment: ["TMPDIR": "/no/such"])
    #expect(result.status == 74, "\(result)")
    #expect(result.standardError.contains("TMPDIR for imported tables"), "\(result)")
  }

  @Test(
    "On an error no page is written",
    arguments: [
      (["nosuch"], 64, "No run has the tag 'nosuch'"),
      (["/no/such.records"], 74, "Cannot open the record log /no/such.records"),
      (["other.csv"], 64, "Name its column of latencies with --latency-column"),
      (["other.csv", "--latency-column", "b", "--latency-unit", "ms"], 65, "other.csv has no column 'b'."),
      (["other.csv", "--latency-column", "a"], 64, "--latency-column and --latency-unit belong together."),
      (["--latency-column", "a", "--latency-unit", "ms"], 64, "--latency-column needs a CSV file."),
      (["other.csv", "--time-column", "a", "--time-unit", "s"], 64, "--time-column needs --latency-column."),
      (["--width", "340"], 64, "name a folder with --svg, --pdf or --png"),
      (["--svg", "x", "--width", "100"], 64, "--width must be from 240 to 10000"),
      (["--svg", "x", "--theme", "sepia"], 64, "sepia"),
      (["--discard-above", "5"], 64, "discard-above"), (["--within", "5ms"], 64, "within"),
      (["other.records"], 65, "is not a record log"),
    ])
  func refusals(arguments: [String], status: Int32, message: String) throws {
    let sandbox = try sandbox()
    try sandbox.write(Data("a\n1\n".utf8), to: "other.csv")
    try sandbox.write(Data("a\n1\n".utf8), to: "other.records")
    _ = try sandbox.assay("bench", try sandbox.model(), "-e", "synthetic", "--runs", "3", "--warm-up", "0", "-q")
    let result = try sandbox.shell("\"$ASSAY\" report \(arguments.joined(separator: " "))")
    #expect(result.status == status, "\(result)")
    #expect(result.standardError.contains(message), "\(result.standardError)")
    #expect(!FileManager.default.fileExists(atPath: sandbox.path("report.html")))
  }

  @Test("Without charts, the error names the command that installs them")
  func notInstalled() throws {
    let result = try sandbox(withCharts: false).assay("report")
    #expect(result.status == 69)
    #expect(
      result.standardError == "assay: What draws charts is not installed.\n  Install it: assay engines install charts\n"
    )
  }
}
