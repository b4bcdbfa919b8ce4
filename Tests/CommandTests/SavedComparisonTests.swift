import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("A live comparison is saved like other runs")
struct SavedComparisonTests {
  private let sandbox: Sandbox
  private static let short = ["--warm-up", "0", "--max-time", "3"]

  init() throws { sandbox = try Sandbox() }

  private func compare(_ options: [String] = []) throws -> (result: ProgramResult, report: ComparisonReport) {
    let operands = try [sandbox.model("fast", microseconds: 500), sandbox.model("slow", microseconds: 600)]
    return try sandbox.compare(operands.map { "\($0)@synthetic" }, Self.short + options)
  }

  @Test("results list has its cells, which know their blocks")
  func listed() throws {
    let (result, report) = try compare()
    #expect(result.status == 0, "\(result)")
    #expect(report.cells.map(\.report?.runID) == [1, 2], "\(String(describing: report.saveError))\n\(result)")
    let runs = try sandbox.savedRuns()
    #expect(runs.map(\.id) == [2, 1] && runs.map(\.model) == ["slow.synthetic", "fast.synthetic"])
    #expect(runs.map(\.kind) == [.bench, .bench] && runs.map(\.count) == report.cells.reversed().map(\.count))
    let turns = try report.cells.map { try #require($0.report?.turns) }
    #expect(turns.map(\.cell) == [1, 2] && Set(turns.map(\.comparison)).count == 1)
    #expect(turns.map(\.blocks.count) == Array(repeating: report.interleaving?.rounds ?? 0, count: 2))
    let show = try sandbox.assay("results", "show", "2")
    #expect(show.status == 0 && show.standardOutput.contains("intact"), "\(show)")
  }

  @Test("Its cells have the same figures as those that are measured alone")
  func figures() throws {
    let (_, report) = try compare()
    for cell in report.cells.compactMap(\.report) {
      let latency = try #require(cell.latency)
      #expect(latency.p90 != nil && latency.medianInterval != nil && cell.harnessOverheadNanoseconds != nil)
      #expect(abs((cell.rate?.samples ?? 0) * latency.mean / 1000 - 1) < 1e-9)
      #expect(cell.loadMilliseconds != nil && cell.firstInferenceMilliseconds != nil && cell.peakResidentBytes != nil)
      #expect(cell.cellID?.count == 64)
    }
  }

  @Test("Compared again from the store, its cells have the same ratio, interval and verdict")
  func ratio() throws {
    let live = try #require(try compare().report.comparisons.first)
    let saved = try #require(try sandbox.compare(["1", "2"]).report.comparisons.first)
    #expect(live == saved && abs(saved.ratio - 1.2) < 0.1)
  }

  @Test("report last draws all of it")
  func report() throws {
    _ = try compare()
    let page = sandbox.path("report.html")
    let result = try sandbox.assay("report", "last", "-o", page)
    guard result.status == 0 else {
      // Pages need the tool that draws charts.
      #expect(InstalledCharts.folder == nil || result.standardError.contains("assay engines install"), "\(result)")
      return
    }
    let text = try String(contentsOfFile: page, encoding: .utf8)
    for name in ["fast.synthetic", "slow.synthetic"] { #expect(text.contains(name), "\(name)") }
  }

  @Test("--no-save saves nothing and leaves no records")
  func notSaved() throws {
    let (result, report) = try compare(["--no-save"])
    #expect(result.status == 0 && report.comparisons.count == 1, "\(result)")
    #expect(report.cells.allSatisfy { $0.report?.runID == nil && $0.report?.recordLog == nil })
    #expect(sandbox.recordLogs.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: sandbox.path("data/assay/results.sqlite")))
  }

  @Test("A cell of it can be repeated alone")
  func repeated() throws {
    _ = try compare()
    let result = try sandbox.assay("results", "repeat", "1", "-q", seconds: 120)
    #expect(result.status == 0, "\(result)")
    #expect(try sandbox.savedRuns().map(\.id) == [3, 2, 1])
  }
}
