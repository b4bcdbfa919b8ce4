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
    /// What the device took for an inference: the median without the first; `nil` where it does not tell, or there was no other.
    public let deviceMilliseconds: Double?
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
    var deviceTimes = LastTimes()
    // Even without warm-up one inference is run apart: the first one is no sample of the others.
    repeat {
      let start = MonotonicClock.now(for: session)
      try session.infer()
      let duration = MonotonicClock.now(for: session) - start
      first = first ?? duration
      fastest = min(fastest, duration)
      count += 1
      if count > 1, let time = session.deviceMilliseconds { deviceTimes.add(time) }
    } while (count < rule.warmUpCount || MonotonicClock.now(for: session) < end) && !stop.isRaised
    return Result(
      firstNanoseconds: first ?? 0, count: count, fastestNanoseconds: fastest, outputs: session.outputs,
      deviceMilliseconds: deviceTimes.median, isSimulated: session.simulatedClock != nil)
  }
}

/// The last of many times, in bounded memory.
private struct LastTimes {
  private static let capacity = 1000

  private var times: [Double] = []
  private var next = 0

  mutating func add(_ time: Double) {
    if times.count < Self.capacity { times.append(time) } else { times[next] = time }
    next = (next + 1) % Self.capacity
  }

  var median: Double? { times.median }
}

extension [Double] {
  var median: Double? {
    let sorted = sorted()
    return isEmpty ? nil : (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
