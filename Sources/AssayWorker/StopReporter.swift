import AssayCore
import Platform
import Synchronization

/// Tells the parent when something has stopped this process.
final class StopReporter: Sendable {
  /// Seconds between two looks. An inference that contains a stop takes longer than that, so its record is found.
  private static let interval = 0.25

  let heartbeat: Heartbeat
  private let origin: Origin

  /// The zero of the records on the monotonic clock; `nil` before there are any, and for simulated clocks.
  private final class Origin: Sendable {
    let nanoseconds = Mutex<UInt64?>(nil)
  }

  /// - Throws: `.inputOutput` if no thread can be started.
  init(_ channel: ProtocolChannel) throws(AssayError) {
    let origin = Origin()
    self.origin = origin
    heartbeat = try Heartbeat(every: Self.interval) { gap in
      let zero = origin.nanoseconds.withLock { $0 }
      // A resumed run's zero may lie before the boot, so it wraps.
      let start = zero.flatMap { zero in Int64(bitPattern: gap.start &- zero) >= 0 ? gap.start &- zero : nil }
      channel.send(.stopped(WorkerStop(start: start, nanoseconds: gap.nanoseconds)))
    }
  }

  /// The next record starts at `resumed` nanoseconds of the log.
  func measurementBegan(at resumed: UInt64) {
    origin.nanoseconds.withLock { $0 = MonotonicClock.now() &- resumed }
  }
}
