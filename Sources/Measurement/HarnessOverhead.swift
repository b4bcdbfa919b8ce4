public import AssayCore
import EngineKit
import Platform
import Glibc
public import RecordLog

/// What the timed loop itself costs.
public enum HarnessOverhead {
  /// A session that does nothing, so that only the harness remains.
  final class NullSession: InferenceSession {
    let inputs: [TensorSpec] = []
    let outputs: [TensorSpec] = []

    func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer {
      UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }
    func outputBytes(at index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
    func infer() throws(AssayError) {}
  }

  /// Nanoseconds per inference of the whole loop around an engine that does nothing: two clock reads, the call, the record.
  public static func measure(count: Int, into log: inout RecordLogWriter) throws(AssayError) -> Double {
    let start = MonotonicClock.now()
    _ = try TimedLoop.run(NullSession(), rule: .exactly(count), into: &log, stop: StopFlag())
    return Double(MonotonicClock.now() - start) / Double(count)
  }

  /// Nanoseconds per inference of the loop of streams that run side by side around engines that do nothing, into a log that is made.
  ///
  /// Processor time: streams may be more than the processors, and then take turns.
  ///
  /// - Parameter isScheduled: whether queries are taken from a schedule; all are due at once, so that nothing waits.
  public static func measure(
    streams: Int, count: Int, isScheduled: Bool = false, into path: String
  ) throws(AssayError) -> Double {
    let pool = try SessionPool(NullModel(), count: streams) { _, _ in }
    defer { pool.end() }
    let first = try pool.perform { session throws(AssayError) in
      try WarmUp.run(session, rule: .once, stop: StopFlag())
    }
    var rule = RepetitionRule.exactly(count)
    (rule.warmUpCount, rule.warmUpSeconds) = (1, 0)
    let arrivals: Arrivals =
      isScheduled ? .scheduled(Schedule(due: Array(repeating: 0, count: count))) : .closed
    let outcome = try StreamMeasurement(pool, first: first, logPath: path, stop: StopFlag())
      .run(arrivals, rule: rule) { _ in }
    // A closed loop ends a little after the count.
    let done = try RecordLogReader(opening: path).count()
    return Double(outcome.processorNanoseconds) / Double(max(done, 1))
  }

  private struct NullModel: CompiledModel {
    let inputs: [TensorSpec] = []
    let outputs: [TensorSpec] = []
    let device = Target.defaultDevice

    func makeSession() throws(AssayError) -> NullSession { NullSession() }
  }

  /// The same, into a log that is made beside another on the same disk and removed.
  public static func measure(beside logPath: String) throws(AssayError) -> Double {
    let count = 20_000
    let path = RunFiles.harnessLog(beside: logPath)
    defer { unlink(path) }
    var log = try RecordLogWriter(creating: path, expectedCount: count)
    return try measure(count: count, into: &log)
  }

  /// The same of so many streams.
  public static func measure(
    streams: Int, isScheduled: Bool, beside logPath: String
  ) throws(AssayError) -> Double {
    let path = RunFiles.harnessLog(beside: logPath)
    defer { unlink(path) }
    return try measure(streams: streams, count: max(20_000, 500 * streams), isScheduled: isScheduled, into: path)
  }

  /// Nanoseconds that two bare clock reads take, the least that any harness can add.
  public static func twoClockReads(count: Int) -> Double {
    var sum: UInt64 = 0
    let start = MonotonicClock.now()
    for _ in 0..<count {
      let first = MonotonicClock.now()
      sum &+= MonotonicClock.now() &- first
    }
    let total = MonotonicClock.now() - start
    // The sum is used so that the reads cannot be optimised away.
    return Double(total) / Double(count) + (sum == .max ? 1 : 0)
  }
}
