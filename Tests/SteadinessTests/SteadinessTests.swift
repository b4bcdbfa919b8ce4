import AssayCore
import Foundation
import RecordLog
import SimulatedRuns
import Steadiness
import Testing

@Suite("The analysis of a long run tells its figures")
struct SteadinessTests {
  @Test("A Raspberry Pi is steady within 1065 ± 15 ms, and a Jetson spreads around 0.75 ms, as the thesis has it")
  func thesisShares() throws {
    let steady = try Self.analyze(ThesisPattern.raspberryPi.run(seed: 1, seconds: 3600))
    let first = try #require(steady.findings.first)
    #expect(first.kind == .steady)
    #expect(first.sentence.contains("% of inferences within 1065 ± 15 ms"), "\(first.sentence)")

    let interval = CenteredInterval(center: 0.752, tolerance: 0.252)
    let spread = try Self.analyze(
      ThesisPattern.jetson.run(seed: 1, seconds: 30), options: SteadinessOptions(shares: [interval]))
    #expect(spread.findings.first?.kind == .spread)
    #expect(abs(try #require(spread.shares.last).share - 0.95) < 0.005)
  }

  static func analyze(
    _ run: any SimulatedRun, options: SteadinessOptions = SteadinessOptions(), telemetry: TelemetrySeries? = nil
  ) throws -> SteadinessReport {
    var run = run
    var accumulator = SteadinessAccumulator(expecting: run.seconds, count: run.expectedCount, options: options)
    try run.generate { accumulator.add($0) }
    return accumulator.finish(telemetry: telemetry)
  }
}
