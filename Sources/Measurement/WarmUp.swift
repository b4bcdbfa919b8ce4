public import AssayCore
public import EngineKit
import Platform

/// Inferences that are run before the measurement and not counted.
public enum WarmUp {
  public struct Result: Sendable {
    /// The very first inference of the session.
    public let firstNanoseconds: UInt64
    public let count: Int
    /// The fastest, from which the number of records is estimated.
    public let fastestNanoseconds: UInt64
    /// The outputs of the session, exact since it has run.
    public let outputs: [TensorSpec]
    /// Whether the session has a simulated clock.
    public let isSimulated: Bool
  }

  /// Runs a session that has not run before until count and time of the rule are reached.
  public static func run(
    _ session: some InferenceSession, rule: RepetitionRule, stop: StopFlag
  ) throws(AssayError) -> Result {
    let origin = MonotonicClock.now(for: session)
    let end = origin + TimedLoop.nanoseconds(rule.warmUpSeconds)
    var first: UInt64?
    var fastest = UInt64.max
    var count = 0
    // Even without warm-up one inference is run apart: the first one is no sample of the others.
    repeat {
      let start = MonotonicClock.now(for: session)
      try session.infer()
      let duration = MonotonicClock.now(for: session) - start
      first = first ?? duration
      fastest = min(fastest, duration)
      count += 1
    } while (count < rule.warmUpCount || MonotonicClock.now(for: session) < end) && !stop.isRaised
    return Result(
      firstNanoseconds: first ?? 0, count: count, fastestNanoseconds: fastest, outputs: session.outputs,
      isSimulated: session.simulatedClock != nil)
  }
}
