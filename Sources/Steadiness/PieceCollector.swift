import Statistics

/// Collects the durations of one piece after another and summarizes each.
///
/// Values are counted in bins first; then only the few bins that hold a wanted rank are searched value by value. So the percentiles of a piece
/// are exact without sorting it. A piece of over a million inferences is counted in bins alone, whose width of 0.1 % then bounds the error.
final class PieceCollector {
  /// Durations held in memory.
  static let capacity = 1 << 20
  /// More bins than this are joined in pairs, so that memory is bounded.
  private static let maximumBins = 2048
  private static let maximumSlow = 64
  /// Up to so many durations are sorted, which is faster than searching the bins.
  private static let smallest = 512

  private let buffer = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: capacity)
  private let starts = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: capacity)
  private var buffered = 0
  /// Inferences in each bin that have left the buffer. Pointers, because every inference passes here.
  private let table = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: LatencyBins.count)
  private var total = 0
  private var (minimum, maximum) = (UInt64.max, UInt64.min)

  init() { table.initialize(repeating: 0) }

  deinit {
    buffer.deallocate()
    table.deallocate()
    starts.deallocate()
  }

  @inline(__always)
  func add(_ duration: UInt64, at start: UInt64, to distribution: inout DurationDistribution) {
    if buffered == Self.capacity { spill(into: &distribution) }
    buffer[buffered] = duration
    starts[buffered] = start
    buffered += 1
  }

  /// Summarizes what was added since the last call; `nil` if that is nothing.
  func close(start: UInt64, end: UInt64, into distribution: inout DurationDistribution) -> Piece? {
    if total == 0, buffered <= Self.smallest { return closeSmall(start: start, end: end, into: &distribution) }
    let held = buffered
    spill(into: &distribution)
    guard total > 0 else { return nil }
    let isWhole = held == total
    let values = UnsafeBufferPointer(rebasing: buffer[..<held])
    let (low, high) = (LatencyBins.index(minimum), LatencyBins.index(maximum))
    let p50 = quantile(0.5, bins: low...high, of: isWhole ? values : nil)
    let p99 = quantile(0.99, bins: low...high, of: isWhole ? values : nil)
    let p90 = quantile(0.9, bins: low...high, of: nil)
    let slow = slowInferences(above: Self.slowLimit(p50: p50, p90: p90, count: total), among: held)
    let (bins, counts) = takeBins(low...high)
    let piece = Piece(
      start: start, end: end, count: total, minimum: minimum, p50: p50, p99: p99, maximum: maximum, bins: bins,
      counts: counts, slow: slow)
    (minimum, maximum, total) = (.max, .min, 0)
    return piece
  }

  /// Few durations are sorted.
  private func closeSmall(start: UInt64, end: UInt64, into distribution: inout DurationDistribution) -> Piece? {
    guard buffered > 0 else { return nil }
    let values = UnsafeBufferPointer(rebasing: buffer[..<buffered])
    distribution.add(values)
    let sorted = values.sorted()
    let numbers = sorted.map { Double($0) }
    func quantile(_ probability: Double) -> Double { Quantiles.quantile(probability, ofSorted: numbers) ?? 0 }
    maximum = sorted[sorted.count - 1]
    let limit = Self.slowLimit(p50: quantile(0.5), p90: quantile(0.9), count: sorted.count)
    var piece = Piece(
      start: start, end: end, count: sorted.count, minimum: sorted[0], p50: quantile(0.5), p99: quantile(0.99),
      maximum: maximum, bins: [], counts: [], slow: slowInferences(above: limit, among: buffered))
    for value in sorted {
      let bin = UInt16(LatencyBins.index(value))
      if piece.bins.last == bin {
        piece.counts[piece.counts.count - 1] += 1
      } else {
        piece.bins.append(bin)
        piece.counts.append(1)
      }
    }
    (maximum, buffered) = (.min, 0)
    return piece
  }

  private func spill(into distribution: inout DurationDistribution) {
    let values = UnsafeBufferPointer(rebasing: buffer[..<buffered])
    distribution.add(values)
    var (low, high) = (minimum, maximum)
    for value in values {
      table[LatencyBins.index(value)] += 1
      low = min(low, value)
      high = max(high, value)
    }
    (minimum, maximum) = (low, high)
    total += buffered
    buffered = 0
  }

  /// Few inferences do not show how far their latencies spread; which are slow is decided when the whole run is known.
  private static func slowLimit(p50: Double, p90: Double, count: Int) -> Double {
    p50 + max(0.3 * p50, count >= 64 ? 5 * (p90 - p50) : 0)
  }

  /// The first of the slow ones, without a gap, so that their distances show whether they are regular.
  private func slowInferences(above limit: Double, among held: Int) -> [SlowInference] {
    guard Double(maximum) > limit else { return [] }
    var slow: [SlowInference] = []
    for index in 0..<held where Double(buffer[index]) > limit {
      slow.append(SlowInference(start: starts[index], duration: buffer[index]))
      if slow.count == Self.maximumSlow { break }
    }
    return slow
  }

  /// By linear interpolation between order statistics, as `DurationDistribution.quantiles`.
  private func quantile(_ probability: Double, bins: ClosedRange<Int>, of values: UnsafeBufferPointer<UInt64>?)
    -> Double
  {
    let position = probability * Double(total - 1)
    let rank = Int(position)
    let low = value(atRank: rank, bins: bins, of: values)
    let fraction = position - Double(rank)
    guard fraction > 0 else { return low }
    return low + fraction * (value(atRank: rank + 1, bins: bins, of: values) - low)
  }

  private func value(atRank rank: Int, bins: ClosedRange<Int>, of values: UnsafeBufferPointer<UInt64>?) -> Double {
    var rest = rank
    var bin = bins.lowerBound
    while rest >= Int(table[bin]), bin < bins.upperBound {
      rest -= Int(table[bin])
      bin += 1
    }
    guard let values else { return LatencyBins.center(bin) }
    let (lowest, highest) = (LatencyBins.lowest(bin), LatencyBins.highest(bin))
    if table[bin] == 1 || lowest == highest {
      return Double(values.first { lowest <= $0 && $0 <= highest } ?? lowest)
    }
    let sorted = values.filter { lowest <= $0 && $0 <= highest }.sorted()
    return Double(sorted[rest])
  }

  /// Empties the table into pairs of bin and count.
  private func takeBins(_ range: ClosedRange<Int>) -> ([UInt16], [UInt32]) {
    var bins: [UInt16] = []
    var counts: [UInt32] = []
    for bin in range where table[bin] > 0 {
      bins.append(UInt16(bin))
      counts.append(table[bin])
      table[bin] = 0
    }
    while bins.count > Self.maximumBins {
      let pairs = stride(from: 0, to: bins.count, by: 2)
      counts = pairs.map { counts[$0] + ($0 + 1 < counts.count ? counts[$0 + 1] : 0) }
      bins = pairs.map { bins[$0] }
    }
    return (bins, counts)
  }
}
