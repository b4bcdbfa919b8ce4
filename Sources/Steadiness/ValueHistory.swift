import Glibc

/// Finds where the level of a cell changed from one of its runs to the next: the search and the tests of `ShiftFinder`, with a value per run.
public enum ValueHistory {
  /// With fewer runs nothing is searched.
  public static let minimumCount = 20

  /// A change of level that lasts.
  public struct Change: Hashable, Sendable {
    /// The first run of the new level, from 0.
    public let index: Int
    /// As a share of the old level: 0.12 for 12 % more.
    public let change: Double
    /// The 95 % interval of `change`.
    public let range: ClosedRange<Double>
  }

  /// - Parameter values: one per run, in order of time; above zero.
  /// - Returns: `nil` with fewer than `minimumCount` values.
  public static func changes(in values: [Double]) -> [Change]? {
    guard values.count >= minimumCount else { return nil }
    let logarithms = values.map { log(max($0, .leastNormalMagnitude)) }
    return ShiftFinder(logarithms, minimumCount: minimumCount).levelChanges.map { index, difference in
      Change(
        index: index, change: expm1(difference.difference),
        range: expm1(difference.interval.lowerBound)...expm1(difference.interval.upperBound))
    }
  }
}
