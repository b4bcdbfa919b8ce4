/// The medians of consecutive blocks of a run. They show a slow start or a drift that the median of the run hides.
public struct BlockTrend: Hashable, Sendable {
  public static let blockCount = 10

  /// In order of time, in nanoseconds.
  public let medians: [Double]

  /// `nil` if there are not ten blocks, or a block's median is zero.
  public init?(medians: [Double]) {
    guard medians.count == Self.blockCount, medians.allSatisfy({ $0 > 0 }) else { return nil }
    self.medians = medians
  }

  /// By how much the first block is slower than the median of the others, as a fraction.
  public var slowStart: Double { Self.change(from: medians.dropFirst(), to: medians.prefix(1)) }

  /// By how much the last three blocks are slower than the first three, as a fraction, if the blocks rise or fall more
  /// steadily than in 1 of 100 random orders (Mann–Kendall test: |S| ≥ 29 for ten values, two-sided p = 0.0092); else `nil`.
  public var drift: Double? {
    var score = 0
    for later in medians.indices.dropFirst() {
      for earlier in medians.indices where earlier < later {
        score += medians[later] > medians[earlier] ? 1 : medians[later] < medians[earlier] ? -1 : 0
      }
    }
    guard abs(score) >= 29 else { return nil }
    return Self.change(from: medians.prefix(3), to: medians.suffix(3))
  }

  /// The relative change of the median; no block is empty and no median zero.
  private static func change(from before: ArraySlice<Double>, to after: ArraySlice<Double>) -> Double {
    (Quantiles.median(after) ?? 0) / (Quantiles.median(before) ?? 1) - 1
  }
}
