import AssayCore
import Report
import Testing

@Suite("Live views show a run from its events alone")
struct LiveViewTests {
  /// What a view shows after each event, events a second apart.
  private func show(_ events: [RunEvent], in view: any EventView) -> [LiveText] {
    var view = view
    return events.enumerated().map { view.receive(TimedEvent(seconds: Double($0), event: $1)) }
  }

  private static func spec(_ model: String, _ measure: Measure) -> CellSpec {
    CellSpec(
      model: ModelReference(path: "/models/\(model)"), target: Target(engine: "litert"),
      options: CellOptions(threads: 1), measure: measure)
  }

  private static func progress(_ count: Int, _ seconds: Double, _ median: Double? = nil) -> CellProgress {
    CellProgress(count: count, seconds: seconds, median: median)
  }

  private static let started = WarmUpResult(
    firstInferenceMilliseconds: 1, count: 3, outputs: [], harnessOverheadNanoseconds: 50)
  private static let report = CellReport(spec("a.tflite", .latency(RepetitionRule())))

  // MARK: A cell a line

  @Test("A bench has one line, which ends empty")
  func bench() {
    let shown = show(
      [
        .plan(
          EventPlan(cells: [
            Self.spec("a.tflite", .latency(RepetitionRule())), Self.spec("b\u{1B}.tflite", .latency(.exactly(200))),
          ])),
        .cellStarted(cell: 1), .measuring(cell: 1, Self.started), .progress(cell: 1, Self.progress(25, 0.5)),
        .progress(cell: 1, Self.progress(500, 1.5, 0.731)), .warning(cell: 1, .onBattery),
        .ended(cell: 1, Self.report), .saved(cell: 1, run: 3), .cellStarted(cell: 2),
        .progress(cell: 2, Self.progress(150, 10, 12.5)),
      ], in: ProgressView())
    #expect(
      shown.map(\.lines) == [
        nil, ["[1/2] ░░░░░░░░░░░░░░░░░░░░░░░░ a.tflite on litert: starting"],
        ["[1/2] ░░░░░░░░░░░░░░░░░░░░░░░░ a.tflite on litert: measuring"],
        // Time counts as much as the number of inferences.
        ["[1/2] ████░░░░░░░░░░░░░░░░░░░░ a.tflite on litert: 25 inferences"],
        ["[1/2] ████████████░░░░░░░░░░░░ a.tflite on litert: median 0.7310 ms, 500 inferences"], nil, [], nil,
        ["[2/2] ░░░░░░░░░░░░░░░░░░░░░░░░ b?.tflite on litert: starting"],
        ["[2/2] ██████████████████░░░░░░ b?.tflite on litert: median 12.50 ms, 150 inferences"],
      ])
    #expect(shown.allSatisfy { $0.messages.isEmpty })
  }

  @Test("A cell that can only be cut off by its longest time shows how near that is")
  func longestTime() {
    let spec = Self.spec("slow.tflite", .latency(RepetitionRule()))
    let shown = show(
      [.plan(EventPlan(cells: [spec])), .progress(cell: 1, Self.progress(5, 75, 15_000))], in: ProgressView())
    #expect(
      shown.last?.lines == ["[1/1] ████████████░░░░░░░░░░░░ slow.tflite on litert: median 15000 ms, 5 inferences"])
  }

  @Test("Accuracy shows how its images were read, the share that is right, and the time left")
  func accuracy() {
    let images = DatasetDescription(
      images: 500, labels: .folders(.init(classes: 10, emptyClasses: 0, naming: .index)),
      sample: .init(count: 200, seed: 1))
    var progress = Self.progress(50, 5, 9.012)
    var counts = AccuracyCounts()
    counts.images = 49
    counts.unreadableCount = 1
    counts.seconds = 5
    counts.top = [TopCount(k: 1, correct: 44), TopCount(k: 5, correct: 49)]
    progress.accuracy = counts
    let shown = show(
      [
        .plan(
          EventPlan(
            cells: [Self.spec("a.tflite", .accuracy(AccuracyMeasure(images: ImageSet(folder: "x"))))], images: images)),
        .progress(cell: 1, Self.progress(50, 5)), .progress(cell: 1, progress),
      ], in: ProgressView())
    #expect(
      shown[0].messages == [
        "Images: 500 images in 10 class folders named by index",
        "Used: 200 of 500 images, stratified by class, seed 1",
      ])
    #expect(shown[1].lines == ["[1/1] ██████░░░░░░░░░░░░░░░░░░ a.tflite on litert: 50 images"])
    #expect(
      shown[2].lines == [
        "[1/1] ██████░░░░░░░░░░░░░░░░░░ a.tflite on litert: top-1 89.8 %, median 9.012 ms, 50 images, 10.00/s, 15 s left"
      ])
  }

  @Test("An event of a cell that no plan announced shows nothing")
  func unannounced() {
    for view in [ProgressView(), StressView(), TurnsView()] as [any EventView] {
      let shown = show(
        [
          .progress(cell: 1, Self.progress(1, 1)), .plan(EventPlan(cells: [])), .progress(cell: 7, Self.progress(1, 1)),
          .round(RoundProgress(rounds: 1, seconds: 1, width: nil)),
        ], in: view)
      #expect(shown == Array(repeating: LiveText(), count: 4))
    }
  }

  // MARK: Stress

  private static let hour = {
    var rule = RepetitionRule()
    rule.minimumCount = 1
    rule.minimumSeconds = 3600
    rule.maximumSeconds = 3600
    return rule
  }()

  private static func update(_ count: Int, _ seconds: Double, recent: Double) -> CellProgress {
    var progress = progress(count, seconds, 9.001)
    progress.recentMedian = recent
    progress.recentP99 = recent * 1.2
    return progress
  }

  @Test("A stress test shows time, latencies, their history, sensors and findings")
  func stress() {
    let finding = Finding(.clockHeldDown(timeShare: 0.1), strength: .moderate)
    let shown = show(
      [
        .plan(EventPlan(cells: [Self.spec("a.tflite", .stress(StressMeasure(rule: Self.hour)))])),
        .cellStarted(cell: 1), .progress(cell: 1, Self.progress(100, 900)),
        .sensors(cell: 1, SensorReadings(temperature: 61.6, clock: 1400, isThrottled: true)),
        .findings(cell: 1, [finding]), .progress(cell: 1, Self.update(70_312, 1800, recent: 9.012)),
        .findings(cell: 1, []), .progress(cell: 1, Self.update(90_000, 2700, recent: 10)), .ended(cell: 1, Self.report),
        .saved(cell: 1, run: 4),
      ], in: StressView(storeHint: " --store 'x'"))
    #expect(shown[1].messages == ["a.tflite on litert. Ctrl-C stops it and keeps everything."])
    #expect(
      shown[2].lines == ["██████░░░░░░░░░░░░░░░░░░ 15 min of 1 h 0 min, 45 min left", "all: 100 inferences"])
    #expect(
      shown[5].lines == [
        "████████████░░░░░░░░░░░░ 30 min of 1 h 0 min, 30 min left",
        "now: median 9.012 ms, p99 10.81 ms · all: 70312 inferences, median 9.001 ms · 62 °C, 1.4 GHz, throttled",
        "▁ medians 9.012 – 9.012 ms", "• \(finding.sentence)",
      ])
    #expect(
      shown[7].lines == [
        "██████████████████░░░░░░ 45 min of 1 h 0 min, 15 min left",
        "now: median 10.00 ms, p99 12.00 ms · all: 90000 inferences, median 9.001 ms · 62 °C, 1.4 GHz, throttled",
        "▁█ medians 9.012 – 10.00 ms",
      ], "a finding may be withdrawn")
    #expect(shown[8].lines == [] && shown[9].messages == ["Charts: assay report 4 --store 'x' -o report.html"])
  }

  @Test("An interrupted stress test says how to continue it")
  func interrupted() {
    var report = Self.report
    report.status = .interrupted
    let shown = show([.ended(cell: 1, report), .saved(cell: 1, run: 4)], in: StressView(storeHint: " --store 'x'"))
    #expect(
      shown[1].messages == [
        "Charts: assay report 4 --store 'x' -o report.html", "To continue: assay stress --resume 4 --store 'x'",
      ])
  }

  @Test("A stress test of a number of inferences counts them")
  func stressByCount() {
    let spec = Self.spec("a.tflite", .stress(StressMeasure(rule: .exactly(2000))))
    let shown = show(
      [
        .plan(EventPlan(cells: [spec, spec])), .cellStarted(cell: 2), .progress(cell: 2, Self.progress(500, 10, 1)),
      ], in: StressView())
    #expect(shown[1].messages == ["[2/2] a.tflite on litert. Ctrl-C stops it and keeps everything."])
    #expect(
      shown[2].lines == [
        "██████░░░░░░░░░░░░░░░░░░ 500 of 2000 inferences, 30 s left", "all: 500 inferences, median 1.000 ms",
      ])
  }

  @Test("The next cell starts without the history, sensors and findings of the last")
  func nextCell() {
    let spec = Self.spec("a.tflite", .stress(StressMeasure(rule: Self.hour)))
    let shown = show(
      [
        .plan(EventPlan(cells: [spec, spec])), .cellStarted(cell: 1), .sensors(cell: 1, SensorReadings(power: 5)),
        .findings(cell: 1, [Finding(.undervoltage(timeShare: 0.1), strength: .strong)]),
        .progress(cell: 1, Self.update(9, 1, recent: 9)), .cellStarted(cell: 2),
        .progress(cell: 2, Self.progress(1, 36)),
      ], in: StressView())
    #expect(shown[4].lines?.count == 4)
    #expect(shown[6].lines == ["░░░░░░░░░░░░░░░░░░░░░░░░ 36 s of 1 h 0 min, 59 min 24 s left", "all: 1 inference"])
  }

  @Test("A history of any length fits into a line")
  func history() {
    let spec = Self.spec("a.tflite", .stress(StressMeasure(rule: Self.hour)))
    let updates = (1...3000).map {
      RunEvent.progress(cell: 1, Self.update($0, Double($0), recent: $0 <= 1500 ? 10 : 20))
    }
    let shown = show([.plan(EventPlan(cells: [spec])), .cellStarted(cell: 1)] + updates, in: StressView())
    let line = shown.last?.lines?[2] ?? ""
    let columns = line.prefix { $0 != " " }
    #expect(line.hasSuffix(" medians 10.00 – 20.00 ms") && (40...80).contains(columns.count), "\(line)")
    #expect(columns.hasPrefix("▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁") && columns.hasSuffix("████████████████"), "\(line)")
  }

  // MARK: Turns

  @Test("A live comparison shows rounds, time and the widest interval, a few times a second")
  func turns() {
    let plan = EventPlan(
      cells: [Self.spec("a.tflite", .latency(RepetitionRule()))],
      turns: TurnLimits(precision: 0.01, maximumSeconds: 60))
    func round(_ rounds: Int, _ seconds: Double, _ width: Double? = nil) -> RunEvent {
      .round(RoundProgress(rounds: rounds, seconds: seconds, width: width))
    }
    let shown = show(
      [
        .plan(plan), .cellStarted(cell: 1), round(1, 0.05), round(2, 0.1), round(3, 0.15), round(32, 12, 0.031),
        .ended(cell: 1, Self.report),
      ], in: TurnsView())
    #expect(
      shown.map(\.lines) == [
        nil, ["Loading and warming up …"], ["1 round, 0 s of at most 1 min"], nil, nil,
        ["32 rounds, 12 s of at most 1 min, widest interval 3.1 % of 1.0 %"], [],
      ])
  }
}
