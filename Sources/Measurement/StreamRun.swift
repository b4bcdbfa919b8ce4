import AssayCore
import CPlatform
import Platform
import RecordLog
import Synchronization

/// One measurement of several streams: what they share. In the loop they only read it, but for the next query of a schedule.
final class StreamRun: Sendable {
  let rule: RepetitionRule
  let count: Int
  /// `nil` for a closed loop.
  let schedule: Schedule?
  /// Whether a query of a closed loop waits for its inputs.
  let timesInputs: Bool
  let log: StreamRecordLog
  /// Raised by the first stream that ends, so that all end.
  let ended = StopFlag()
  /// The zero of the records; that of a simulated clock is its own.
  let origin: UInt64
  let resumed: UInt64
  let nextQuery = Atomic(0)
  let droppedCount = Atomic(0)
  /// For streams with simulated clocks and a schedule.
  let turns: SimulatedTurns?

  private let stop: StopFlag
  // One word of each stream, on lines of cache of their own; touched by ordered loads and stores alone.
  private nonisolated(unsafe) let counts: UnsafeMutablePointer<UInt64>
  private static let spacing = 16

  /// What streams need to come to their first inference, in nanoseconds.
  private static let runUp: UInt64 = 2_000_000

  init(
    _ rule: RepetitionRule, count: Int, schedule: Schedule?, timesInputs: Bool, log: StreamRecordLog, origin: UInt64?,
    resumed: UInt64 = 0, isSimulated: Bool, stop: StopFlag
  ) {
    self.rule = rule
    self.count = count
    self.schedule = schedule
    self.timesInputs = timesInputs
    self.log = log
    begin = MonotonicClock.now() + Self.runUp
    self.origin = origin ?? begin &- resumed
    self.resumed = resumed
    self.stop = stop
    turns = isSimulated && schedule != nil ? SimulatedTurns(count: count) : nil
    counts = .allocate(capacity: count * Self.spacing)
    counts.initialize(repeating: 0, count: count * Self.spacing)
  }

  deinit { counts.deallocate() }

  /// When all streams begin.
  let begin: UInt64

  var isStopped: Bool { stop.isRaised || ended.isRaised }
  /// Whether somebody asked for an end before the rule was fulfilled.
  var isStoppedEarly: Bool { stop.isRaised && !ended.isRaised }

  @inline(__always)
  func publish(_ stream: Int, _ count: UInt64) { assay_store_release(counts + stream * Self.spacing, count) }

  /// Whether all streams together have run as often as the rule asks.
  func isCountReached() -> Bool {
    let sum = (0..<count).reduce(UInt64(0)) { $0 + assay_load_acquire(counts + $1 * Self.spacing) }
    return sum >= UInt64(max(rule.minimumCount, 0))
  }

  /// The fewest inferences of a stream before it asks for those of all.
  var quota: UInt64 { UInt64(max((rule.minimumCount + count - 1) / count, 0)) }
}
