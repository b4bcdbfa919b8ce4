import Glibc
import Statistics

/// The pieces of a run in order of time, with the logarithm of the median of each. All searches over time use it.
struct PieceSeries {
  /// With fewer pieces there is no search over time.
  static let minimumCount = 40

  private(set) var pieces: [Piece]
  /// Natural logarithms of the medians in nanoseconds.
  private(set) var levels: [Double]

  /// Leaves out pieces with at most a quarter of the usual number of inferences, because their medians scatter more.
  init(_ pieces: [Piece]) {
    let usual = Quantiles.median(pieces.map { Double($0.count) }) ?? 0
    self.pieces = pieces.filter { Double($0.count) > usual / 4 }
    levels = self.pieces.map { log(max(1, $0.p50)) }
  }

  var count: Int { pieces.count }

  /// The series from a piece on.
  func suffix(from index: Int) -> PieceSeries {
    var rest = self
    rest.pieces.removeFirst(index)
    rest.levels.removeFirst(index)
    return rest
  }

  /// The second at which a piece begins; after the last one, at which that ends.
  func time(_ index: Int) -> Double {
    if let piece = pieces.indices.contains(index) ? pieces[index] : nil { return Double(piece.start) / 1e9 }
    return Double(pieces.last?.end ?? 0) / 1e9
  }

  private static let stretchCount = 20

  /// How far the median of a twentieth of the series strays at most from that of the whole, as a share of it.
  var medianDeviation: Double {
    let middle = Quantiles.median(levels) ?? 0
    let stretches = (0..<Self.stretchCount).compactMap { number in
      Quantiles.median(levels[(number * count / Self.stretchCount)..<((number + 1) * count / Self.stretchCount)])
    }
    return stretches.map { abs(exp($0 - middle) - 1) }.max() ?? 0
  }
}

/// The level of a stretch of a series, from its median and the scatter around it.
struct SegmentLevel {
  let range: Range<Int>
  /// The median.
  let level: Double
  /// Standard deviation as the median absolute deviation estimates it.
  let deviation: Double

  init(_ values: [Double], range: Range<Int>) {
    self.range = range
    let part = values[range]
    level = Quantiles.median(part) ?? 0
    let middle = level
    deviation = 1.4826 * (Quantiles.median(part.map { abs($0 - middle) }) ?? 0)
  }

  /// Of the level, if only one value in `correlation` is independent: the median of normal values has π/2 times the variance of their mean.
  func standardError(correlation: Double) -> Double {
    deviation * (Double.pi / 2 * correlation / Double(range.count)).squareRoot()
  }
}
