public import AssayCore
public import EngineKit
import Platform
public import RecordLog

/// The only timed code: two clock reads around one call, and the record stored after them.
///
/// What is timed is the thesis' definition: from handing the host's input tensors to the engine until the outputs are readable in host
/// memory.
public enum TimedLoop {
  /// How a loop ended.
  public enum Ending: Sendable {
    case complete
    /// The stop flag was raised first.
    case stopped
  }

  /// Runs a session again and again until the rule is fulfilled, recording every inference.
  ///
  /// - Parameters:
  ///   - origin: the zero of the records' starts; `nil` counts them from the start of this loop.
  ///   - prepare: runs before each inference, outside the timing.
  /// - Throws: what the session throws (the records before it stay), or `.inputOutput` when the disk is full.
  public static func run(
    _ session: some InferenceSession, rule: RepetitionRule, since origin: UInt64? = nil,
    into log: inout RecordLogWriter, stop: StopFlag, prepare: () -> Void = {}
  ) throws(AssayError) -> Ending {
    if let clock = session.simulatedClock {
      let clock = SimulatedLoopClock(clock: clock)
      return try run(session, clock, rule: rule, since: origin, into: &log, stop: stop, prepare: prepare)
    }
    return try run(session, RealLoopClock(), rule: rule, since: origin, into: &log, stop: stop, prepare: prepare)
  }

  /// Runs a session once and records it, for workloads that do something between inferences.
  ///
  /// - Parameter origin: the zero of the record's start.
  public static func runOnce(
    _ session: some InferenceSession, since origin: UInt64, into log: inout RecordLogWriter
  ) throws(AssayError) {
    if !log.hasRoom { try log.makeRoom() }
    if let clock = session.simulatedClock {
      _ = try time(session, SimulatedLoopClock(clock: clock), origin: origin, into: &log)
    } else {
      _ = try time(session, RealLoopClock(), origin: origin, into: &log)
    }
  }

  /// Inlined, so that each loop reads its own clock directly.
  @inline(__always)
  private static func run(
    _ session: some InferenceSession, _ clock: some LoopClock, rule: RepetitionRule, since origin: UInt64?,
    into log: inout RecordLogWriter, stop: StopFlag, prepare: () -> Void
  ) throws(AssayError) -> Ending {
    if !log.hasRoom { try log.makeRoom() }
    let minimumCount = log.count + UInt64(rule.minimumCount)
    let begin = clock.now()
    let origin = origin ?? begin
    let minimumEnd = begin + nanoseconds(rule.minimumSeconds)
    let maximumEnd = begin + nanoseconds(rule.maximumSeconds ?? century)
    while true {
      if !log.hasRoom { try log.makeRoom() }
      prepare()
      let end = try time(session, clock, origin: origin, into: &log)
      if log.count >= minimumCount && end >= minimumEnd || end >= maximumEnd { return .complete }
      if stop.isRaised { return .stopped }
    }
  }

  @inline(__always)
  private static func time(
    _ session: some InferenceSession, _ clock: some LoopClock, origin: UInt64, into log: inout RecordLogWriter
  ) throws(AssayError) -> UInt64 {
    let start = clock.now()
    try session.infer()
    let end = clock.now()
    // After a reboot the origin of a resumed run precedes the clock's zero; let it wrap.
    log.append(start: start &- origin, duration: end - start)
    return end
  }

  /// A time that never comes, in seconds; its nanoseconds still fit.
  private static let century = 3_155_760_000.0

  static func nanoseconds(_ seconds: Double) -> UInt64 {
    UInt64(min(max(seconds, 0), century) * 1e9)
  }
}
