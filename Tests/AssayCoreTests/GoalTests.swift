import AssayCore
import Foundation
import Testing

@Suite("A goal is met, missed or unknown")
struct GoalTests {
  /// 1000 inferences with a median of 10 ms, a mean of 11 ms and a p99 of 25 ms, too few for p99.9.
  private static func cell(_ path: String = "net.onnx", median: Double = 10) -> CellReport {
    var cell = CellReport(
      CellSpec(
        model: ModelReference(path: path), target: Target(engine: "synthetic"), options: CellOptions(threads: 1),
        measure: .latency(RepetitionRule())))
    var latency = LatencySummary(
      count: 1000, mean: 11, standardDeviation: nil, minimum: 1, maximum: 30, p50: median,
      histogram: LatencyHistogram(from: 0, to: 30, counts: [1000]))
    latency.p99 = 25
    latency.tooFewFor = ["p99_9": 4742]
    cell.latency = latency
    cell.rate = InferenceRate(inferences: 90, samples: 360)
    cell.status = .ok
    return cell
  }

  private static func outcome(_ goal: Goal, of cell: CellReport = cell()) throws -> GoalOutcome {
    var cell = cell
    cell.judge(by: [goal])
    return try #require(cell.goals.first)
  }

  private static func accuracy(_ correct: Int, seconds: Double = 2) -> AccuracyReport {
    var counts = AccuracyCounts()
    counts.images = 100
    counts.top = [TopCount(k: 1, correct: correct)]
    counts.seconds = seconds
    return AccuracyReport(
      counts, timing: .isolated, dataset: DatasetDescription(images: 100, labels: .recorded("")), classNames: nil
    ) { _, _ in nil }
  }

  @Test(
    "A latency up to the limit meets it, a longer one misses it, and one that needs more inferences is unknown",
    arguments: [
      (LatencyStatistic.p50, 10.0, GoalOutcome.Result.met(10)), (.p50, 9.99, .missed(10)), (.mean, 11, .met(11)),
      (.p99, 20, .missed(25)), (.p999, 1000, .unknown(neededInferences: 4742)),
    ])
  func latency(statistic: LatencyStatistic, limit: Double, result: GoalOutcome.Result) throws {
    #expect(try Self.outcome(.maximumLatency(statistic, milliseconds: limit)).result == result)
  }

  @Test("Without a measurement every goal is unknown")
  func unmeasured() throws {
    var cell = Self.cell()
    cell.latency = nil
    cell.rate = nil
    for goal in [
      Goal.maximumLatency(.p99, milliseconds: 1), .minimumTop1(share: 0.1), .minimumThroughput(perSecond: 1), .held,
    ] {
      #expect(try Self.outcome(goal, of: cell).result == .unknown(neededInferences: nil), "\(goal)")
    }
  }

  @Test("Throughput counts samples, and images with their decoding where a cell has some")
  func throughput() throws {
    #expect(try Self.outcome(.minimumThroughput(perSecond: 300)).result == .met(360))
    var cell = Self.cell()
    cell.accuracy = Self.accuracy(50)
    #expect(try Self.outcome(.minimumThroughput(perSecond: 300), of: cell).result == .missed(50))
  }

  @Test("Top-1 is a share of the images")
  func top1() throws {
    var cell = Self.cell()
    cell.accuracy = Self.accuracy(60)
    #expect(try Self.outcome(.minimumTop1(share: 0.6), of: cell).result == .met(0.6))
    #expect(try Self.outcome(.minimumTop1(share: 0.61), of: cell).result == .missed(0.6))
  }

