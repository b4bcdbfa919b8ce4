import AssayCore
import Testing

@testable import Report

@Suite("The first screen has the answer, then the table, then what changes the answer")
struct ScreenTests {
  private static func cell(
    _ model: String, _ engine: String, median: Double, warnings: [Warning] = [], id: Int64? = nil
  ) -> CellReport {
    var cell = SampleRuns.cell("/models/\(model)", on: Target(engine: engine))
    let histogram = LatencyHistogram(from: 0, to: median * 3, counts: [1, 90, 5, 1])
    var latency = LatencySummary(
      count: 1000, mean: median, standardDeviation: nil, minimum: median, maximum: median * 3, p50: median,
      histogram: histogram)
    latency.p90 = median * 1.5
    latency.p99 = median * 2
    latency.medianInterval = [median * 0.95, median * 1.05]
    cell.latency = latency
    cell.warnings = warnings
    cell.runID = id
    return cell
  }

  private static func text(_ cells: [CellReport], host: HostDescription = SampleRuns.host, _ screen: Screen = Screen())
    -> String
  {
    RunReport(host: host, cells: cells).terminal(on: screen)
  }

  private static let pair = [
    cell("net.tflite", "litert", median: 0.731, id: 14), cell("net.tflite", "openvino", median: 1.2, id: 15),
  ]

