import AssayCore
import Testing

@testable import Report

@Suite("Goals show in every form of a run")
struct GoalScreenTests {
  private static let goals: [Goal] = [.maximumLatency(.p99, milliseconds: 20), .minimumThroughput(perSecond: 50)]

  /// - Parameter p99: `nil` where there are too few inferences for it.
  private static func cell(
    _ model: String = "net.tflite", on engine: String = "litert", threads: Int = 4, median: Double, p99: Double?
  ) -> CellReport {
    var cell = SampleRuns.cell("/models/\(model)", on: Target(engine: engine))
    cell.spec.options.threads = threads
    var latency = LatencySummary(
      count: 400, mean: median, standardDeviation: nil, minimum: median, maximum: 3 * median, p50: median,
      histogram: LatencyHistogram(from: 0, to: 3 * median, counts: [400]))
    latency.p99 = p99
    if p99 == nil { latency.tooFewFor = ["p99": 473] }
    cell.latency = latency
    cell.rate = InferenceRate(inferences: 1000 / median, samples: 1000 / median)
    return cell
  }

  private static func report(_ cells: [CellReport], goals: [Goal] = goals) -> RunReport {
    var report = RunReport(host: SampleRuns.host, cells: cells)
    for index in report.cells.indices { report.cells[index].judge(by: goals) }
    report.goals = goals.isEmpty ? nil : goals
    return report
  }

  private static let mixed = report([
    cell(median: 10, p99: 19), cell(on: "openvino", median: 9, p99: 25), cell(on: "onnxruntime", median: 8, p99: nil),
  ])

  @Test("The first screen has a column with what each cell misses, and names the best that misses nothing")
  func screen() {
    let text = Self.mixed.terminal(on: Screen())
    let rows = text.split(separator: "\n")
    #expect(rows.contains { $0.hasPrefix("TARGET") && $0.contains("GOAL") }, "\(text)")
    #expect(rows.contains { $0.hasPrefix("litert") && $0.contains("  met") }, "\(text)")
    #expect(rows.contains { $0.hasPrefix("openvino") && $0.contains("p99 missed") }, "\(text)")
    #expect(rows.contains { $0.hasPrefix("onnxruntime") && $0.contains("p99 unknown") }, "\(text)")
    #expect(rows.contains("Best that meets the goals: litert (fastest)."), "\(text)")
    #expect(rows.allSatisfy { $0.count <= 80 }, "\(text)")
    let plain = Self.report(Self.mixed.cells, goals: []).terminal(on: Screen())
    #expect(!plain.contains("GOAL") && !plain.contains("goal"), "\(plain)")
  }

