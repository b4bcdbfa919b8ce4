import AssayCore
import CAllocationCounter
import Foundation
import Measurement
import Platform
import RecordLog

/// The cost that the loop of a stream adds to an inference, beside that of the synchronous loop: processor time and allocations.
///
///     streams-overhead [INFERENCES] [STREAMS]
///
/// Streams may be more than the cores, so processor time is compared, not time on the clock: what streams cost each other by sharing memory
/// is in it.
@main
enum StreamsOverheadBenchmark {
  static func main() throws {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    let count = numbers.first ?? 1_000_000
    let streams = numbers.dropFirst().first ?? 4
    var ratios: [Double] = []
    var single: [Double] = []
    var several: [Double] = []
    // In turn: a change of the machine's speed affects both.
    for _ in 0..<11 {
      let begin = ProcessorClock.nanoseconds()
      _ = try loop(count: count)
      single.append(Double(ProcessorClock.nanoseconds() - begin) / Double(count))
      several.append(try loop(count: count, streams: streams))
      ratios.append(several[several.count - 1] / single[single.count - 1])
    }
    let long = try allocations { _ = try loop(count: count, streams: streams) }
    let short = try allocations { _ = try loop(count: count / 4, streams: streams) }
    print("inferences                     \(count) a round, 11 rounds; processor time")
    print("synchronous loop, null engine  \(text(median(single))) ns")
    print("\(streams) streams, null engine        \(text(median(several))) ns")
    print("ratio, median of rounds        \(text(median(ratios)))   (at most 1.5)")
    print("allocations in the loop        \(Int(long) - Int(short))   (0 but for the windows of the log)")
  }

  private static func allocations(_ body: () throws -> Void) throws -> UInt64 {
    let before = assay_allocation_count()
    try body()
    return assay_allocation_count() - before
  }

  /// - Returns: nanoseconds an inference.
  private static func loop(count: Int, streams: Int? = nil) throws -> Double {
    let path = NSTemporaryDirectory() + "assay-streams-\(ProcessInfo.processInfo.processIdentifier).records"
    defer { try? FileManager.default.removeItem(atPath: path) }
    if let streams { return try HarnessOverhead.measure(streams: streams, count: count, into: path) }
    var log = try RecordLogWriter(creating: path, expectedCount: count)
    return try HarnessOverhead.measure(count: count, into: &log)
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  private static func text(_ value: Double) -> String { String(format: "%.2f", value) }
}
