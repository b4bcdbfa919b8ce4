import AssayCore
import Foundation
import TestSupport
import Testing

@Suite("--events writes a line of JSON for everything that happens")
struct EventTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private func decode(_ lines: String) throws -> [TimedEvent] {
    try lines.split(separator: "\n").map { try JSONDecoder().decode(TimedEvent.self, from: Data($0.utf8)) }
  }

  /// The events that a command writes to a file.
  private func events(of arguments: [String], status: Int32 = 0) throws -> [TimedEvent] {
    let path = sandbox.path("events.jsonl")
    let result = try sandbox.start([Sandbox.program("assay")] + arguments + ["--events", path]).wait()
    #expect(result.status == status, "\(result)")
    let events = try decode(String(contentsOfFile: path, encoding: .utf8))
    #expect(events.map(\.seconds) == events.map(\.seconds).sorted() && (events.first?.seconds ?? -1) >= 0)
    return events
  }

  /// The names of the events of a cell in their order, without those that come again and again.
  private func names(_ events: [TimedEvent], cell: Int) -> [RunEvent.Name] {
    events.filter { $0.event.cell == cell }.map(\.event.name).filter { ![.progress, .sensors, .findings].contains($0) }
  }

  private func plan(_ events: [TimedEvent]) throws -> EventPlan {
    guard case .plan(let plan) = try #require(events.first).event else {
      throw EventError("The first event is no plan: \(events[0])")
    }
    return plan
  }

  private func report(_ events: [TimedEvent], cell: Int) throws -> CellReport {
    for event in events { if case .ended(cell, let report) = event.event { return report } }
    throw EventError("Cell \(cell) has not ended: \(events)")
  }

  private struct EventError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  private static let whole = [RunEvent.Name.cellStarted, .ready, .measuring, .ended, .saved]

  @Test("bench: every cell from its start to its saved run, also one that fails")
  func bench() throws {
    let models = try [sandbox.model("good"), sandbox.model("bad", event: ("crash", 0))]
    let events = try events(of: ["bench"] + models + Sandbox.quick, status: 1)
    #expect(try plan(events).cells.map(\.model.path) == models && plan(events).turns == nil)
    let names = [1, 2].map { self.names(events, cell: $0) }
    #expect(names == [Self.whole, [.cellStarted, .ended, .saved]])
    let report = try report(events, cell: 1)
    #expect(report.latency?.count == 20 && report.status == .ok && report.runID == 1)
    #expect(try self.report(events, cell: 2).error?.code == .crashed)
    #expect(events.last?.event == .saved(cell: 2, run: 2))
  }

  @Test("Messages that are read together with the end of the worker are not lost")
  func lastWords() throws {
    // Describes the machine; then records what a worker says, and replays it at once before a request that nobody reads. The request fills
    // the pipe to the worker, so the command first listens when that has ended.
    let worker = try sandbox.script(
      "worker",
      """
      if [ ! -e machine ]; then touch machine; exec '\(Sandbox.program("assay-worker"))'; fi
      if [ ! -e said ]; then '\(Sandbox.program("assay-worker"))' | tee said; exit; fi
      cat said
      exec 3<&0
      sleep 1 >/dev/null 2>&1 &
      """)
    _ = try sandbox.model("model")
    let bench = "ASSAY_WORKER='\(worker)' \"$ASSAY\" bench model.synthetic --runs 20 --warm-up 0 --events -"
    let first = try sandbox.shell(bench)
    let second = try sandbox.shell("rm machine; \(bench) --shape 1$(printf ',1%.0s' $(seq 40000))")
    for result in [first, second] {
      #expect(try names(decode(result.standardOutput), cell: 1) == Self.whole, "\(result.standardError)")
    }
  }

  @Test("bench --events - writes the lines alone to standard output, progress among them, and --no-save saves nothing")
  func standardOutput() throws {
    let result = try sandbox.assay(
      "bench", sandbox.model(microseconds: 500), "--min-time", "2.5", "--no-save", "--events", "-")
    #expect(result.status == 0, "\(result)")
    let events = try decode(result.standardOutput)
    #expect(names(events, cell: 1) == Self.whole.dropLast())
    let progress = events.compactMap { event -> CellProgress? in
      if case .progress(1, let progress) = event.event { progress } else { nil }
    }
    #expect(!progress.isEmpty && progress.map(\.count) == progress.map(\.count).sorted(), "\(result)")
    #expect(progress.allSatisfy { abs(($0.median ?? 0.5) - 0.5) < 0.1 })
    let two = try sandbox.assay("bench", sandbox.model(), "--events", "-", "--json", "-")
    #expect(two.status == 64, "\(two)")
  }

  @Test("accuracy: the plan says how the images were read")
  func accuracy() throws {
    let script = #"{"inputs": [{"name": "image", "type": "uint8", "shape": [1, 28, 28, 3]}]}"#
    let model = try sandbox.write(Data(script.utf8), to: "image.synthetic")
    let events = try events(of: [
      "accuracy", model, "--images", PackageFiles.path("Samples/digits"), "--limit", "30",
    ])
    let images = try #require(try plan(events).images)
    #expect(images.images == 300 && images.sample == .init(count: 30, seed: 1))
    #expect(images.labels == .folders(.init(classes: 10, emptyClasses: 0, naming: .index)))
    #expect(names(events, cell: 1).filter { $0 != .warning } == Self.whole)
    #expect(try report(events, cell: 1).accuracy?.images == 30)
  }

  @Test("stress: sensors and progress meanwhile, and the finding at the end")
  func stress() throws {
    let model = try sandbox.model(microseconds: 500)
    let events = try events(of: ["stress", model, "--duration", "2.5s", "--telemetry-interval", "200ms"])
    #expect(names(events, cell: 1) == Self.whole)
    #expect(events.contains { if case .sensors(1, _) = $0.event { true } else { false } })
    #expect(events.contains { if case .progress(1, _) = $0.event { true } else { false } })
    #expect(try report(events, cell: 1).steadiness?.findings.isEmpty == false)
    let resumed = try self.events(of: ["stress", "--resume", "1", "--duration", "3s"])
    let point = try #require(try plan(resumed).resumed)
    #expect(point.count == (try report(events, cell: 1).latency?.count))
    #expect(resumed.last?.event == .saved(cell: 1, run: 1))
  }

  @Test("compare: the limits of the turns, every round, and both cells")
  func compare() throws {
    let model = try sandbox.model(microseconds: 500) + "@synthetic"
    let events = try events(of: ["compare", model, model, "--warm-up", "0", "--max-time", "1.5", "--until", "5%"])
    #expect(try plan(events).turns == TurnLimits(precision: 0.05, maximumSeconds: 1.5))
    for cell in [1, 2] { #expect(names(events, cell: cell) == Self.whole) }
    let rounds = events.compactMap { event -> RoundProgress? in
      if case .round(let round) = event.event { round } else { nil }
    }
    #expect(!rounds.isEmpty && rounds.map(\.rounds) == Array(1...rounds.count))
    #expect(try report(events, cell: 2).turns?.interleaving.rounds == rounds.count)
  }

  @Test("A file that cannot be written is an error before anything is measured")
  func unwritable() throws {
    let result = try sandbox.assay("bench", sandbox.model(), "--events", sandbox.path("no/folder/events.jsonl"))
    #expect(result.status == 74 && result.standardError.contains("no/folder/events.jsonl"), "\(result)")
    #expect(sandbox.recordLogs.isEmpty)
  }
}
