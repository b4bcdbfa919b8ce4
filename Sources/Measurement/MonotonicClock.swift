import CPlatform
public import EngineKit

/// The clock of every measurement: CLOCK_MONOTONIC in nanoseconds. It does not jump with the wall clock, and reading it is no system
/// call where the kernel offers it through the vDSO.
public enum MonotonicClock {
  @inline(__always)
  public static func now() -> UInt64 { assay_monotonic_ns() }

  /// The time of a session, which may have a simulated clock.
  public static func now(for session: some InferenceSession) -> UInt64 {
    session.simulatedClock?.nanoseconds ?? now()
  }
}

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
