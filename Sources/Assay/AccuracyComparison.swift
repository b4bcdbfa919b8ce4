import AssayCore
import Predictions
import Statistics

/// Compares cells that classified the same images, image by image.
enum AccuracyComparison {
  /// The predictions of a cell.
  struct Predictions {
    /// The index of the cell in its report.
    var cell = 0
    let path: String
    /// Of images; `nil` where it is unknown.
    var count: Int?

    func open() throws(AssayError) -> PredictionReader { try PredictionReader(opening: path, expectedCount: count) }
  }

  /// Compares each cell with the first.
  static func differences(_ predictions: [Predictions], ranks: [Int]) throws(AssayError) -> [AccuracyDifference] {
    guard let reference = predictions.first else { return [] }
    var differences: [AccuracyDifference] = []
    for other in predictions.dropFirst() {
      for (k, table) in zip(ranks, try tables(reference, other, ranks: ranks)) {
        guard let difference = table.difference, let interval = table.differenceInterval else { continue }
        differences.append(
          AccuracyDifference(
            reference: reference.cell, cell: other.cell, k: k, images: table.count, onlyReference: table.onlyA,
            onlyCell: table.onlyB, difference: difference, interval: interval, pValue: table.midP))
      }
    }
    return differences
  }

  /// Counts for every pair of cells of one run how often both put the same class first.
  ///
  /// - Throws: `.badData` where the cells did not classify the same images in the same order.
  static func agreement(_ predictions: [Predictions]) throws(AssayError) -> AgreementReport {
    let count = predictions.count
    var images = Array(repeating: Array(repeating: 0, count: count), count: count)
    var same = images
    // Each cell in turn beside all that follow, so that memory does not grow with the number of images.
    for row in predictions.indices {
      for column in predictions.indices.dropFirst(row) {
        var one = try predictions[row].open()
        var other = try predictions[column].open()
        while let left = try one.next() {
          guard let right = try other.next(), left.image == right.image else {
            throw AssayError(
              .badData, "\(predictions[row].path) and \(predictions[column].path) are not about the same images.",
              advice: "Measure both again, in one command.")
          }
          guard let first = left.classes.first, let second = right.classes.first else { continue }
          images[row][column] += 1
          same[row][column] += first == second ? 1 : 0
        }
        (images[column][row], same[column][row]) = (images[row][column], same[row][column])
      }
    }
    return AgreementReport(cells: predictions.map(\.cell), images: images, sameTop1: same)
  }

  /// For every K, counts how two cells classified the images that both could read.
  static func tables(_ first: Predictions, _ second: Predictions, ranks: [Int]) throws(AssayError) -> [PairedOutcomes] {
    // Cells of one run have the same list of images, so their rows match one to one. Others are matched by name.
    if let tables = try tablesOfAligned(first, second, ranks: ranks) { return tables }
    return try tablesOfCommon(first, second, ranks: ranks)
  }

  /// - Returns: `nil` if the rows are not of the same images in the same order.
  private static func tablesOfAligned(
    _ first: Predictions, _ second: Predictions, ranks: [Int]
  ) throws(AssayError) -> [PairedOutcomes]? {
    var counts = Counts(ranks: ranks)
    var one = try first.open()
    var other = try second.open()
    while true {
      let (left, right) = (try one.next(), try other.next())
      guard let left, let right else { return left == nil && right == nil ? counts.tables : nil }
      guard left.image == right.image else { return nil }
      counts.add(left, right)
    }
  }

  private static func tablesOfCommon(
    _ first: Predictions, _ second: Predictions, ranks: [Int]
  ) throws(AssayError) -> [PairedOutcomes] {
    var counts = Counts(ranks: ranks)
    var rows: [String: PredictionReader.Row] = [:]
    var one = try first.open()
    while let row = try one.next() { rows[commonName(row.image)] = row }
    var other = try second.open()
    while let row = try other.next() {
      if let left = rows[commonName(row.image)], left.label == row.label { counts.add(left, row) }
    }
    return counts.tables
  }

  /// The file with its folder: data sets lie in different places on different machines.
  private static func commonName(_ path: String) -> String {
    path.split(separator: "/").suffix(2).joined(separator: "/")
  }

  private struct Counts {
    private let ranks: [Int]
    private var counts: [[Int]]

    init(ranks: [Int]) {
      self.ranks = ranks
      counts = ranks.map { _ in [0, 0, 0, 0] }
    }

    mutating func add(_ left: PredictionReader.Row, _ right: PredictionReader.Row) {
      guard !left.classes.isEmpty, !right.classes.isEmpty else { return }
      for (index, k) in ranks.enumerated() {
        let isRight = [left, right].map { $0.isRight(within: k) }
        counts[index][(isRight[0] ? 0 : 2) + (isRight[1] ? 0 : 1)] += 1
      }
    }

    var tables: [PairedOutcomes] {
      counts.map { PairedOutcomes(both: $0[0], onlyA: $0[1], onlyB: $0[2], neither: $0[3]) }
    }
  }
}

extension CellReport {
  /// What the cell took images for; `nil` where it did not keep that.
  ///
  /// - Parameter index: of the cell in its report.
  func keptPredictions(cell index: Int) -> AccuracyComparison.Predictions? {
    predictions.map { .init(cell: index, path: $0, count: accuracy?.preparedCount) }
  }
}
