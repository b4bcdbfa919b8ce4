import RecordLog

/// When inferences began, on an axis that never runs backwards: starts that cannot be are counted, and the axis goes on from the inference before.
///
/// A start that lies before the one of its predecessor, or more than thirty days behind it, moves the axis, so that a clock that was set once costs
/// one mend, and one damaged record two.
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

  /// The start of the next record, in nanoseconds; never before that of the record before.
  @inline(__always)
  mutating func place(_ record: InferenceRecord) -> UInt64 {
    var start = record.start &+ offset
    if start &- previous > Self.longest { start = mend(record.start, reading: start) }
    previous = start
    previousDuration = record.duration
    return start
  }

  private mutating func mend(_ recorded: UInt64, reading: UInt64) -> UInt64 {
    if reading < previous { backwards += 1 } else { leaps += 1 }
    let start = min(previous + min(previousDuration, Self.longest), Self.end)
    offset = start &- recorded
    return start
  }
}
