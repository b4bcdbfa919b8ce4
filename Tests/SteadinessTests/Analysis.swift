import AssayCore
import Foundation
import RecordLog
import SimulatedRuns
import Steadiness
import Testing

/// Analyses made for tests.
enum Analysis {
  static func of(
    _ run: any SimulatedRun, options: SteadinessOptions = SteadinessOptions(), telemetry: TelemetrySeries? = nil
  ) throws -> SteadinessReport {
    var run = run
    var accumulator = SteadinessAccumulator(expecting: run.seconds, count: run.expectedCount, options: options)
    try run.generate { accumulator.add($0) }
    return accumulator.finish(telemetry: telemetry)
  }

  static func of(
    _ records: [InferenceRecord], options: SteadinessOptions = SteadinessOptions(), telemetry: TelemetrySeries? = nil
  ) -> SteadinessReport {
    let end = records.map { Double($0.start) + Double($0.duration) }.max() ?? 0
    var accumulator = SteadinessAccumulator(expecting: end / 1e9, count: records.count, options: options)
    records.withUnsafeBufferPointer { accumulator.add($0) }
    return accumulator.finish(telemetry: telemetry)
  }

  /// Inferences of these durations in ms, one right after the other.
  static func records(_ milliseconds: [Double]) -> [InferenceRecord] {
    var time: UInt64 = 0
    return milliseconds.map { value in
      let record = InferenceRecord(start: time, duration: UInt64((value * 1e6).rounded()))
      time += record.duration
      return record
    }
  }

  /// The codes of the findings, without the mere descriptions.
  static func codes(_ report: SteadinessReport) -> Set<Finding.Code> {
    Set(report.findings.map(\.code)).subtracting([.steady, .spread, .outliers])
  }

  /// Every number of a report, to see that each is one.
  static func isFinite(_ report: SteadinessReport) -> Bool {
    // JSON has neither infinity nor NaN: the encoder refuses them.
    (try? JSONEncoder().encode(report)) != nil
  }
}

/// A run that asks a closure for its latencies.
struct ScriptedRun: SimulatedRun {
  let seconds: Double
  let expectedCount: Int
  var random = RandomNumbers(seed: 1)
  let script: (_ time: Double, _ random: inout RandomNumbers) -> Double

  init(
    seconds: Double, expectedCount: Int,
    _ script: @escaping (_ time: Double, _ random: inout RandomNumbers) -> Double
  ) {
    self.seconds = seconds
    self.expectedCount = expectedCount
    self.script = script
  }

  mutating func latency(at time: Double) -> Double { script(time, &random) }
}
