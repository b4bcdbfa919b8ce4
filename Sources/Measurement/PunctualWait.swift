import CPlatform
import Platform

/// Waits for points in time on the monotonic clock: sleeps until shortly before, then looks at the clock.
struct PunctualWait {
  /// Time spent on looking at the clock, in nanoseconds.
  private(set) var spun: UInt64 = 0
  /// How long before the time the sleep ends.
  let lead: UInt64
  /// The processor that the thread sleeps on, by its place among those that are allowed; `nil` for any.
  ///
  /// A thread wakes where it fell asleep, and if another stream computes there it waits for it, although another processor may be idle: a virtual
  /// machine's kernel takes a processor that is halted for one that is busy elsewhere. While it computes, the thread may run anywhere.
  let processor: Int?

  /// A sleep ends after this many nanoseconds, to see whether the measurement has been stopped.
  private static let longestSleep: UInt64 = 50_000_000

  init(lead: UInt64, processor: Int?) {
    self.lead = lead
    self.processor = processor
    assay_sleep_punctually()
  }

  /// - Returns: the time, or `nil` where a flag was raised meanwhile.
  mutating func wait(until time: UInt64, unless stop: () -> Bool) -> UInt64? {
    var now = MonotonicClock.now()
    while now + lead < time {
      assay_sleep_until(min(time - lead, now + Self.longestSleep), Int32(processor ?? -1))
      now = MonotonicClock.now()
      if stop() { return nil }
    }
    let begin = now
    while now < time { now = MonotonicClock.now() }
    spun += now - begin
    return now
  }
}
