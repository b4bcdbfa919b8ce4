/// The exact distribution of a run's latencies in bounded memory, filled one by one.
///
/// Durations below 2^22 ns (4.2 ms) are counted by value, in pages of neighbouring values that are made when they are needed; longer ones are kept
/// as they are. Since the durations of a run add up to at most the time that it took, there are few long ones (250 a second at most) and at most
/// 16 MiB of pages: nothing is rounded, and memory stays small over hundreds of millions of inferences.
public struct DurationDistribution: Sendable {
  /// Durations from here on are kept one by one, in nanoseconds.
  static let longest = 1 << 22

  public private(set) var count = 0
  private var pages = [Page](repeating: Page(), count: longest / Page.size)
  private var long: [UInt64] = []
  private var isSorted = true
  /// Running mean and sum of squared deviations, in nanoseconds (Welford 1962).
  private var runningMean = 0.0
  private var squares = 0.0

  public init() {}

  public init(_ durations: some Sequence<UInt64>) {
    for duration in durations { add(duration) }
  }

  /// Adds one duration in nanoseconds.
  public mutating func add(_ duration: UInt64) {
    count += 1
    let deviation = Double(duration) - runningMean
    runningMean += deviation / Double(count)
    squares += deviation * (Double(duration) - runningMean)
    guard duration < Self.longest else {
      long.append(duration)
      isSorted = false
      return
    }
    pages[Int(duration) / Page.size].add(Int(duration) % Page.size)
  }

  /// Arithmetic mean in nanoseconds; `nil` without durations.
  public var mean: Double? { count > 0 ? runningMean : nil }

  /// Sample standard deviation (n − 1) in nanoseconds; `nil` below two durations.
  public var standardDeviation: Double? {
    count > 1 ? (squares / Double(count - 1)).squareRoot() : nil
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
    var result = long.count { lower <= $0 && $0 <= upper }
    for (index, page) in pages.enumerated() where page.total > 0 {
      let start = UInt64(index * Page.size)
      let end = start + UInt64(Page.size)
      guard lower < end, upper >= start else { continue }
      result += page.count(Int(max(lower, start) - start)...Int(min(upper, end - 1) - start))
    }
    return result
  }

  private mutating func sortLong() {
    if !isSorted { long.sort() }
    isSorted = true
  }

  /// How often each of some neighbouring durations came.
  private struct Page {
    static let size = 1 << 12

    private(set) var total = 0
    private var counts: [UInt32] = []

    mutating func add(_ offset: Int) {
      if counts.isEmpty { counts = Array(repeating: 0, count: Self.size) }
      counts[offset] += 1
      total += 1
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
