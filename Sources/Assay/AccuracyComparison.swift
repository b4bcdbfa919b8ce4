import AssayCore
import Classification
import Statistics

/// Compares cells that classified the same images, image by image.
enum AccuracyComparison {
  /// Each of some cells against the first of them.
  ///
  /// - Parameter predictions: the file of each cell that ended well, by its place in the report.
  static func differences(_ predictions: [(cell: Int, path: String)], ranks: [Int]) throws(AssayError)
    -> [AccuracyDifference]
  {
    guard let reference = predictions.first else { return [] }
    var differences: [AccuracyDifference] = []
    for other in predictions.dropFirst() {
      for (k, table) in zip(ranks, try tables(reference.path, other.path, ranks: ranks)) {
        guard let difference = table.difference, let interval = table.differenceInterval else { continue }
        differences.append(
          AccuracyDifference(
            reference: reference.cell, cell: other.cell, k: k, images: table.count, onlyReference: table.onlyA,
            onlyCell: table.onlyB, difference: difference, interval: interval, pValue: table.midP))
      }
    }
    return differences
  }

  /// For every K, how two cells answered on the images that both could read. Rows stand side by side, since the cells had the same list of images.
  private static func tables(_ first: String, _ second: String, ranks: [Int]) throws(AssayError) -> [PairedOutcomes] {
    var counts = ranks.map { _ in [0, 0, 0, 0] }
    var one = try PredictionReader(opening: first)
    var other = try PredictionReader(opening: second)
    while let left = try one.next(), let right = try other.next() {
      guard !left.classes.isEmpty, !right.classes.isEmpty else { continue }
      for (index, k) in ranks.enumerated() {
        let isRight = [left, right].map { $0.classes.prefix(k).contains($0.label) }
        counts[index][(isRight[0] ? 0 : 2) + (isRight[1] ? 0 : 1)] += 1
      }
    }
    return counts.map { PairedOutcomes(both: $0[0], onlyA: $0[1], onlyB: $0[2], neither: $0[3]) }
  }
}
