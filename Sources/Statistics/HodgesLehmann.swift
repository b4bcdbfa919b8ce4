import Glibc

/// By what factor the values of one sample are those of another (Hodges and Lehmann 1963, on logarithms).
public enum HodgesLehmann {
  /// The median of all ratios b/a, exactly, in O(n log n) time and O(n) memory for each of some 60 bisection steps: no pair is listed.
  ///
  /// - Returns: `nil` where a sample is empty or holds a value that is not positive and finite.
  public static func ratio(of b: [Double], to a: [Double]) -> Double? {
    guard !a.isEmpty, !b.isEmpty, (a + b).allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    let a = a.map { log($0) }.sorted()
    let b = b.map { log($0) }.sorted()
    let total = a.count * b.count
    let lower = difference(a, b, holding: (total + 1) / 2)
    let upper = total.isMultiple(of: 2) ? difference(a, b, holding: total / 2 + 1) : lower
    return exp((lower + upper) / 2)
  }

  /// The smallest difference b − a of ascending values at or below which at least `rank` of all differences lie, to the last bit.
  private static func difference(_ a: [Double], _ b: [Double], holding rank: Int) -> Double {
    var low = b[0] - a[a.count - 1] - 1
    var high = b[b.count - 1] - a[0]
    while true {
      let middle = low + (high - low) / 2
      guard low < middle, middle < high else { return high }
      if count(a, b, upTo: middle) >= rank { high = middle } else { low = middle }
    }
  }

  /// How many differences lie at or below a limit: one walk over both samples.
  private static func count(_ a: [Double], _ b: [Double], upTo limit: Double) -> Int {
    var count = 0
    var end = 0
    for value in a {
      while end < b.count, b[end] - value <= limit { end += 1 }
      count += end
    }
    return count
  }
}
