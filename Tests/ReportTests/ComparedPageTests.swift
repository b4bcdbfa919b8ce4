import AssayCore
import Foundation
import Testing

@testable import Report

@Suite("A page of several runs says what they are beside one another")
struct ComparedPageTests {
  private static func run(_ model: String, _ engine: String, median: Double, id: Int64) -> ReportedRun {
    var cell = SampleRuns.cell("/models/\(model)", on: Target(engine: engine))
    cell.runID = id
    cell.latency = LatencySummary(
      count: 1000, mean: median, standardDeviation: nil, minimum: median / 2, maximum: median * 3, p50: median,
      histogram: LatencyHistogram(from: 0, to: 10, counts: [1, 9]))
    return ReportedRun(
      title: "\(model) on \(engine)", report: cell, host: SampleRuns.host, created: "2026-11-26T02:05:09.123Z")
  }

  private static let pair = [
    run("net.tflite", "litert", median: 0.731, id: 14), run("net.tflite", "openvino", median: 1.03, id: 15),
  ]

  private static func comparisons(of runs: [ReportedRun], spread: RunSpread? = nil) -> RunComparisons {
    let sides = runs.map { run in
      ComparisonSide(name: "", medianMilliseconds: run.summary?.p50, count: 1000, host: run.host, report: run.report)
    }
    var found = CellComparison(
      cell: 2, ratio: 1.41, interval: [1.37, 1.46], wideInterval: [1.35, 1.48], verdict: .slower)
    found.runSpread = spread
    let report = ComparisonReport(
      host: SampleRuns.host, cells: sides, reference: 1, comparisons: [found], interleaving: nil,
      notes: [.threadsDiffer])
    return RunComparisons(runs: runs.compactMap(\.report.runID), latencies: [report])
  }

  private static func html(_ runs: [ReportedRun], _ comparisons: RunComparisons = RunComparisons()) -> String {
    ReportPage(runs, comparisons: comparisons, bundle: "").html()
  }

  @Test("The ratio, its interval and the verdict stand in a sentence and in the table")
  func ratio() {
    var runs = Self.pair
    runs[1].report.spec.options.threads = 1
    let html = Self.html(runs, Self.comparisons(of: runs))
    #expect(html.contains("openvino is 1.41 × slower than litert (99 %: 1.35 – 1.48)."))
    for cell in [">1.41</td>", ">1.35 – 1.48</td>", ">slower</td>", ">reference</td>"] {
      #expect(html.contains(cell), "\(cell)")
    }
    #expect(html.contains("The threads differ: litert has 4, openvino has 1."))
  }

  @Test("What the intervals of several comparisons assume is said once")
  func assumedOnce() {
    let groups = [
      Self.pair,
      [Self.run("b.tflite", "litert", median: 1, id: 16), Self.run("b.tflite", "openvino", median: 2, id: 17)],
    ]
    var all = RunComparisons(runs: [14, 15, 16, 17])
    for runs in groups {
      let spread = RunSpread(earlierRuns: 1, deviation: nil, assumedRatio: 1.5)
      all.latencies += Self.comparisons(of: runs, spread: spread).latencies
    }
    let html = Self.html(groups.flatMap(\.self), all)
    #expect(html.split(separator: "the intervals assume up to 1.5 ×").count == 2, "one occurrence has two sides")
  }

  @Test("Without a comparison there is no ratio, but the fastest")
  func noRatio() {
    let html = Self.html(Self.pair)
    #expect(html.contains("Fastest: litert, median 0.7310 ms."))
    #expect(!html.contains("× slower") && !html.contains(">Ratio<") && !html.contains("times as long"))
  }

