import Statistics

/// Whether a series jumps at a place, or has merely drifted from one level to another.
///
/// A straight line with one step at the place is fitted to the values on both sides. A drift becomes slope of the line; a jump becomes the step.
struct Jump {
  /// The height of the step.
  let height: Double
  private let error: Double
  /// The neighbourhood is as large as possible and still too small to be sure.
  private let isNarrow: Bool

  /// - Parameters:
  ///   - index: the first value after the step.
  ///   - range: the values to look at, from the previous change to the next.
  ///   - difference: of the levels.
  ///   - deviation: of single values.
  ///   - correlation: steps over which they are correlated.
  init(
    _ values: [Double], at index: Int, within range: Range<Int>, difference: Double, deviation: Double,
    correlation: Double
  ) {
    let side = min(index - range.lowerBound, range.upperBound - index)
    let variance = deviation * deviation * correlation
    // The step beside a line has 8/h times the variance of a value; its error should be an eighth of the difference. A machine may change its
    // level slowly, so at least a sixth of each side counts.
    let wanted = 8 * 64 * variance / max(difference * difference, 1e-18)
    let least = max(6, side / 6, Int(min(3 * correlation, Double(side))))
    let half = max(1, min(side, max(least, Int(min(wanted, Double(side))))))
    let near = (index - half)..<min(index + half, values.count)
    var clipped = Array(values[near])
    // Clip single values that stray far.
    let reach = 4 * deviation + abs(difference)
    let middle = Quantiles.median(clipped) ?? 0
    for place in clipped.indices { clipped[place] = min(max(clipped[place], middle - reach), middle + reach) }
    height = Self.step(clipped, at: half)
    error = (8 * variance / Double(half)).squareRoot()
    isNarrow = wanted > Double(side)
  }

  /// At least half of the difference comes at once.
  func isSudden(_ difference: Double) -> Bool {
    guard difference != 0, height / difference >= 0.5 else { return false }
    return !isNarrow || abs(height) >= 3 * error
  }

  /// The least squares estimate of c in y = a + b·t + c·(t ≥ k), where t and the step are centred.
  private static func step(_ values: [Double], at k: Int) -> Double {
    let n = Double(values.count)
    let share = (n - Double(k)) / n
    let (meanT, meanY) = ((n - 1) / 2, values.reduce(0, +) / n)
    var (tt, ts, ss, ty, sy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (index, value) in values.enumerated() {
      let (t, s, y) = (Double(index) - meanT, (index >= k ? 1 : 0) - share, value - meanY)
      tt += t * t
      ts += t * s
      ss += s * s
      ty += t * y
      sy += s * y
    }
    let determinant = tt * ss - ts * ts
    return determinant > 1e-12 ? (tt * sy - ts * ty) / determinant : sy / max(ss, 1e-12)
  }
}
