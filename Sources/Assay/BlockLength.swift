import AssayCore

/// How many inferences of each cell make a block, decided once, before anything counts.
///
/// Blocks take about the same time for every cell, so that each cell gets the same share of the machine's quiet moments. A block is a number of
/// inferences, not a time: blocks that end by the clock have fewer inferences in slow moments, so slow moments would count less.
struct BlockLength {
  /// In nanoseconds: long compared with waking a worker, short enough that many fit into the time.
  static let shortestBlock = 50e6
  /// Inferences of the slowest cell in a block, if time allows.
  static let inferenceCount = 10.0
  /// Blocks are shortened until this many rounds fit into the time.
  static let roundsInTime = 20.0

  /// The approximate duration of a block, in nanoseconds.
  let nanoseconds: Double
  /// By cell.
  let counts: [Int]

  /// - Parameters:
  ///   - medians: of one inference of each cell, in nanoseconds.
  ///   - seconds: the time for all blocks.
  init(medians: [Double], seconds: Double) {
    let wanted = max(Self.shortestBlock, Self.inferenceCount * (medians.max() ?? 0))
    let affordable = seconds * 1e9 / (Self.roundsInTime * Double(max(medians.count, 1)))
    let length = min(wanted, affordable)
    nanoseconds = length
    // The first does not count, so a block needs two.
    counts = medians.map { Int(min(max((length / max($0, 1)).rounded(.up), 2), 1e6)) }
  }

  /// The inferences of a block that count: all but the first tenth, at least one.
  ///
  /// While another worker ran, it evicted this one's data from the caches, and this one's threads went to sleep. The first inferences pay for
  /// that. It is a cost of taking turns, not of the cell: a worker that runs alone pays it once.
  static func counted(_ block: RecordRange) -> RecordRange {
    let uncounted = min(max(1, block.count / 10), block.count)
    return RecordRange(first: block.first + uncounted, count: block.count - uncounted)
  }
}
