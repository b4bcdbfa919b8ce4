public import AssayCore
public import EngineKit
import Platform

/// Inferences that are run before the measurement and not counted.
public enum WarmUp {
  public struct Result: Sendable {
    public let firstNanoseconds: UInt64
    public let count: Int
    /// The fastest of them, as an estimate of how many records there will be.
    public let fastestNanoseconds: UInt64
  }

  /// Runs a session until count and time of the rule are reached, the very first inference timed apart.
  public static func run(
    _ session: some InferenceSession, rule: RepetitionRule, stop: StopFlag
  ) throws(AssayError) -> Result {
    let origin = MonotonicClock.now()
    let end = origin + TimedLoop.nanoseconds(rule.warmUpSeconds)
    var first: UInt64?
    var fastest = UInt64.max
    var count = 0
    // Even without warm-up one inference is run apart: the first one is no sample of the others.
    repeat {
      let start = MonotonicClock.now()
      try session.infer()
      let duration = MonotonicClock.now() - start
      first = first ?? duration
      fastest = min(fastest, duration)
      count += 1
    } while (count < rule.warmUpCount || MonotonicClock.now() < end) && !stop.isRaised
    return Result(firstNanoseconds: first ?? 0, count: count, fastestNanoseconds: fastest)
  }
}
