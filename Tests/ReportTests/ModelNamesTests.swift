import AssayCore
import Foundation
import Testing

@testable import Report

@Suite("Models are called by the shortest path that tells them apart")
struct ModelNamesTests {
  @Test(
    "Names grow by folders only where they must",
    arguments: [
      (["a/net.onnx"], ["net.onnx"]), (["a/net.onnx", "a/net.onnx"], ["net.onnx", "net.onnx"]),
      (["v1/net.onnx", "v2/net.onnx", "other.onnx"], ["v1/net.onnx", "v2/net.onnx", "other.onnx"]),
      (["/x/a/m/net.onnx", "/x/b/m/net.onnx"], ["a/m/net.onnx", "b/m/net.onnx"]),
      (["net.onnx", "a/net.onnx"], ["net.onnx", "a/net.onnx"]),
      (["/net.onnx", "net.onnx"], ["/net.onnx", "net.onnx"]), (["a/saved/", "b/saved/"], ["a/saved", "b/saved"]),
      (["/", ""], ["/", ""]),
    ])
  func names(paths: [String], expected: [String]) {
    let names = ModelNames(paths)
    #expect(paths.map { names[$0] } == expected)
  }

  private static let twins: [CellReport] = ["/m/v1/net.onnx", "/m/v2/net.onnx"].map { SampleRuns.cell($0) }

  @Test("Tables and their notes tell two files of one name apart")
  func tables() {
    var cells = Self.twins
    cells[1].status = .failed
    cells[1].error = AssayError(.crashed, "It crashed.")
    let text = RunTables(RunReport(host: SampleRuns.host, cells: cells)).terminal()
    #expect(text.contains("v1/net.onnx  litert 2.3.0") && text.contains("v2/net.onnx  litert 2.3.0"), "\(text)")
    #expect(text.contains("v2/net.onnx on litert: failed. It crashed."))
  }

  @Test("A column of samples appears where an inference has several")
  func samples() {
    var cells = Self.twins
    cells[0].rate = InferenceRate(inferences: 10, samples: 10)
    let plain = RunTables(RunReport(host: SampleRuns.host, cells: cells)).terminal()
    #expect(plain.contains("Inf/s") && !plain.contains("Samples/s"))
    cells[1].rate = InferenceRate(inferences: 10, samples: 80)
    let batched = RunTables(RunReport(host: SampleRuns.host, cells: cells)).terminal()
    #expect(batched.contains("Inf/s  Samples/s") && batched.contains("   80"), "\(batched)")
  }

  private static func stored(_ id: Int64, _ cell: CellReport) -> StoredRun {
    var cell = cell
    cell.latency = LatencySummary(
      count: 9, mean: 1, standardDeviation: nil, minimum: 1, maximum: 1, p50: 1,
      histogram: LatencyHistogram(from: 1, to: 2, counts: [9]))
    return StoredRun(
      id: id, created: "2026-11-26T02:05:09.123Z", tags: [], assay: "", host: SampleRuns.host, report: cell,
      environment: [:], log: nil)
  }

  @Test("Lists and exports to continuous benchmarking tell them apart, and no name comes twice")
  func exports() throws {
    var shaped = Self.twins[0]
    shaped.spec.options.shapes = ["x": [8, 3]]
    let runs = zip([1, 2, 3, 4], Self.twins + [shaped, Self.twins[0]]).map { Self.stored($0, $1) }
    let list = RunList.markdown(runs)
    #expect(list.contains("v1/net.onnx") && list.contains("v2/net.onnx"))
    let bencher = try #require(
      try JSONSerialization.jsonObject(with: Data(ContinuousBenchmarking.bencher(runs).utf8)) as? [String: Any])
    let names = [
      "v1/net.onnx on litert (4 threads)", "v1/net.onnx on litert (4 threads) · run 4",
      "v1/net.onnx on litert (4 threads, x 8×3)", "v2/net.onnx on litert (4 threads)",
    ]
    #expect(bencher.keys.sorted() == names)
    let entries = try #require(
      try JSONSerialization.jsonObject(with: Data(ContinuousBenchmarking.githubActionBenchmark(runs).utf8))
        as? [[String: Any]])
    #expect(entries.compactMap { $0["name"] as? String }.sorted() == names)
  }

  @Test("Titles of a page tell them apart")
  func titles() {
    let runs = Self.twins.map { cell in
      ReportedRun(title: "net.onnx on litert", report: cell, host: SampleRuns.host)
    }
    #expect(runs.numbered().map(\.title) == ["v1/net.onnx on litert", "v2/net.onnx on litert"])
    #expect([runs[0], runs[0]].numbered().map(\.title) == ["net.onnx on litert", "net.onnx on litert (2)"])
  }

  @Test("What lies above a histogram is a line, a bar and a key of its own")
  func overflow() throws {
    let histogram = LatencyHistogram(from: 1, to: 3, counts: [5, 4], overflow: 2)
    #expect(RunStory.histogram(histogram).contains("> 3.000 ms  ████████████████████ 2"))
    var summary = LatencySummary(
      count: 11, mean: 2, standardDeviation: nil, minimum: 1, maximum: 9, p50: 2, histogram: histogram)
    #expect(HistogramBins(summary, nil)?.bins.map(\.count) == [5, 4, 2])
    summary.histogram = LatencyHistogram(from: 1, to: 3, counts: [5, 6])
    #expect(HistogramBins(summary, nil)?.bins.map(\.count) == [5, 6])
    let old = try JSONDecoder().decode(
      LatencyHistogram.self, from: Data(#"{"from_ms": 1, "to_ms": 3, "counts": [5, 6]}"#.utf8))
    #expect(old.overflow == 0 && old.counts == [5, 6])
  }
}
