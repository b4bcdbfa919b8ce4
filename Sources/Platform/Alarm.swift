import Glibc

/// Wakes a thread that sleeps. Each ring ends one wait, also one that begins later.
///
/// Time-outs use the monotonic clock. Dispatch's semaphores use the wall clock: set back by an hour, they wait an hour longer.
public final class Alarm: Sendable {
  // The mutex orders all access to the three, which must not move in memory.
  private nonisolated(unsafe) let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private nonisolated(unsafe) let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private nonisolated(unsafe) let rings = UnsafeMutablePointer<Int>.allocate(capacity: 1)

  public init() {
    rings.initialize(to: 0)
    // These calls cannot fail in the GNU C library: they only fill in memory.
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
    rings.deallocate()
  }

  public func ring() {
    pthread_mutex_lock(mutex)
    rings.pointee += 1
    pthread_cond_signal(condition)
    pthread_mutex_unlock(mutex)
  }

  /// Sleeps until it rings.
  public func wait() {
    pthread_mutex_lock(mutex)
    while rings.pointee == 0 { pthread_cond_wait(condition, mutex) }
    rings.pointee -= 1
    pthread_mutex_unlock(mutex)
  }

  /// Sleeps until it rings, but at most for a time.
  ///
  /// - Returns: whether it rang.
  public func wait(seconds: Double) -> Bool {
    // A year is long enough, and fits a `timespec`.
    let end = MonotonicClock.now() + UInt64(min(max(seconds, 0), 365 * 86_400) * 1e9)
    var time = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while rings.pointee == 0 {
      // The only possible error is ETIMEDOUT.
      guard pthread_cond_timedwait(condition, mutex, &time) == 0 else { break }
    }
    guard rings.pointee > 0 else { return false }
    rings.pointee -= 1
    return true
  }
}
