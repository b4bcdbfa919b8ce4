import Glibc

/// Events at regular distances, perhaps with others between them.
public struct RegularIntervals: Hashable, Sendable {
  /// In the unit of the times.
  public let period: Double
  /// The share of the distances between neighbouring events that are within 5 % of the period.
  public let regularity: Double
  /// The chance of so many equal distances if events are independent of each other.
  public let p: Double

  /// Half the width of the range of distances that count as equal, as a factor.
  private static let reach = 1.05

  /// - Parameters:
  ///   - times: of the events, ascending.
  ///   - shortest: shorter distances are ignored.
  /// - Returns: `nil` for fewer than eight distances.
  public init?(times: [Double], shortest: Double) {
    let distances = zip(times.dropFirst(), times).map { $0 - $1 }.filter { $0 > 0 && $0 >= shortest }.sorted()
    guard distances.count >= 8 else { return nil }
    var best = (start: 0, count: 0)
    var end = 0
    for start in distances.indices {
      while end < distances.count, distances[end] <= distances[start] * Self.reach * Self.reach { end += 1 }
      if end - start > best.count { best = (start, end - start) }
    }
    guard let middle = Quantiles.quantile(0.5, ofSorted: Array(distances[best.start..<(best.start + best.count)]))
    else {
      return nil
    }
    period = middle
    regularity = Double(best.count) / Double(distances.count)
    // If events are independent, distances are exponential, and no window of this width holds more than this share of them.
    let chance = log(Self.reach * Self.reach) * exp(-1)
    p = min(1, Double(distances.count) * Self.upperTail(best.count, of: distances.count, chance: chance))
  }

  /// A bound of P(X ≥ k) for X ~ B(n, p) (Chernoff 1952).
  static func upperTail(_ k: Int, of n: Int, chance: Double) -> Double {
    let share = Double(k) / Double(n)
    guard share > chance else { return 1 }
    let divergence =
      share * log(share / chance) + (share < 1 ? (1 - share) * log((1 - share) / (1 - chance)) : 0)
    return exp(-Double(n) * divergence)
  }
}
