import AssayCore
import Testing

@testable import Report

@Suite("A list of saved runs shows what tells them apart, and fits the terminal")
struct RunListTests {
  private static func run(_ id: Int64, model: String = "net.tflite", threads: Int = 2, batch: Int? = nil) -> RunSummary
  {
    var run = RunSummary(
      id: id, created: "2026-11-26T02:05:09.123Z", kind: .bench, status: .ok, path: "/models/\(model)",
      engine: "litert", version: "2.3.0", device: "cpu", threads: threads, batch: batch, host: "AMD EPYC", tags: [])
    run.median = 1.5
    run.medianLow = 1.4
    run.medianHigh = 1.6
    return run
  }

  private static func text(_ runs: [RunSummary], columns: Int = 80) -> String {
    RunListScreen(runs).lines(on: Screen(columns: columns)).joined(separator: "\n")
  }

  @Test("What all runs share is left out, and what differs is shown")
  func differences() {
    let same = Self.text([Self.run(2), Self.run(1)])
    #expect(same.hasPrefix("RUN  WHEN (UTC)   MODEL       TARGET  MEDIAN ms  ± 95 %\n"), "\(same)")
    var tagged = Self.run(1, threads: 4, batch: 8)
    tagged.tags = ["main"]
    tagged.host = "Raspberry Pi 4"
    let different = Self.text([Self.run(2), tagged], columns: 200)
    for text in ["THREADS", "BATCH", "HOST", "Raspberry Pi 4", "TAGS", "main"] {
      #expect(different.contains(text), "\(text): \(different)")
    }
    #expect(!different.contains("KIND") && !different.contains("VERSION"), "\(different)")
  }

  @Test("A single run shows everything that there is room for")
  func single() {
    #expect(
      Self.text([Self.run(1)], columns: 200).contains("KIND") && Self.text([Self.run(1)], columns: 200).contains("HOST")
    )
  }

  @Test("Every line fits; the run, its model and its median stay", arguments: [40, 60, 80])
  func width(columns: Int) {
    var runs = (1...3).map {
      Self.run($0, model: "mobilenet_v2_of_somebody_with_a_long_name_\($0).tflite", threads: Int($0))
    }
    runs[1].status = .interrupted
    runs[2].tags = ["before-the-update"]
    let lines = Self.text(runs, columns: columns).split(separator: "\n")
    #expect(lines.count == 4 && lines.allSatisfy { $0.count <= columns }, "\(lines)")
    #expect(lines[1].contains("1.50") && lines[2].contains("interrupted"), "\(lines)")
  }
}
