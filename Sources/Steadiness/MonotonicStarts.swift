import RecordLog

/// Puts the starts of inferences on a time that never runs backwards, and counts those that do not fit.
///
/// A clock step is corrected once; one damaged record is ignored. A start before its predecessor, or over thirty days after it, moves all later
/// starts; if the next record fits without that correction, the correction is taken back.
struct MonotonicStarts {
  /// Thirty days in nanoseconds. No inference and no pause takes longer.
  static let longest: UInt64 = 30 * 86_400 * 1_000_000_000
  /// A century and a half: time stops there, whatever the log says.
  private static let end: UInt64 = 1 << 62

  private(set) var backwards = 0
  private(set) var leaps = 0
  private(set) var previous: UInt64 = 0
  private var previousDuration: UInt64 = 0
  /// Added to each recorded start, modulo 2^64.
  private var offset: UInt64 = 0
  /// The offset before the last record, if that record changed it.
  private var formerOffset: UInt64?

  /// The start of the next record, in nanoseconds; never before that of the previous record.
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
