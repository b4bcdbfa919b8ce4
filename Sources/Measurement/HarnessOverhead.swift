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

  /// The same, into a log that is made beside another on the same disk and removed.
  public static func measure(beside logPath: String) throws(AssayError) -> Double {
    let count = 20_000
    let path = RunFiles.harnessLog(beside: logPath)
    defer { unlink(path) }
    var log = try RecordLogWriter(creating: path, expectedCount: count)
    return try measure(count: count, into: &log)
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
