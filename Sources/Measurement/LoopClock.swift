public import EngineKit
public import Platform

/// A clock that the timed loop is compiled for.
protocol LoopClock {
  func now() -> UInt64
}

struct RealLoopClock: LoopClock {
  @inline(__always)
  func now() -> UInt64 { MonotonicClock.now() }
}

struct SimulatedLoopClock: LoopClock {
  let clock: SimulatedClock
  func now() -> UInt64 { clock.nanoseconds }
}

extension MonotonicClock {
  /// The time of a session, which may have a simulated clock.
  public static func now(for session: some InferenceSession) -> UInt64 { session.simulatedClock?.nanoseconds ?? now() }
}
