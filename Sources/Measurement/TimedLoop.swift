public import AssayCore
public import EngineKit
import Platform
public import RecordLog

/// The only timed code: two clock reads around one call, and the record stored behind them.
///
/// What is timed is the thesis' definition: from handing the host's input tensors to the engine until the outputs are readable in host memory.
public enum TimedLoop {
  /// How a loop came to its end.
  public enum Ending: Sendable {
    case complete
    /// The stop flag was raised first.
    case stopped
  }

  /// Runs a session again and again until the rule is fulfilled, recording every inference.
  ///
  /// - Parameters:
  ///   - origin: what the starts of records are counted from; `nil` counts them from the start of this loop.
  ///   - prepare: is called before each inference, outside the time that is taken.
  /// - Throws: what the session throws (the records before it stay), or `.inputOutput` when the disk is full.
  public static func run(
    _ session: some InferenceSession, rule: RepetitionRule, since origin: UInt64? = nil,
    into log: inout RecordLogWriter, stop: StopFlag, prepare: () -> Void = {}
  ) throws(AssayError) -> Ending {
    if !log.hasRoom { try log.makeRoom() }
    let minimumCount = log.count + UInt64(rule.minimumCount)
    let begin = MonotonicClock.now()
    let origin = origin ?? begin
    let minimumEnd = begin + nanoseconds(rule.minimumSeconds)
    let maximumEnd = begin + nanoseconds(rule.maximumSeconds ?? century)
    while true {
      if !log.hasRoom { try log.makeRoom() }
      prepare()
      let end = try time(session, origin: origin, into: &log)
      if log.count >= minimumCount && end >= minimumEnd || end >= maximumEnd { return .complete }
      if stop.isRaised { return .stopped }
    }
  }

  /// Runs a session once and records it, for workloads that do something between inferences.
  ///
  /// - Parameter origin: what the record's start is counted from.
  /// - Returns: when the inference had ended.
  public static func runOnce(
    _ session: some InferenceSession, origin: UInt64, into log: inout RecordLogWriter
  ) throws(AssayError) -> UInt64 {
    if !log.hasRoom { try log.makeRoom() }
    return try time(session, origin: origin, into: &log)
  }

  @inline(__always)
  private static func time(
    _ session: some InferenceSession, origin: UInt64, into log: inout RecordLogWriter
  ) throws(AssayError) -> UInt64 {
    let start = MonotonicClock.now()
    try session.infer()
    let end = MonotonicClock.now()
    // A run that goes on after a restart of the machine counts from a moment before the clock began.
    log.append(start: start &- origin, duration: end - start)
    return end
  }

  /// A time that never comes, in seconds; its nanoseconds still fit.
  private static let century = 3_155_760_000.0

  static func nanoseconds(_ seconds: Double) -> UInt64 {
    UInt64(min(max(seconds, 0), century) * 1e9)
  }
}
