import Statistics

/// Ends a live comparison when every interval is narrow.
///
/// It looks at the width of the intervals, never at the verdict: asked often enough, any verdict comes up by chance. An interval can also be
/// narrow by chance, so it looks seldom: first after 20 rounds, then each time after a quarter more.
struct StopRule {
  private static let firstLook = 20

  /// The maximum width, from end to end, as a share of the ratio.
  private let precision: Double
  /// The widest interval at the last look, likewise; `nil` before there is one.
  private(set) var width: Double?
  private var nextLook = Self.firstLook

  init(precision: Double) { self.precision = precision }

  mutating func isFulfilled(after rounds: Int, _ comparisons: () -> [RatioComparison?]) -> Bool {
    guard rounds >= nextLook else { return false }
    nextLook = rounds + max(rounds / 4, 1)
    let widths = comparisons().map { comparison in
      comparison.flatMap { found in
        found.interval.map { ($0.upperBound - $0.lowerBound) / found.ratio }
      } ?? .infinity
    }
    width = widths.max()
    return widths.allSatisfy { $0 < precision }
  }
}
