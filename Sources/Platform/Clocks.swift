public import CPlatform
import Glibc

/// The clock of every measurement: CLOCK_MONOTONIC. It does not jump with the wall clock, stands still while the machine is suspended, and
/// reading it is no system call where the kernel offers it through the vDSO.
public enum MonotonicClock {
  /// Nanoseconds since some point in the past, often the boot.
  @inlinable @inline(__always)
  public static func now() -> UInt64 { assay_monotonic_ns() }

  /// The same in seconds.
  public static func seconds() -> Double { Double(now()) * 1e-9 }
}

/// CLOCK_PROCESS_CPUTIME_ID: what all threads of this process have computed, in user mode and in the kernel.
public enum ProcessorClock {
  public static func nanoseconds() -> UInt64 { assay_clock_ns(CLOCK_PROCESS_CPUTIME_ID) }
}

/// CLOCK_BOOTTIME: like the monotonic clock, but it counts the time that the machine is suspended.
public enum BootClock {
  public static func seconds() -> Double { Double(assay_clock_ns(CLOCK_BOOTTIME)) * 1e-9 }
}

/// CLOCK_REALTIME: the time of day, which can be set.
public enum WallClock {
  /// Nanoseconds since 1970-01-01 UTC.
  public static func nanoseconds() -> UInt64 { assay_clock_ns(CLOCK_REALTIME) }

  /// Seconds since 1970-01-01 UTC.
  public static func seconds() -> Double { Double(nanoseconds()) * 1e-9 }
}
