import Glibc
import Statistics

/// How far the latencies of each piece lie above its own median: the upper tail without the level.
struct RelativeTail {
  /// Cells of the logarithm of latency over median: 1024 to a factor of e, from the median to e^6; the last also counts everything beyond.
  private static let cellsPerUnit = 1024.0
  private static let cellCount = 6 * 1024

  /// Natural logarithms of the centres of the bins, from `firstBin` on.
  private let logarithms: [Double]
  private let firstBin: Int
  private let series: PieceSeries

  init(_ series: PieceSeries) {
    self.series = series
    firstBin = series.pieces.compactMap { $0.bins.first.map(Int.init) }.min() ?? 0
    let last = series.pieces.compactMap { $0.bins.last.map(Int.init) }.max() ?? firstBin
    logarithms = (firstBin...max(firstBin, last)).map { log(max(1, LatencyBins.center($0))) }
  }

  /// The ratio to the median of its piece that a share of the inferences of these pieces does not exceed; `nil` if the quantile lies below 1.
  func quantile(_ probability: Double, in range: Range<Int>) -> Double? {
    var cells = Array(repeating: 0, count: Self.cellCount)
    var total = 0
    for index in range {
      let piece = series.pieces[index]
      let level = series.levels[index]
      for (bin, count) in zip(piece.bins, piece.counts).reversed() {
        let above = logarithms[Int(bin) - firstBin] - level
        if above < 0 { break }
        cells[min(Int(above * Self.cellsPerUnit), Self.cellCount - 1)] += Int(count)
      }
      total += piece.count
    }
    var rest = (1 - probability) * Double(total)
    for (cell, count) in cells.enumerated().reversed() {
      rest -= Double(count)
      if rest < 0 { return exp((Double(cell) + 0.5) / Self.cellsPerUnit) }
    }
    return nil
  }

  /// The share of the inferences of each piece beyond a ratio to its median.
  func shares(beyond ratio: Double) -> [Double] {
    zip(series.pieces, series.levels).map { piece, level in
      let bin = LatencyBins.index(DurationDistribution.nanoseconds(exp(level) * ratio)) + 1
      return Double(piece.count(fromBin: bin)) / Double(piece.count)
    }
  }
}
