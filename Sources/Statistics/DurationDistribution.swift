/// The exact distribution of a run's latencies in bounded memory, filled one by one.
///
/// Durations below 2^22 ns (4.2 ms) are counted by value, in pages of neighbouring values made on demand; longer ones are kept one by one.
/// The durations of a run add up to at most the time that it took, so there are few long ones (250 a second at most) and at most
/// 16 MiB of pages: nothing is rounded, and memory stays small over hundreds of millions of inferences.
public struct DurationDistribution: Sendable {
  /// Durations from here on are kept one by one, in nanoseconds.
  static let longest = 1 << 22

  public private(set) var count = 0
  private var pages = [Page](repeating: Page(), count: longest / Page.size)
  private var long: [UInt64] = []
  private var isSorted = true

  public init() {}

  public init(_ durations: some Sequence<UInt64>) {
    Array(durations).withUnsafeBufferPointer { add($0) }
  }

  /// Adds one duration in nanoseconds.
  public mutating func add(_ duration: UInt64) { add(duration, occurrences: 1) }

  /// Adds durations in nanoseconds.
  public mutating func add(_ durations: UnsafeBufferPointer<UInt64>) {
    count += durations.count
    let hasLong = pages.withUnsafeMutableBufferPointer { pages in
      var hasLong = false
      for duration in durations {
        if duration < Self.longest {
          pages[Int(duration) / Page.size].add(Int(duration) % Page.size)
        } else {
          hasLong = true
        }
      }
      return hasLong
    }
    if hasLong {
      long += durations.lazy.filter { $0 >= Self.longest }
      isSorted = false
    }
  }

  /// Adds one duration, in nanoseconds, as often as it occurs.
  public mutating func add(_ duration: UInt64, occurrences: Int) {
    count += occurrences
    if duration < Self.longest {
      pages[Int(duration) / Page.size].add(Int(duration) % Page.size, occurrences: occurrences)
    } else {
      long += repeatElement(duration, count: occurrences)
      isSorted = false
    }
  }

  /// Arithmetic mean in nanoseconds; `nil` without durations.
  public var mean: Double? {
    guard count > 0 else { return nil }
    var sum = 0.0
    forEachValue { value, occurrences in sum += Double(value) * Double(occurrences) }
    return sum / Double(count)
  }

  /// Sample standard deviation (n − 1) in nanoseconds; `nil` below two durations.
  public var standardDeviation: Double? {
    guard count > 1, let mean else { return nil }
    var squares = 0.0
    forEachValue { value, occurrences in
      squares += (Double(value) - mean) * (Double(value) - mean) * Double(occurrences)
    }
    return (squares / Double(count - 1)).squareRoot()
  }

  /// Calls `body` with each value and how often it occurs: ascending below 2^22 ns, then in any order.
  public func forEachValue(_ body: (_ value: UInt64, _ occurrences: Int) -> Void) {
    for (index, page) in pages.enumerated() where page.total > 0 {
      page.forEachOffset { offset, occurrences in body(UInt64(index * Page.size + offset), occurrences) }
    }
    for value in long { body(value, 1) }
  }

  /// Values at the given ranks (0-based, ascending, each below `count`), in nanoseconds, in one pass over the pages.
  public mutating func values(atSortedRanks ranks: [Int]) -> [UInt64] {
    sortLong()
    var page = 0
    var below = 0
    return ranks.map { rank in
      while page < pages.count, below + pages[page].total <= rank {
        below += pages[page].total
        page += 1
      }
      guard page < pages.count else { return long[rank - below] }
      return UInt64(page * Page.size + pages[page].offset(atRank: rank - below))
    }
  }

  /// Durations within `lower ... upper`, in nanoseconds.
  public func count(from lower: UInt64, through upper: UInt64) -> Int {
    guard lower <= upper else { return 0 }
    var result =
      isSorted
      ? long.partitioningIndex { $0 > upper } - long.partitioningIndex { $0 >= lower }
      : long.count { lower <= $0 && $0 <= upper }
    for (index, page) in pages.enumerated() where page.total > 0 {
      let start = UInt64(index * Page.size)
      let end = start + UInt64(Page.size)
      guard lower < end, upper >= start else { continue }
      result += page.count(Int(max(lower, start) - start)...Int(min(upper, end - 1) - start))
    }
    return result
  }

