import CPlatform

/// The clock of every measurement: CLOCK_MONOTONIC in nanoseconds. It does not jump with the wall clock, and reading it is no system call where the
/// kernel offers it through the vDSO.
public enum MonotonicClock {
  @inline(__always)
  public static func now() -> UInt64 { assay_monotonic_ns() }
}
