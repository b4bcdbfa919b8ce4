import AssayCore
import Foundation
import FoundationXML
import TestSupport
import Testing

@Suite("Runs keep the commit and a note, and results trend follows them")
struct HistoryTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func shell(_ line: String) throws -> String {
    let result = try sandbox.shell(line)
    #expect(result.status == 0, "\(result)")
    return result.standardOutput
  }

  private func runs(_ ids: String...) throws -> [StoredRun] {
    let result = try sandbox.start([Sandbox.program("assay"), "results", "export"] + ids).wait()
    return try JSONDecoder().decode(RunsDocument<StoredRun>.self, from: Data(result.standardOutput.utf8)).runs
  }

  private static let repository = """
    git init -q -b trunk . && git config user.email a@b && git config user.name a && echo 1 > file && git add file \
    && git commit -q -m first
    """
  private static let bench = "\"$ASSAY\" bench a.synthetic -e synthetic --runs 20 --warm-up 0 -q"

  @Test("Commit, branch, uncommitted changes and note are kept with a run and shown everywhere")
  func origin() throws {
    _ = try sandbox.model("a")
    let commit = try shell("\(Self.repository) && \(Self.bench) --note 'new compiler' && git rev-parse HEAD")
      .split(separator: "\n").last.map(String.init)
    let expected = RunOrigin(commit: commit, branch: "trunk", isChanged: false, note: "new compiler")
    #expect(try runs("last").map(\.report.origin) == [expected])
    _ = try shell("echo 2 > file && git checkout -q --detach && \(Self.bench)")
    #expect(try runs("last").map(\.report.origin) == [RunOrigin(commit: commit, isChanged: true)])
    let short = try #require(commit).prefix(8)
    let list = try shell("\"$ASSAY\" results list")
    #expect(list.contains("\(short)+") && list.contains("new compiler") && list.contains("COMMIT  "), "\(list)")
    let story = try shell("\"$ASSAY\" results show 1")
    #expect(story.contains("Commit        \(short) of trunk") && story.contains("new compiler"), "\(story)")
    #expect(try shell("\"$ASSAY\" results export 1 --format csv").contains(",new compiler,"))
    #expect(try shell("\"$ASSAY\" results export 1 --format github").contains("- new compiler"))
  }

  @Test("Outside a repository, in one without a commit and without Git, runs have no commit")
  func noCommit() throws {
    _ = try sandbox.model("a")
    let lines = [Self.bench, "PATH=/nowhere \(Self.bench)", "git init -q . && \(Self.bench)"]
    for line in lines {
      _ = try shell("export GIT_CEILING_DIRECTORIES=/ && \(line)")
      #expect(try runs("last").map(\.report.origin) == [nil], "\(line)")
    }
    #expect(try !shell("\"$ASSAY\" results list").contains("COMMIT"))
  }

  @Test("A Git that hangs costs seconds, not the run")
  func hanging() throws {
    _ = try sandbox.model("a")
    _ = try sandbox.script("git", "exec sleep 60")
    let start = Date()
    _ = try shell("PATH=\"$PWD:$PATH\" \(Self.bench) --note kept")
    #expect(-start.timeIntervalSinceNow < 20, "Git has three")
    #expect(try runs("last").map(\.report.origin) == [RunOrigin(note: "kept")])
  }

  @Test("A Git that hangs ends with a command that measures nothing")
  func hangingForNothing() throws {
    _ = try sandbox.model("a")
    _ = try sandbox.script("git", "echo $$ > pid; exec sleep 60")
    // A killed process stays a zombie until whoever inherits it looks, and one that was killed at once has written no number.
    let result = try sandbox.shell(
      """
      PATH="$PWD:$PATH" "$ASSAY" bench a.synthetic -e unknown
      for try in $(seq 100); do
        state=$(sed 's/.*) //; s/ .*//' "/proc/$(cat pid)/stat" 2>/dev/null)
        case "$state" in ""|Z) exit 0 ;; esac
        sleep 0.1
      done
      exit 1
      """)
    #expect(result.standardError.contains("unknown"), "\(result)")
    #expect(result.status == 0, "Git still runs: \(result)")
  }

  @Test("trend shows the runs of a cell, and says that they are too few to tell a change")
  func fewRuns() throws {
    _ = try sandbox.model("a")
    for note in ["one", "two"] { _ = try shell("\(Self.bench) --note \(note)") }
    let trend = try shell("\"$ASSAY\" results trend a.synthetic")
    for part in ["a.synthetic on synthetic", "p50", "in 2 runs", "Too few runs", "2 of 20", "one", "two"] {
      #expect(trend.contains(part), "\(part) is not in\n\(trend)")
    }
    let json = try shell("\"$ASSAY\" results trend a.synthetic --metric throughput --json")
    let report = try JSONDecoder().decode(TrendReport.self, from: Data(json.utf8))
    #expect(report.cells.map(\.runs.count) == [2] && report.cells[0].changes == nil && report.unit == "1/s")
    let none = try sandbox.assay("results", "trend", "a.synthetic", "--metric", "top1")
    #expect(none.status == 64 && none.standardError.contains("that ended well has top1"), "\(none)")
    let other = try sandbox.assay("results", "trend", "a.synthetic", "--target", "litert")
    #expect(other.status == 64, "\(other)")
  }

  @Test("JUnit and the step summary tell failed runs from others, and a metric is chosen for services")
  func buildReports() throws {
    _ = try sandbox.model("a")
    _ = try sandbox.model("bad", event: ("fail", 3))
    _ = try sandbox.shell("\"$ASSAY\" bench a.synthetic bad.synthetic -e synthetic --runs 20 --warm-up 0 -q")
    let junit = try shell("\"$ASSAY\" results export 1 2 --format junit")
    let xml = XMLCounter(junit)
    #expect(xml.isWellFormed && xml.counts["testcase"] == 2 && xml.counts["failure"] == 1, "\(junit)")
    #expect(junit.contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""))
    let summary = try shell("\"$ASSAY\" results export 1 2 --format github")
    #expect(summary.hasPrefix("### Assay: 2 runs, 1 failed\n") && summary.contains("\n| --"), "\(summary)")
    let throughput = try shell("\"$ASSAY\" results export 1 --format github-action-benchmark --metric throughput")
    let expected = try #require(try runs("1")[0].report.rate?.samples)
    #expect(
      throughput.contains("\"unit\" : \"1/s\"") && throughput.contains("\"value\" : \(expected)"), "\(throughput)")
    let bencher = try shell("\"$ASSAY\" results export 1 --format bencher --metric throughput")
    #expect(bencher.contains("throughput") && !bencher.contains("latency"))
    let refused = try sandbox.assay("results", "export", "1", "--format", "csv", "--metric", "p99")
    #expect(refused.status == 64 && refused.standardError.contains("--metric is for"))
  }

  @Test("--records has the wall clock of each inference, within the run")
  func clock() throws {
    _ = try sandbox.model("a")
    let before = Date()
    _ = try shell(Self.bench)
    let rows = try shell("\"$ASSAY\" results export 1 --records").split(separator: "\n").dropFirst()
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    let times = try rows.map { try style.parse(String($0.split(separator: ",", omittingEmptySubsequences: false)[8])) }
    #expect(times.count == 20 && times == times.sorted())
    #expect(times.allSatisfy { $0 >= before.addingTimeInterval(-1) && $0 <= Date().addingTimeInterval(1) })
  }
}

/// Counts the elements of an XML document.
private final class XMLCounter: NSObject, XMLParserDelegate {
  private(set) var counts: [String: Int] = [:]
  private(set) var isWellFormed = false

  init(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) { counts[name, default: 0] += 1 }
}
