import AssayCore
import Foundation
import TestSupport
import Testing

@testable import Report

@Suite("The history of a cell")
struct TrendTests {
  private static let runs: [TrendPoint] = (1...60).map { number in
    var cell = SampleRuns.cell()
    cell.origin = RunOrigin(commit: String(repeating: "\(number % 10)", count: 40), note: "note <\(number)>")
    let run = StoredRun(
      id: Int64(number), created: "2026-11-\(10 + number % 20)T02:05:09.123Z", tags: [], assay: "1", host: host,
      report: cell, environment: [:], log: nil)
    return TrendPoint(run, value: number < 32 ? 1 : 1.12, interval: nil)
  }

  private static let host = HostDescription(
    architecture: "x86_64", cores: 2, physicalCores: 2, allowedCores: 2, allowedPhysicalCores: 2)

  static func report(changed: Bool = true) -> TrendReport {
    let run = StoredRun(
      id: 1, created: "", tags: [], assay: "1", host: host, report: SampleRuns.cell(), environment: [:], log: nil)
    var cell = CellTrend(run, cellID: "c", neededRuns: 20)
    cell.runs = runs
    cell.changes =
      changed ? [TrendChange(before: runs[30], after: runs[31], change: 0.12, interval: [0.11, 0.13])] : []
    return TrendReport(metric: .p50, cells: [cell])
  }

  @Test("The text draws it, lists the newest runs, and names the runs between which it changed")
  func text() {
    let text = TrendText(Self.report(), width: 80).text()
    #expect(text.contains("p50 rose by 12 % (95 %: 11 % – 13 %) between run 31 (11111111) and run 32 (22222222)."))
    #expect(text.contains("▁█") && text.contains("1.000 – 1.120 ms in 60 runs") && text.contains("The newest 20 of 60"))
    #expect(text.contains("note <60>") && !text.contains("note <40>"))
    #expect(TrendText(Self.report(changed: false), width: 80).text().contains("No lasting change of p50 in 60 runs."))
  }

  @Test("The page has the sentence, a chart with the change, and every run; notes are no markup")
  func page() {
    let page = TrendPage(Self.report(), bundle: "").html()
    #expect(page.contains("p50 rose by 12 %") && page.contains("trend-1") && page.contains("note &lt;1&gt;"))
    #expect(!page.contains("note <1>"))
    let chart = TrendChart(Self.report().cells[0], .p50, number: 1).chart(.page)
    #expect(chart.data.map { $0.csv.split(separator: "\n").count } == [61, 2])
    #expect(chart.data[1].csv.contains("31.5"))
  }
}
