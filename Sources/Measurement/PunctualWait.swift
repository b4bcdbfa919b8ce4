import CPlatform
import Glibc
import Platform

/// Waits for points in time on the monotonic clock: sleeps until shortly before, then looks at the clock.
struct PunctualWait {
  /// Time spent on looking at the clock, in nanoseconds.
  private(set) var spun: UInt64 = 0
  /// How long before the time the sleep ends.
  let lead: UInt64

  /// A sleep ends after this many nanoseconds, to see whether the measurement has been stopped.
  private static let longestSleep: UInt64 = 50_000_000

  init(lead: UInt64) {
    self.lead = lead
    assay_sleep_punctually()
  }

  /// - Returns: the time, or `nil` where a flag was raised meanwhile.
  mutating func wait(until time: UInt64, unless stop: () -> Bool) -> UInt64? {
    var now = MonotonicClock.now()
    while now + lead < time {
      let wake = min(time - lead, now + Self.longestSleep)
      var request = timespec(tv_sec: Int(wake / 1_000_000_000), tv_nsec: Int(wake % 1_000_000_000))
      // A signal may end it early.
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &request, nil)
      now = MonotonicClock.now()
      if stop() { return nil }
    }
    let begin = now
    while now < time { now = MonotonicClock.now() }
    spun += now - begin
    return now
  }
}
