import AssayCore
import Foundation
import Platform
import RecordLog
import SimulatedRuns
import Steadiness

/// Analyses simulated runs. Writes a line of JSON for each: the findings, and the data for other programs to search.
///
///     steadiness peers SEEDS
enum PeersBenchmark {
  /// A run and the truth about it.
  private struct Case: Sendable {
    let name: String
    /// When the median changes, in seconds.
    let shifts: [Double]
    let modes: Int
    let run: @Sendable (UInt64) -> any SimulatedRun
  }

  private struct Line: Encodable {
    let name: String
    let trueShifts: [Double]
    let trueModes: Int
    let shifts: [Double]
    let modes: Int
    let seconds: Double
    let times: [Double]
    let medians: [Double]
    let sample: [Double]
  }

  private static let cases =
    [
      (NoiseRun.Noise.white, 0.3), (.white, 0.03), (.minute, 0.3), (.white, 0), (.tenSeconds, 0), (.minute, 0),
      (.student, 0),
    ]
    .map { noise, change in
      Case(
        name: change > 0 ? "shift of \(Int(change * 100)) %, \(noise.rawValue)" : "noise, \(noise.rawValue)",
        shifts: change > 0 ? [6000] : [], modes: change >= 0.3 ? 2 : 1
      ) { NoiseRun(noise, seed: $0, shift: change > 0 ? NoiseRun.Shift(time: 6000, change: change) : nil) }
    }
    + [
      Case(name: "drift of 2 % an hour", shifts: [], modes: 1) { NoiseRun(.white, seed: $0, drift: 0.02) },
      Case(name: "NCS2", shifts: [], modes: 4) { ThesisPattern.ncs2.run(seed: $0) },
      Case(name: "Raspberry Pi", shifts: [], modes: 1) { ThesisPattern.raspberryPi.run(seed: $0) },
      Case(name: "Jetson", shifts: [], modes: 1) { ThesisPattern.jetson.run(seed: $0, seconds: 600) },
    ]

  static func run(_ arguments: [String]) throws {
    let seeds = arguments.first.flatMap { UInt64($0) } ?? 10
    for test in cases {
      for seed in 1...max(1, seeds) {
        FileHandle.standardOutput.write(try JSONEncoder().encode(line(test, seed: seed)) + Data("\n".utf8))
      }
    }
  }

  private static func line(_ test: Case, seed: UInt64) throws -> Line {
    var run = test.run(seed)
    var records: [InferenceRecord] = []
    try run.generate { records += $0 }
    let start = MonotonicClock.seconds()
    var accumulator = SteadinessAccumulator(expecting: run.seconds, count: run.expectedCount)
    records.withUnsafeBufferPointer { accumulator.add($0) }
    let report = accumulator.finish()
    let seconds = MonotonicClock.seconds() - start
    let stride = max(1, records.count / 20_000)
    return Line(
      name: test.name, trueShifts: test.shifts, trueModes: test.modes,
      shifts: report.shifts.filter { $0.statistic == .median }.map(\.at), modes: max(1, report.modes.count),
      seconds: seconds, times: report.envelope.map(\.start), medians: report.envelope.map(\.p50),
      sample: records.indices.filter { $0 % stride == 0 }.map { Double(records[$0].duration) / 1e6 })
  }
}