  /// The shortest interval that holds at least `share` (0 … 1) of the durations, in nanoseconds, both ends included; the lowest of several. `nil`
  /// without durations.
  public mutating func shortestInterval(holding share: Double) -> (lower: UInt64, upper: UInt64)? {
    let wanted = min(max(1, Int((share * Double(count)).rounded(.up))), count)
    guard count > 0 else { return nil }
    sortLong()
    var (head, tail) = (Cursor(), Cursor())
    var (first, last) = (next(&tail), next(&head))
    var held = last?.occurrences ?? 0
    var best: (lower: UInt64, upper: UInt64)?
    while let low = first, let high = last {
      if held < wanted {
        last = next(&head)
        held += last?.occurrences ?? 0
      } else {
        if best.map({ high.value - low.value < $0.upper - $0.lower }) ?? true { best = (low.value, high.value) }
        held -= low.occurrences
        first = next(&tail)
      }
    }
    return best
  }

  /// A place among the distinct values, in ascending order; `long` is sorted.
  private struct Cursor {
    var page = 0
    var offset = 0
    var long = 0
  }

  private func next(_ cursor: inout Cursor) -> (value: UInt64, occurrences: Int)? {
    while cursor.page < pages.count {
      if let (offset, occurrences) = pages[cursor.page].first(from: cursor.offset) {
        cursor.offset = offset + 1
        return (UInt64(cursor.page * Page.size + offset), occurrences)
      }
      cursor.page += 1
      cursor.offset = 0
    }
    guard cursor.long < long.count else { return nil }
    cursor.long += 1
    return (long[cursor.long - 1], 1)
  }

  private mutating func sortLong() {
    if !isSorted { long.sort() }
    isSorted = true
  }

  /// How often each of some neighbouring durations occurs.
  private struct Page {
    static let size = 1 << 12

    private(set) var total = 0
    private var counts: [UInt32] = []

    mutating func add(_ offset: Int, occurrences: Int = 1) {
      if counts.isEmpty { counts = Array(repeating: 0, count: Self.size) }
      counts[offset] += UInt32(occurrences)
      total += occurrences
    }

    /// The first offset from `start` on that occurs, and how often.
    func first(from start: Int) -> (offset: Int, occurrences: Int)? {
      guard total > 0 else { return nil }
      for offset in start..<Self.size where counts[offset] > 0 { return (offset, Int(counts[offset])) }
      return nil
    }

    func forEachOffset(_ body: (_ offset: Int, _ occurrences: Int) -> Void) {
      for (offset, occurrences) in counts.enumerated() where occurrences > 0 { body(offset, Int(occurrences)) }
    }

    /// The offset of the value at a rank (0-based, ascending, below `total`).
    func offset(atRank rank: Int) -> Int {
      var rest = rank
      var offset = 0
      while rest >= Int(counts[offset]) {
        rest -= Int(counts[offset])
        offset += 1
      }
      return offset
    }

    func count(_ offsets: ClosedRange<Int>) -> Int {
      offsets.count == Self.size ? total : counts[offsets].reduce(0) { $0 + Int($1) }
    }
  }
}

extension DurationDistribution {
  /// The quantiles of the sample, in nanoseconds, by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, the default of
  /// numpy and R). `probabilities` ascend within 0 … 1. Empty without durations.
  public mutating func quantiles(_ probabilities: [Double]) -> [Double] {
    guard count > 0 else { return [] }
    let positions = probabilities.map { $0 * Double(count - 1) }
    let ranks = positions.flatMap { [Int($0), min(Int($0) + 1, count - 1)] }
    // Neighbouring quantiles of a small sample may share ranks, out of order by one.
    let order = ranks.sorted()
    let sortedValues = values(atSortedRanks: order)
    var value: [Int: Double] = [:]
    for (rank, nanoseconds) in zip(order, sortedValues) { value[rank] = Double(nanoseconds) }
    return positions.enumerated().map { index, position in
      let low = value[ranks[2 * index], default: 0]
      let high = value[ranks[2 * index + 1], default: 0]
      return low + (position - position.rounded(.down)) * (high - low)
    }
  }

  public mutating func quantile(_ probability: Double) -> Double? { quantiles([probability]).first }
}
