import AssayCore
import Glibc
import Statistics

extension LatencyDensity {
  private static let maximumColumns = 250
  private static let maximumRows = 120

  /// The grid of a run. Rows cover all but the farthest half per mille at either end, with some room; the first and the last row also count what lies
  /// beyond. `nil` without pieces.
  init?(_ run: RunData) {
    guard let first = run.pieces.first, let last = run.pieces.last else { return nil }
    var distribution = run.distribution
    let ends = distribution.quantiles([0.0005, 0.9995])
    let low = max(1, ends[0] / 1.02)
    let high = max(low * 1.02, ends[1] * 1.02)
    // If rows were narrower than the bins of the pieces, every other one would be empty.
    let rows = min(Self.maximumRows, max(1, Int(log2(high / low) * 512)))
    let step = log(high / low) / Double(rows)
    let width = Double(last.end - first.start)
    let columns = min(Self.maximumColumns, run.pieces.count)
    var counts = Array(repeating: Array(repeating: 0, count: rows), count: columns)
    for piece in run.pieces {
      let middle = (Double(piece.start) + Double(piece.end)) / 2 - Double(first.start)
      let column = width > 0 ? min(Int(middle / width * Double(columns)), columns - 1) : 0
      for (bin, count) in zip(piece.bins, piece.counts) {
        let row = Int(min(max(0, log(max(1, LatencyBins.center(Int(bin))) / low) / step), Double(rows - 1)))
        counts[column][row] += Int(count)
      }
    }
    self.init(
      timeEdges: (0...columns).map { (Double(first.start) + width * Double($0) / Double(columns)) / 1e9 },
      latencyEdges: (0...rows).map { low * exp(step * Double($0)) / 1e6 }, counts: counts)
  }
}
