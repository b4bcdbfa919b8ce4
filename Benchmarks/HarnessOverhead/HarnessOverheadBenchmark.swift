import AssayCore
import CAllocationCounter
import Foundation
import Measurement
import RecordLog

/// The cost that the timed loop adds to an inference: time against two bare clock reads, allocations, memory.
///
///     harness-overhead [INFERENCES]      times, allocations and memory
///     harness-overhead --gate            exits with 1 if the loop allocates
///     harness-overhead --loop N          the loop alone, for counting system calls from outside
@main
enum HarnessOverheadBenchmark {
  private static let defaultCount = 1_000_000

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let count = arguments.last.flatMap { Int($0) } ?? defaultCount
    switch arguments.first {
    case "--loop": _ = try loop(count: count)
    case "--gate": try checkAllocations(count: count)
    default: try report(count: count)
    }
  }

  private static func checkAllocations(count: Int) throws {
    let allocations = try allocations(count: count)
    print("allocations in the loop        \(allocations)   (0)")
    if allocations != 0 { exit(1) }
  }

  /// Allocations of `count` inferences, without those before the loop: they do not depend on the count.
  private static func allocations(count: Int) throws -> Int {
    Int(try loop(count: count).allocations) - Int(try loop(count: 1).allocations)
  }

  private static func report(count: Int) throws {
    var ratios: [Double] = []
    var bare: [Double] = []
    var whole: [Double] = []
    // In turn: a change of the machine's speed affects both.
    for _ in 0..<11 {
      let reads = HarnessOverhead.twoClockReads(count: count)
      let total = try loop(count: count).nanoseconds
      bare.append(reads)
      whole.append(total)
      ratios.append(total / reads)
    }
    let allocations = try allocations(count: count)
    let before = residentBytes()
    _ = try loop(count: 20 * count)
    print("inferences                     \(count) a round, 11 rounds")
    print("two bare clock reads           \(text(median(bare))) ns")
    print("timed loop, null engine        \(text(median(whole))) ns")
    print("ratio, median of rounds        \(text(median(ratios)))   (at most 3)")
    print("allocations in the loop        \(allocations)   (0)")
    print("resident memory, 20 × as many  \((residentBytes() - before) / 1024) KiB more")
  }

  /// Runs the null engine into a log that is deleted.
  private static func loop(count: Int) throws -> (nanoseconds: Double, allocations: UInt64) {
    let path = NSTemporaryDirectory() + "assay-harness-\(ProcessInfo.processInfo.processIdentifier).records"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var log = try RecordLogWriter(creating: path, expectedCount: count)
    try log.makeRoom()
    let before = assay_allocation_count()
    let nanoseconds = try HarnessOverhead.measure(count: count, into: &log)
    return (nanoseconds, assay_allocation_count() - before)
  }

  private static func residentBytes() -> Int {
    let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
    return (fields.flatMap { Int($0[1]) } ?? 0) * 4096
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  private static func text(_ value: Double) -> String { String(format: "%.2f", value) }
}
