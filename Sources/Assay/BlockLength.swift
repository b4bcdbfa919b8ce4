import AssayCore

/// How many inferences of each cell make a block, decided once, before anything counts.
///
/// Blocks take about the same time for every cell, so that no cell gets more of the machine's quiet moments than another. Within that they are a
/// number of inferences and not a time: a block that ends by the clock has fewer inferences when they are slow, and slow moments would count less.
struct BlockLength {
  /// Long enough that waking a worker is a small part of it, short enough that many fit into the time; in nanoseconds.
  static let shortestBlock = 50e6
  /// Inferences of the slowest cell in a block, where there is time for it.
  static let inferenceCount = 10.0
  /// Rounds that the time must have room for; blocks are shortened for it.
  static let roundsInTime = 20.0

  /// About what a block takes, in nanoseconds.
  let nanoseconds: Double
  /// By cell.
  let counts: [Int]

  /// - Parameters:
  ///   - medians: of one inference of each cell, in nanoseconds.
  ///   - seconds: what all blocks together may take.
  init(medians: [Double], seconds: Double) {
    let wanted = max(Self.shortestBlock, Self.inferenceCount * (medians.max() ?? 0))
    let affordable = seconds * 1e9 / (Self.roundsInTime * Double(max(medians.count, 1)))
    let length = min(wanted, affordable)
    nanoseconds = length
    // Two are the fewest of which one is left.
    counts = medians.map { Int(min(max((length / max($0, 1)).rounded(.up), 2), 1e6)) }
  }

  /// The inferences of a block that count: all but the first tenth, and one at least.
  ///
  /// While another worker ran, it took this one's data out of the caches, and this one's threads went to sleep. What the first inferences pay for
  /// that is the price of taking turns and not of the cell; a worker that runs alone pays it once.
  static func counted(_ block: RecordRange) -> RecordRange {
    let uncounted = min(max(1, block.count / 10), block.count)
    return RecordRange(first: block.first + uncounted, count: block.count - uncounted)
  }
}
