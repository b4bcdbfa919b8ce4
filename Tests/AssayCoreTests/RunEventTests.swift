import AssayCore
import Foundation
import Testing

@Suite("Events are JSON lines, and are read again")
struct RunEventTests {
  private static let tensor = TensorSpec(name: "input", type: .float32, shape: [1, 4])
  private static let report = {
    var report = CellReport(CellSpecTests.full(CellSpecTests.measures[0]))
    report.end(.interrupted, "Interrupted.")
    report.warnings = [.onBattery]
    report.turns = Turns(
      comparison: "c", cell: 1, reference: 2, blocks: [RecordRange(first: 3, count: 7)],
      interleaving: Interleaving(ending: .timeIsUp, rounds: 1, blockMilliseconds: nil, seconds: 3, precision: 0.01))
    return report
  }()

  private static let progress = {
    var progress = CellProgress(count: 20, seconds: 1.5, median: 0.75)
    progress.recentMedian = 0.7
    progress.recentP99 = 0.9
    progress.accuracy = AccuracyCounts()
    return progress
  }()

  private static let events: [RunEvent] = [
    .plan(EventPlan(cells: CellSpecTests.measures.map(CellSpecTests.full))),
    .plan(
      EventPlan(
        cells: [], images: DatasetDescription(images: 3, labels: .recorded("3 images")),
        turns: TurnLimits(precision: 0.01, maximumSeconds: 60), resumed: ResumePoint(count: 7, nanoseconds: 9))),
    .cellStarted(cell: 1),
    .ready(
      cell: 2,
      ReadySession(
        inputs: [tensor], outputs: [tensor], device: "cpu", loadMilliseconds: 2.5,
        warnings: [.fallback(message: "Softmax runs on the CPU.")])),
    .measuring(
      cell: 1,
      WarmUpResult(firstInferenceMilliseconds: 1, count: 3, outputs: [tensor], harnessOverheadNanoseconds: 51.5)),
    .progress(cell: 1, progress), .progress(cell: 1, CellProgress(count: 0, seconds: 0)),
    .round(RoundProgress(rounds: 4, seconds: 0.5, width: 0.03)),
    .round(RoundProgress(rounds: 1, seconds: 0.1, width: nil)),
    .sensors(cell: 1, SensorReadings(temperature: 61.5, clock: 1400, power: 4, isThrottled: false)),
    .sensors(cell: 1, SensorReadings()),
    .findings(cell: 1, []),
    .findings(cell: 1, [Finding(.slowStart(SlowStart(endsAt: 60, from: 12, to: 10)), strength: .weak)]),
    .warning(cell: 1, .loadAverage(3.5, cores: 4)), .ended(cell: 2, report), .saved(cell: 2, run: 17),
  ]

  @Test("Every event is the same after JSON", arguments: events)
  func roundTrip(event: RunEvent) throws {
    let timed = TimedEvent(seconds: 12.5, event: event)
    let data = try JSONEncoder().encode(timed)
    #expect(
      try JSONDecoder().decode(TimedEvent.self, from: data) == timed, "\(String(decoding: data, as: UTF8.self))")
  }

  @Test("An event is one flat object with its name, its time and its cell")
  func shape() throws {
    func json(_ event: RunEvent) throws -> String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      return String(decoding: try encoder.encode(TimedEvent(seconds: 2, event: event)), as: UTF8.self)
    }
    #expect(try json(.cellStarted(cell: 1)) == #"{"cell":1,"event":"cell_started","t_s":2}"#)
    #expect(
      try json(.progress(cell: 1, CellProgress(count: 20, seconds: 1.5, median: 0.75)))
        == #"{"cell":1,"count":20,"event":"progress","measured_s":1.5,"p50_ms":0.75,"t_s":2}"#)
    #expect(
      try json(.round(RoundProgress(rounds: 4, seconds: 0.5, width: 0.03)))
        == #"{"event":"round","measured_s":0.5,"rounds":4,"t_s":2,"width":0.03}"#)
    #expect(
      try json(.warning(cell: 1, .onBattery))
        == #"{"cell":1,"event":"warning","t_s":2,"warning":{"code":"on_battery"}}"#)
    #expect(try json(.saved(cell: 2, run: 17)) == #"{"cell":2,"event":"saved","run":17,"t_s":2}"#)
  }

  @Test(
    "What is no event is refused",
    arguments: [
      #"{"t_s":1,"event":"progress"}"#, #"{"t_s":1,"event":"applause","cell":1}"#,
      #"{"event":"cell_started","cell":1}"#,
      #"{"t_s":1,"event":"saved","cell":1}"#,
    ])
  func malformed(json: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(TimedEvent.self, from: Data(json.utf8)) }
  }
}

extension CellReport {
  fileprivate mutating func end(_ code: AssayError.Code, _ message: String) {
    status = .interrupted
    error = AssayError(code, message, advice: "Go on.", outputTail: "tail")
  }
}
