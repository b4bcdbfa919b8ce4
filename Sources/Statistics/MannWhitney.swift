import Glibc

/// The test of Mann and Whitney 1947 that of two samples neither tends to hold the greater values.
public struct MannWhitney: Hashable, Sendable {
  /// Pairs of a value of the first sample and one of the second in which the first is greater; equal ones count half.
  public let u: Double
  /// Two-sided: exact where a sample has at most 8 values, the other at most 200 and none are equal, else by the normal approximation with its
  /// corrections for ties and for continuity.
  public let p: Double

  /// `nil` where a sample is empty.
  public init?(_ first: [Double], _ second: [Double]) {
    guard !first.isEmpty, !second.isEmpty else { return nil }
    let pooled = (first.map { (value: $0, isFirst: true) } + second.map { (value: $0, isFirst: false) })
      .sorted { $0.value < $1.value }
    var rankSum = 0.0
    var ties = 0.0
    var start = 0
    while start < pooled.count {
      var end = start + 1
      while end < pooled.count, pooled[end].value == pooled[start].value { end += 1 }
      let equal = Double(end - start)
      rankSum += Double(pooled[start..<end].count { $0.isFirst }) * (Double(start + end + 1) / 2)
      ties += equal * equal * equal - equal
      start = end
    }
    let (m, n) = (Double(first.count), Double(second.count))
    u = rankSum - m * (m + 1) / 2
    let greater = max(u, m * n - u)
    if ties == 0, min(first.count, second.count) <= 8, max(first.count, second.count) <= 200 {
      p = Self.exactP(from: Int(greater), first.count, second.count)
    } else {
      let total = m + n
      let variance = m * n / 12 * (total + 1 - ties / (total * (total - 1)))
      let z = (greater - m * n / 2 - 0.5) / variance.squareRoot()
      p = variance > 0 ? min(1, 2 * NormalDistribution.cumulative(-z)) : 1
    }
  }

  /// min(1, 2 P(U ≥ u)) where every order of the values is as likely.
  private static func exactP(from u: Int, _ m: Int, _ n: Int) -> Double {
    // The chances of each U, by which sample holds the greatest value (Mann and Whitney 1947, equation 2): for i and j values,
    // p(i, j, u) = i/(i + j) p(i − 1, j, u − j) + j/(i + j) p(i, j − 1, u). One row for each size of the smaller sample.
    let (small, large) = (min(m, n), max(m, n))
    var rows = Array(repeating: [1.0], count: small + 1)
    for j in 1...large {
      for i in 1...small {
        var row = Array(repeating: 0.0, count: i * j + 1)
        let share = Double(i) / Double(i + j)
        for (value, chance) in rows[i - 1].enumerated() { row[value + j] += share * chance }
        for (value, chance) in rows[i].enumerated() where value < row.count { row[value] += (1 - share) * chance }
        rows[i] = row
      }
    }
    return min(1, 2 * rows[small][u...].reduce(0, +))
  }
}
