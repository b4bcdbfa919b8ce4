import Statistics

/// When live cells have been compared for long enough: every interval is narrow.
///
/// It looks at the width of the intervals and never at the verdict, which would be found sooner or later by chance alone if it were asked often
/// enough. Since an interval may be narrow by chance, too, it looks but seldom: first after 20 rounds, then after a quarter more each time.
struct StopRule {
  private static let firstLook = 20

  /// The width to get below, from end to end, as a share of the ratio.
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
