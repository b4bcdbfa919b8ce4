/// A fixed division of all durations into bins: 1024 an octave, each at most 0.1 % wide; below 1024 ns, one for each nanosecond.
///
/// The index of a duration is its leading eleven bits and their place, as in the histograms of HdrHistogram: two machine instructions, no logarithm.
public enum LatencyBins {
  private static let bits = 10
  /// Bins for all 64-bit durations; each index fits 16 bits.
  public static let count = (64 - bits - 1) << bits + (2 << bits)

  /// The bin of a duration in nanoseconds.
  @inlinable
  public static func index(_ duration: UInt64) -> Int {
    let shift = max(0, 53 - duration.leadingZeroBitCount)
    return shift << 10 + Int(truncatingIfNeeded: duration >> UInt64(shift))
  }

  /// The shortest duration of a bin, in nanoseconds.
  public static func lowest(_ index: Int) -> UInt64 {
    let shift = max(0, index >> bits - 1)
    return UInt64(index - shift << bits) << UInt64(shift)
  }

  /// The longest duration of a bin, in nanoseconds.
  public static func highest(_ index: Int) -> UInt64 {
    index + 1 < count ? lowest(index + 1) - 1 : .max
  }

  /// The middle of a bin, in nanoseconds.
  public static func center(_ index: Int) -> Double {
    (Double(lowest(index)) + Double(highest(index))) / 2
  }
}
