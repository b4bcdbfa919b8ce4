import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("Documentation/Events.md")
struct EventDocumentTests {
  /// The rows of its tables that begin with a name in backticks: the words in backticks of each column.
  private let rows: [[[String]]]

  init() throws {
    let document = try String(contentsOfFile: PackageFiles.path("Documentation/Events.md"), encoding: .utf8)
    rows = document.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
      row.split(separator: "|").map { cell in
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
          .map { String($0.element) }
      }
    }
  }

  private static let tensor = TensorSpec(name: "x", type: .uint8, shape: [1])
  private static let spec = CellSpec(
    model: ModelReference(path: "a"), target: Target(engine: "synthetic"), options: CellOptions(threads: 1),
    measure: .latency(RepetitionRule()))

  private static let progress = {
    var progress = CellProgress(count: 1, seconds: 1, median: 1)
    progress.recentMedian = 1
    progress.recentP99 = 1
    progress.accuracy = AccuracyCounts()
    return progress
  }()

  /// One of each, with every field.
  private static let events: [RunEvent] = [
    .plan(
      EventPlan(
        cells: [spec], images: DatasetDescription(images: 1, labels: .recorded("")),
        turns: TurnLimits(precision: 1, maximumSeconds: 1), resumed: ResumePoint(count: 1, nanoseconds: 1))),
    .cellStarted(cell: 1),
    .ready(
      cell: 1,
      ReadySession(
        inputs: [tensor], outputs: [tensor], device: "cpu", loadMilliseconds: 1, inputsChosen: [],
        execution: Execution(precision: "f32"), warnings: [.onBattery])),
    .measuring(
      cell: 1,
      WarmUpResult(
        firstInferenceMilliseconds: 1, count: 1, outputs: [tensor], harnessOverheadNanoseconds: 1,
        deviceMilliseconds: 1)),
    .progress(cell: 1, progress), .round(RoundProgress(rounds: 1, seconds: 1, width: 1)),
    .sensors(cell: 1, SensorReadings(temperature: 1, clock: 1, power: 1, isThrottled: true)),
    .findings(cell: 1, []), .warning(cell: 1, .onBattery), .ended(cell: 1, CellReport(spec)), .saved(cell: 1, run: 1),
  ]

  @Test("It lists every event with every field that the code writes, and no other")
  func events() throws {
    #expect(Self.events.map(\.name) == RunEvent.Name.allCases)
    let listed = rows.filter { $0.count == 3 }
    #expect(listed.map { $0[0] } == RunEvent.Name.allCases.map { [$0.rawValue] })
    for (event, row) in zip(Self.events, listed) {
      let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(TimedEvent(seconds: 1, event: event)))
      let fields = try #require(object as? [String: Any]).keys.filter { !["event", "t_s"].contains($0) }
      #expect(row[2].sorted() == fields.sorted(), "\(event.name.rawValue)")
    }
  }

  @Test("It explains every field once, in alphabetical order")
  func fields() {
    let used = Set(rows.filter { $0.count == 3 }.flatMap { $0[2] })
    #expect(rows.filter { $0.count == 2 }.compactMap(\.[0].first) == used.sorted())
  }

  @Test("Its examples are events")
  func examples() throws {
    let document = try String(contentsOfFile: PackageFiles.path("Documentation/Events.md"), encoding: .utf8)
    let lines = document.split(separator: "\n").filter { $0.hasPrefix("{") }
    #expect(lines.count == 5)
    for line in lines {
      #expect(throws: Never.self, "\(line)") { try JSONDecoder().decode(TimedEvent.self, from: Data(line.utf8)) }
    }
  }
}