  @Test("One model on two engines: the fastest and how much slower the other is, then where the runs are")
  func pair() {
    #expect(
      Self.text(Self.pair) == """
        net.tflite · random inputs · 4 threads · Raspberry Pi 4 Model B Rev 1.4
        ! clocks follow the load (governor ondemand)
        TARGET          MEDIAN ms  ± 95 %   p90   p99   LOAD
        litert 2.3.0        0.731   5.0 %  1.10  1.46  12 ms  fastest
        openvino 2.3.0       1.20   5.0 %  1.80  2.40  12 ms  1.64 × slower
        Runs 14, 15. More: -v, assay report 14 15

        """)
  }

  @Test(
    "Every line fits, whatever the width: columns go, then names lose their middle", arguments: [40, 60, 80, 160])
  func width(columns: Int) {
    let long = "mobilenet_v2_1.0_224_quantised_by_somebody_with_a_long_name"
    var cells = [
      Self.cell("\(long)_a.tflite", "litert", median: 3, warnings: [.latencyVariation(coefficient: 0.49)]),
      Self.cell("\(long)_b.tflite", "openvino", median: 4), SampleRuns.cell("/models/\(long)_c.tflite"),
    ]
    cells[2].status = .failed
    cells[2].error = AssayError(
      .crashed, "The worker crashed while it was measured.", advice: "Try it with one thread.")
    let lines = Self.text(cells, Screen(columns: columns)).split(separator: "\n")
    // A path in a sentence stays whole, so that it can be copied.
    for line in lines where !line.contains(long) { #expect(line.count <= columns, "\(line.count): \(line)") }
    #expect(lines.contains { $0.contains("3.00") } && lines.contains { $0.contains("failed") })
    #expect(lines.contains { $0.contains("DISTRIBUTION") } == (columns == 160))
  }

  @Test("Warnings of one kind about different inputs are different warnings, and those of several cells are one")
  func inputs() {
    let shapes = ["ids", "mask", "types", "place"].map { Warning.shapeAssumed(input: $0, shape: [1, 8]) }
    let cells = ["litert", "onnxruntime"].map { Self.cell("net.onnx", $0, median: 1, warnings: shapes) }
    let text = Self.text(cells)
    for input in ["'ids'", "'mask'", "'types'"] { #expect(text.contains(input), "\(text)") }
    #expect(text.contains("(2 more warnings)"), "\(text)")
  }

  @Test("At most three warnings are shown, those that change the meaning first, and the rest is counted")
  func warnings() {
    var host = SampleRuns.host
    host.loadAverage = 9
    let warnings: [Warning] = [
      .outliers(extreme: 150, tukey: 200, count: 1000), .latencyVariation(coefficient: 0.49),
      .indexOutOfRange(input: "ids", low: 0, high: 99, last: 49), .drift(change: 0.1),
    ]
    let text = Self.text([Self.cell("net.tflite", "litert", median: 1, warnings: warnings)], host: host)
    let shown = text.split(separator: "\n").filter { $0.contains("! ") }
    #expect(shown.count == 3, "\(text)")
    #expect(shown.first?.hasSuffix("! 'ids' goes to 99, its table to 49") == true, "\(text)")
    #expect(text.contains("! noisy: varies by 49 %") && !text.contains("outliers"), "\(text)")
    #expect(text.contains("Not saved. Noisy: trust medians only. More: -v ("), "\(text)")
    #expect(!text.contains("needs"), "The sample that a percentile needs is for -v.")
  }

  @Test("A warning of some cells alone names them")
  func someCells() {
    var cells = Self.pair
    cells[1].warnings = [.slowStart(change: 0.2)]
    #expect(Self.text(cells).contains("! slow start: the first tenth takes 20 % longer (openvino)"))
  }

  @Test("Where nothing was measured there is the reason alone")
  func failure() {
    var cell = SampleRuns.cell("nosuch.onnx")
    cell.status = .failed
    cell.error = AssayError(.badModel, "There is no model at nosuch.onnx.")
    #expect(Self.text([cell]) == "nosuch.onnx failed: There is no model at nosuch.onnx.\n")
  }

  @Test("Engines that cannot run several models say so once")
  func groups() {
    let cells = ["a", "b", "c"].flatMap { name in
      var cell = SampleRuns.cell("/models/\(name).tflite", on: Target(engine: "onnxruntime"))
      cell.status = .unsupported
      cell.error = AssayError(.unsupported, "ONNX Runtime does not read \(name).", advice: "Choose another engine.")
      return [Self.cell("\(name).tflite", "litert", median: 1), cell]
    }
    let text = Self.text(cells)
    #expect(text.contains("a on onnxruntime and 2 more unsupported: ONNX Runtime does not read a."), "\(text)")
    #expect(text.matches(of: /Choose another engine\./).count == 1, "\(text)")
  }

  @Test("Colour surrounds text without changing it")
  func color() {
    let plain = Self.text(Self.pair)
    let painted = Self.text(Self.pair, Screen(hasColor: true))
    #expect(painted != plain && painted.contains("\u{1B}[32mfastest\u{1B}[0m"))
    #expect(painted.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain)
  }

  @Test("Ids in a row are drawn together", arguments: [([3], "3"), ([3, 4], "3, 4"), ([1, 2, 3, 7], "1 – 3, 7")])
  func ranges(ids: [Int64], text: String) {
    #expect(RunScreen.ranges(ids) == text)
  }

  @Test("A comparison begins with its verdict and the interval that it rests on")
  func comparison() {
    let sides = [
      ComparisonSide(
        name: "/models/net.tflite@litert", medianMilliseconds: 0.731, count: 100, host: nil, report: Self.pair[0]),
      ComparisonSide(
        name: "/models/net.tflite@openvino", medianMilliseconds: 1.2, count: 100, host: nil, report: Self.pair[1]),
    ]
    let report = ComparisonReport(
      host: SampleRuns.host, cells: sides, reference: 1,
      comparisons: [
        CellComparison(cell: 2, ratio: 1.41, interval: [1.36, 1.46], wideInterval: [1.35, 1.48], verdict: .slower)
      ],
      interleaving: Interleaving(ending: .precise, rounds: 32, blockMilliseconds: 50, seconds: 9, precision: 0.01),
      notes: [])
    let lines = report.terminal(on: Screen()).split(separator: "\n")
    #expect(lines[0] == "openvino is 1.41 × slower than litert (99 %: 1.35 – 1.48, 32 rounds)", "\(lines)")
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
  }
}
