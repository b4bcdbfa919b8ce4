public import AssayCore
import CPlatform
import Glibc
import Synchronization

/// Notices that this process was stopped: by a signal, by a debugger, or with its container or machine.
///
/// A thread of the lowest priority sleeps for a fraction of a second at a time. If it wakes late, and the kernel did not count the time as
/// waiting for a processor, the whole process stood still. A slow inference never looks like that, nor does one that waits for a device: the thread
/// wakes on time. A busy processor does not either: that time is counted (`schedstat`). Nor does swapping: then the thread itself has read pages
/// from the disk. Without `schedstat` only two seconds count.
///
/// The timed loop knows nothing of it. The sleeps vary in length, or their few microseconds of work would look like stalls at regular intervals.
public final class Heartbeat: Sendable {
  /// A time in which the process stood still, in nanoseconds of the monotonic clock. It began up to one sleep earlier.
  public struct Gap: Hashable, Sendable {
    public let start: UInt64
    public let end: UInt64
    public var nanoseconds: UInt64 { end - start }
  }

  /// Shorter stops are taken for the machine's own noise.
  private static let shortest: UInt64 = 250_000_000
  private static let shortestUncounted: UInt64 = 2_000_000_000
  /// The shortest sleep, as a share of the longest.
  private static let shortestShare = 0.6
  private static let patience: UInt64 = 1_000_000_000

  private let seconds: Double
  private let onGap: @Sendable (Gap) -> Void
  private let alarm = Alarm()
  private let lastBeat = Atomic(MonotonicClock.now())
  private let stopped = Atomic<UInt64>(0)
  private let isResting = Atomic(false)
  private let hasEnded = Atomic(false)

  /// Begins to beat.
  ///
  /// - Parameters:
  ///   - seconds: the longest sleep.
  ///   - onGap: runs on the heartbeat's thread.
  /// - Throws: `.inputOutput` if no thread can be started.
  public init(every seconds: Double, onGap: @escaping @Sendable (Gap) -> Void) throws(AssayError) {
    self.seconds = seconds
    self.onGap = onGap
    try DetachedThread.start("noticing stops", niceness: DetachedThread.lowestPriority, stackBytes: 256 << 10) {
      [self] in beat()
    }
  }

  /// All gaps until now, in nanoseconds.
  public var stoppedNanoseconds: UInt64 { stopped.load(ordering: .acquiring) }

  /// Waits until a gap that has just ended is noticed.
  public func settle() {
    let now = MonotonicClock.now()
    // Without a gap that is long enough to tell, there is nothing to wait for.
    let due = max(UInt64(seconds * 1e9), UInt64(seconds * 1e9 * Self.shortestShare) + Self.shortest)
    while !isResting.load(ordering: .acquiring), now > lastBeat.load(ordering: .acquiring) + due,
      MonotonicClock.now() < now + Self.patience
    { usleep(1000) }
  }

  /// Sleeps until `resume`, for a process that has nothing to do.
  public func rest() { isResting.store(true, ordering: .releasing) }

  public func resume() {
    lastBeat.store(MonotonicClock.now(), ordering: .releasing)
    isResting.store(false, ordering: .releasing)
    alarm.ring()
  }

  /// Ends the thread.
  public func end() {
    hasEnded.store(true, ordering: .releasing)
    alarm.ring()
  }

  private func beat() {
    let kernel = KernelAccounts()
    var random = SplitMix64(seed: MonotonicClock.now())
    var before = kernel.read()
    while !hasEnded.load(ordering: .acquiring) {
      let share = Double.random(in: Self.shortestShare...1, using: &random)
      let due = MonotonicClock.now() + UInt64(seconds * 1e9 * share)
      if isResting.load(ordering: .acquiring) {
        alarm.wait()
      } else if !alarm.wait(seconds: Double(due - MonotonicClock.now()) / 1e9) {
        take(Gap(start: due, end: MonotonicClock.now()), kernel.read().since(before))
      }
      before = kernel.read()
      lastBeat.store(MonotonicClock.now(), ordering: .releasing)
    }
  }

  private func take(_ gap: Gap, _ accounts: KernelAccounts.Reading) {
    guard !isResting.load(ordering: .acquiring), !accounts.hasReadPages else { return }
    let waited = accounts.waited ?? 0
    guard gap.nanoseconds > waited,
      gap.nanoseconds - waited >= (accounts.waited == nil ? Self.shortestUncounted : Self.shortest)
    else { return }
    stopped.wrappingAdd(gap.nanoseconds, ordering: .releasing)
    onGap(gap)
  }
}

/// What the kernel counts for this thread.
private struct KernelAccounts {
  struct Reading {
    /// Nanoseconds on a processor or waiting for one; `nil` where the kernel does not count them.
    var waited: UInt64?
    var pagesRead: Int
    var hasReadPages: Bool { pagesRead > 0 }

    func since(_ before: Reading) -> Reading {
      let difference = waited.flatMap { waited in before.waited.map { waited &- $0 } }
      return Reading(waited: difference, pagesRead: pagesRead - before.pagesRead)
    }
  }

  private let schedule = try? FileDescriptor(opening: "/proc/thread-self/schedstat")

  func read() -> Reading {
    Reading(waited: waited(), pagesRead: assay_thread_page_reads())
  }

  private func waited() -> UInt64? {
    guard let schedule else { return nil }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = pread(schedule.number, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    let numbers = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ").prefix(2).map { UInt64($0) }
    guard numbers.count == 2, let run = numbers[0], let waited = numbers[1] else { return nil }
    return run + waited
  }
}