  @Test("Where no cell meets the goals, the nearest miss stands with its value and the limit")
  func nearest() {
    let report = Self.report([Self.cell(median: 10, p99: 25.1), Self.cell(on: "openvino", median: 30, p99: 90)])
    #expect(
      report.missedGoals
        == "No cell meets the goals: nearest is net.tflite on litert (p99 is 25.1 ms, the limit 20 ms).")
    #expect(
      report.terminal(on: Screen(columns: 120)).contains(
        "No cell meets the goals: nearest is litert (p99 is 25.1 ms, the limit 20 ms)."))
    #expect(Self.mixed.missedGoals == nil)
    let alone = Self.report([Self.cell(median: 10, p99: nil)], goals: [.maximumLatency(.p99, milliseconds: 20)])
    #expect(alone.missedGoals == "It does not meet the goal: p99 is unknown: it needs 473 inferences.")
  }

  @Test("Markdown has a column and the sentence, CSV a column a goal")
  func files() {
    let markdown = Self.mixed.markdown()
    #expect(markdown.contains("| Goal |") && markdown.contains("| p99 missed |"), "\(markdown)")
    #expect(markdown.contains("- Best that meets the goals: net.tflite on litert (fastest)."), "\(markdown)")
    let rows = Self.mixed.csv().split(separator: "\r\n").flatMap { $0.split(separator: "\n") }
    let columns = rows.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let p99 = columns[0].firstIndex(of: "goal_p99")
    #expect(p99.map { index in columns.dropFirst().map { String($0[index]) } } == ["met", "missed", "unknown"])
    #expect(columns[0].contains("goal_throughput"))
    #expect(!Self.report([SampleRuns.cell()], goals: []).csv().contains("goal"))
  }

  @Test("A saved run and the page have a table of the goals")
  func details() {
    let cell = Self.mixed.cells[1]
    let stored = StoredRun(
      id: 1, created: "2026-11-26T02:05:09.123Z", tags: [], assay: "1", host: SampleRuns.host, report: cell,
      environment: [:], log: nil)
    let story = RunStory(stored, log: "none").text()
    #expect(story.contains("Goals\n  p99 ≤ 20 ms   missed: 25 ms\n  throughput ≥ 50/s met: 111.1/s\n"), "\(story)")
    let page = ReportPage([ReportedRun(title: "net", report: cell)], bundle: "").html()
    #expect(page.contains("<summary>Goals</summary>") && page.contains("<td>p99 ≤ 20 ms</td>"))
    #expect(!ReportPage([ReportedRun(title: "net", report: SampleRuns.cell())], bundle: "").html().contains("Goals"))
  }

  @Test("Numbers of threads have a column, and the fastest of each model is named")
  func threads() {
    let cells = ["a", "b"].flatMap { model in
      [(1, 5.0), (2, 3), (4, 4)].map { threads, median in
        Self.cell("\(model).tflite", threads: threads, median: median, p99: nil)
      }
    }
    let one = Self.report(Array(cells.prefix(3)), goals: []).terminal(on: Screen())
    #expect(one.contains("TARGET        THREADS  MEDIAN ms"), "\(one)")
    #expect(one.contains("\nFastest: litert with 2 threads.\n"), "\(one)")
    #expect(!one.split(separator: "\n")[0].contains("thread"), "\(one)")
    let two = Self.report(cells, goals: []).terminal(on: Screen())
    #expect(two.contains("Fastest: a on litert with 2 threads; b on litert with 2 threads."), "\(two)")
    let markdown = Self.report(cells, goals: []).markdown()
    #expect(markdown.contains("| Threads |") && !markdown.contains("· 1 thread ·"), "\(markdown)")
  }

  // MARK: Long runs

  private static func stress(_ findings: [Finding], deviation: Double?, missing: [Sensor.Quantity] = []) -> RunReport {
    var cell = cell(median: 9, p99: 10)
    var steadiness = SteadinessReport(count: 1_000_000, seconds: 10_800)
    steadiness.findings = findings
    steadiness.medianDeviation = deviation
    steadiness.missingSensors = missing
    cell.steadiness = steadiness
    return report([cell], goals: [])
  }

  private static let speeds = Finding(
    .modes([.init(center: 9, share: 0.6), .init(center: 12, share: 0.4)]), strength: .strong)
  private static let load = Finding(.competingLoad(.init(load: 4.9, cores: 2, steal: nil)), strength: .strong)

  @Test("A long run begins with whether it held, and sensors that are missing stand on one line")
  func held() {
    let text = Self.stress([], deviation: 0.0041, missing: [.clock, .temperature, .power, .throttled])
      .terminal(on: Screen())
    #expect(text.hasPrefix("Held: median within 0.4 % for 3 h 0 min.\n"), "\(text)")
    #expect(text.contains("\nThe machine has no sensor of: clock, temperature, power, throttling.\n"), "\(text)")
  }

  @Test("What broke a run stands first and once; competing load is named before its speeds")
  func broken() {
    let text = Self.stress([Self.load, Self.speeds], deviation: 0.1).terminal(on: Screen(columns: 300))
    #expect(
      text.hasPrefix(
        "Not held, under competing load (on average 4.9 other threads ran or waited, on 2 cores): The device runs at 2 speeds"
      ), "\(text)")
    #expect(text.matches(of: /runs at 2 speeds/).count == 1, "\(text)")
    #expect(Self.stress([], deviation: nil).terminal(on: Screen()).hasPrefix("Too short to tell whether it holds"))
  }
}
