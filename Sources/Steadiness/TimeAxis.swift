import RecordLog

/// When inferences began, on an axis that never runs backwards: starts that cannot be are counted, and the axis goes on from the inference before.
///
/// A start that lies before the one of its predecessor, or more than thirty days behind it, moves the axis, so that a clock that was set once costs
/// one mend. Where the next record goes on as if nothing had been, the axis moves back: one damaged record harms only itself.
struct TimeAxis {
  /// Thirty days in nanoseconds. Neither an inference nor a pause takes longer.
  static let longest: UInt64 = 30 * 86_400 * 1_000_000_000
  /// A century and a half: the axis stops there, whatever the log says.
  private static let end: UInt64 = 1 << 62

  private(set) var backwards = 0
  private(set) var leaps = 0
  private(set) var previous: UInt64 = 0
  private var previousDuration: UInt64 = 0
  /// What is added to a recorded start, modulo 2^64.
  private var offset: UInt64 = 0
  /// Of the records before the last one, where the axis moved at that.
  private var formerOffset: UInt64?

  /// The start of the next record, in nanoseconds; never before that of the record before.
  @inline(__always)
  mutating func place(_ record: InferenceRecord) -> UInt64 {
    var start = record.start &+ offset
    if start &- previous > Self.longest || start > Self.end || formerOffset != nil {
      start = mend(record.start, reading: start)
    }
    previous = start
    previousDuration = record.duration
    return start
  }

  private mutating func mend(_ recorded: UInt64, reading: UInt64) -> UInt64 {
    if let former = formerOffset {
      formerOffset = nil
      let start = recorded &+ former
      if start &- previous < min(reading &- previous, Self.longest), start <= Self.end {
        offset = former
        return start
      }
      if reading &- previous <= Self.longest, reading <= Self.end { return reading }
    }
    if reading < previous { backwards += 1 } else { leaps += 1 }
    formerOffset = offset
    let start = min(previous + min(previousDuration, Self.longest), Self.end)
    offset = start &- recorded
    return start
  }
}
