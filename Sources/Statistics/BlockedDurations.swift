/// The durations of one side of a comparison, in blocks that are resampled whole, in a form that gives the median of many resamples quickly.
///
/// The median of any mixture of the blocks lies between the least and the greatest of their medians. Of the values there, all or evenly spaced ones
/// are candidates; for each is known how many values of each block lie at or below it. The median of a resample is then found by bisection, in
/// O(blocks × log candidates), whatever the number of durations.
struct BlockedDurations {
  /// Enough that the rounding of a resampled median to a candidate is far below its spread.
  private static let maximumCandidateCount = 2048

  /// In nanoseconds, of all durations.
  let median: Double
  let blockCount: Int
  private let sizes: [Int]
  /// Ascending, distinct, in nanoseconds.
  private let candidates: [UInt64]
  /// Values at or below a candidate: `counts[candidate × blockCount + block]`.
  private let counts: [Int]

  /// Every block is sorted. `nil` without blocks or with an empty one.
  init?(sortedBlocks: [[UInt64]]) {
    guard !sortedBlocks.isEmpty, sortedBlocks.allSatisfy({ !$0.isEmpty }) else { return nil }
    blockCount = sortedBlocks.count
    sizes = sortedBlocks.map(\.count)
    let low = sortedBlocks.lazy.map { $0[($0.count - 1) / 2] }.min() ?? 0
    let high = sortedBlocks.lazy.map { $0[$0.count / 2] }.max() ?? .max
    var below = 0
    var middle: [UInt64] = []
    for block in sortedBlocks {
      let first = block.partitioningIndex { $0 >= low }
      below += first
      middle += block[first..<block.partitioningIndex { $0 > high }]
    }
    middle.sort()
    let total = sizes.reduce(0, +)
    median = (Double(middle[(total - 1) / 2 - below]) + Double(middle[total / 2 - below])) / 2
    candidates = Self.thin(middle)
    var counts = Array(repeating: 0, count: candidates.count * sizes.count)
    for (index, block) in sortedBlocks.enumerated() {
      var position = block.partitioningIndex { $0 >= low }
      for (number, candidate) in candidates.enumerated() {
        while position < block.count, block[position] <= candidate { position += 1 }
        counts[number * sizes.count + index] = position
      }
    }
    self.counts = counts
  }

  /// The median, in nanoseconds, of a sample in which each block occurs as often as its weight. At least one weight is above zero.
  func median(weights: [Int]) -> Double {
    var total = 0
    for block in 0..<blockCount { total += weights[block] * sizes[block] }
    let lower = firstCandidate(weights: weights, holding: (total + 1) / 2)
    let upper = total.isMultiple(of: 2) ? firstCandidate(weights: weights, holding: total / 2 + 1) : lower
    return (Double(lower) + Double(upper)) / 2
  }

  /// The smallest candidate at or below which at least `rank` values of the weighted sample lie.
  private func firstCandidate(weights: [Int], holding rank: Int) -> UInt64 {
    var low = 0
    var high = candidates.count - 1
    while low < high {
      let middle = (low + high) / 2
      var sum = 0
      let row = middle * blockCount
      for block in 0..<blockCount { sum += weights[block] * counts[row + block] }
      if sum >= rank { high = middle } else { low = middle + 1 }
    }
    return candidates[low]
  }

  /// The distinct ones of ascending values; if there are too many, some of them, evenly spaced by rank, with the last.
  private static func thin(_ values: [UInt64]) -> [UInt64] {
    let step = (values.count + maximumCandidateCount - 1) / maximumCandidateCount
    var result: [UInt64] = []
    for index in stride(from: (values.count - 1) % step, to: values.count, by: step) where result.last != values[index]
    {
      result.append(values[index])
    }
    return result
  }
}

extension Array {
  /// The first index whose element, and all after it, satisfy the predicate.
  func partitioningIndex(_ belongsToSecond: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if belongsToSecond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