  @Test("Accuracies come with McNemar's test, preprocessing, confusions, classes, and images/s as in the terminal")
  func accuracy() {
    var counts = AccuracyCounts()
    counts.images = 500
    counts.seconds = 4.05
    counts.top = [TopCount(k: 1, correct: 404)]
    counts.preprocessing = "imagenet-center: shorter side to 256, centre crop 224"
    counts.labelOffset = 1
    counts.classes = [ClassCount(label: 7, images: 10, top1Correct: 9)]
    counts.confusions = [Confusion(label: 7, predicted: 8, images: 3)]
    var runs = Self.pair
    for index in runs.indices {
      runs[index].report.spec.measure = .accuracy(AccuracyMeasure(images: ImageSet(folder: "/images")))
      runs[index].report.accuracy = AccuracyReport(
        counts, timing: .isolated,
        dataset: DatasetDescription(
          images: 500, labels: .folders(.init(classes: 500, emptyClasses: 0, naming: .index))),
        classNames: (0..<9).map { "kind \($0)" }
      ) { _, _ in 0.77...0.84 }
    }
    var comparisons = RunComparisons(runs: [14, 15])
    comparisons.accuracies = [
      AccuracyDifference(
        reference: 0, cell: 1, k: 1, images: 500, onlyReference: 3, onlyCell: 21, difference: 0.036,
        interval: 0.01...0.06, pValue: 0.0003)
    ]
    let html = Self.html(runs, comparisons)
    for text in [
      "Most accurate: litert, openvino, top-1 80.8 % (95 %: 77.0 % – 84.0 %).", ">+3.6</td>", ">p = 0.0003</td>",
      ">more than chance</td>", "imagenet-center: shorter side to 256, centre crop 224; output 0 is a background class",
      "kind 7 (7)", "kind 8 (8)", "<b>123/s</b><small>with decoding</small>", ">123</td>", "Images/s, with decoding",
    ] {
      #expect(html.contains(text), "\(text)")
    }
    let cells = runs.map(\.report)
    let terminal = RunReport(host: SampleRuns.host, cells: cells).terminal(on: Screen(columns: 160))
    #expect(terminal.contains(" 123 "), "\(terminal)")
    #expect(!html.contains("Throughput"))
  }

  @Test("The change since a baseline has a column, a sentence, and words where the baseline has no such run")
  func change() {
    var runs = Self.pair
    let found = CellComparison(
      cell: 2, ratio: 1.052, interval: [1.04, 1.06], wideInterval: [1.03, 1.07], verdict: .slower)
    runs[0].change = BaselineChange(baseline: "before", comparison: found)
    runs[1].change = BaselineChange(baseline: "before", comparison: nil)
    let html = Self.html(runs)
    #expect(
      html.contains(">Since before</th>") && html.contains(">+5.2 %, slower</td>") && html.contains(">has none</td>"))
    #expect(html.contains("litert, since before: +5.2 %, slower (ratio 1.05, 99 %: 1.03 – 1.07)."))
    #expect(Self.html([runs[0]]).contains("Since before: +5.2 %, slower (ratio 1.05, 99 %: 1.03 – 1.07)."))
    #expect(Self.html([runs[1]]).contains("There is nothing in before to compare with."))
  }

  @Test("The head has engine, threads, commit and note; what differs between runs stands in the table")
  func head() {
    var runs = Self.pair
    runs[0].report.origin = RunOrigin(commit: "1a2b3c4d9", branch: "main", note: "with <fans>")
    #expect(
      Self.html([runs[0]]).contains(
        "Raspberry Pi 4 Model B Rev 1.4 · litert 2.3.0 · 4 threads · commit 1a2b3c4d of main · with &lt;fans&gt; · 2026-11-26"
      ))
    runs[1].report.origin = RunOrigin(commit: "5d6e7f8a9", branch: "main", isChanged: true, note: "with <fans>")
    let html = Self.html(runs)
    #expect(html.contains("Rev 1.4 · 4 threads · with &lt;fans&gt; · 2026-11-26"))
    #expect(html.contains(">1a2b3c4d</td>") && html.contains(">5d6e7f8a+</td>") && !html.contains(">Note</th>"))
  }

  @Test("What makes the figures noisy comes before the findings, and the strength of evidence has no colour")
  func noise() throws {
    var run = SampleRuns.throttling
    run.report.warnings = [.latencyVariation(coefficient: 0.49)]
    let html = Self.html([run])
    let noise = try #require(html.range(of: "<li>noisy: varies by 49 %</li>"))
    let finding = try #require(html.range(of: "<ul class=\"findings\">"))
    #expect(noise.lowerBound < finding.lowerBound)
    let style = try #require(html.range(of: ".strength.strong {")).upperBound
    #expect(html[style...].prefix { $0 != "}" }.contains("color: var(--paper); background: var(--ink)"))
  }
}