  @Test("A run holds without shift, trend or several speeds; a slow start and stalls leave its level as it is")
  func held() throws {
    var steadiness = SteadinessReport(count: 1000, seconds: 10)
    func result() throws -> GoalOutcome.Result {
      var cell = Self.cell()
      cell.steadiness = steadiness
      return try Self.outcome(.held, of: cell).result
    }
    #expect(try result() == .unknown(neededInferences: nil), "too short to be searched")
    steadiness.medianDeviation = 0.004
    steadiness.findings = [
      Finding(.slowStart(SlowStart(endsAt: 1, from: 2, to: 1)), strength: .strong),
      Finding(.competingLoad(.init(load: 3, cores: 2, steal: nil)), strength: .strong),
    ]
    #expect(try result() == .met(0.004))
    steadiness.findings.append(Finding(.modes([.init(center: 1, share: 0.5)]), strength: .strong))
    #expect(try result() == .missed(0.004))
  }

  @Test("Goals and outcomes are read as they were written, with units in their names")
  func coding() throws {
    var cell = Self.cell()
    cell.accuracy = Self.accuracy(60)
    cell.judge(by: [
      .maximumLatency(.p99, milliseconds: 20), .maximumLatency(.p999, milliseconds: 20), .minimumTop1(share: 0.5),
      .minimumThroughput(perSecond: 10), .held,
    ])
    let data = try JSONEncoder().encode(cell)
    #expect(try JSONDecoder().decode(CellReport.self, from: data).goals == cell.goals)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let goals = try #require(object["goals"] as? [[String: Any]])
    #expect(
      goals[0] as NSDictionary == [
        "code": "max_latency", "statistic": "p99", "limit_ms": 20, "outcome": "missed", "measured_ms": 25,
      ] as NSDictionary)
    #expect(goals[1]["needed_inferences"] as? Int == 4742 && goals[1]["outcome"] as? String == "unknown")
    #expect(
      goals.map { $0["code"] as? String } == ["max_latency", "max_latency", "min_top1", "min_throughput", "held"])
  }

  /// A report of cells that are judged by goals.
  private static func report(_ cells: [CellReport], _ goals: [Goal]) -> RunReport {
    let host = HostDescription(
      architecture: "x86_64", cores: 2, physicalCores: 2, allowedCores: 2, allowedPhysicalCores: 2)
    var report = RunReport(
      host: host,
      cells: cells.map { cell in
        var cell = cell
        cell.judge(by: goals)
        return cell
      })
    report.goals = goals.isEmpty ? nil : goals
    return report
  }

  @Test("The fastest cell within the goals is the best, the most accurate one where accuracy is known")
  func best() {
    let cells = [("slow", 10.0, 90), ("quick", 5, 60), ("inaccurate", 1, 10)].map { name, median, correct in
      var cell = Self.cell(name, median: median)
      cell.accuracy = Self.accuracy(correct)
      return cell
    }
    let accurate = Self.report(cells, [.minimumTop1(share: 0.5)])
    #expect(accurate.bestWithinGoals?.model.path == "slow" && !accurate.missesGoals)
    let plain = cells.map { cell in
      var cell = cell
      cell.accuracy = nil
      return cell
    }
    #expect(Self.report(plain, [.maximumLatency(.p50, milliseconds: 6)]).bestWithinGoals?.model.path == "inaccurate")
    #expect(Self.report(plain, []).bestWithinGoals == nil && !Self.report(plain, []).missesGoals)
  }

  @Test("Where no cell meets the goals, the nearest is the one whose worst goal is least far off; unknown is farthest")
  func nearest() {
    var unknown = Self.cell("unknown", median: 1)
    unknown.latency?.p99 = nil
    let cells = [Self.cell("far", median: 40), unknown, Self.cell("near", median: 11)]
    let report = Self.report(cells, [.maximumLatency(.p50, milliseconds: 10), .maximumLatency(.p99, milliseconds: 24)])
    #expect(report.missesGoals && report.bestWithinGoals == nil)
    #expect(report.nearestToGoals?.model.path == "near")
    var failed = Self.report(cells, [.maximumLatency(.p50, milliseconds: 100)])
    for index in failed.cells.indices { failed.cells[index].status = .failed }
    #expect(failed.missesGoals && failed.nearestToGoals == nil, "a failed cell reaches nothing")
  }
}
