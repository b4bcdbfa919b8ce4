/// How often cells put the same class first, image by image: a square table of every pair, from `assay accuracy --agreement`.
public struct AgreementReport: Codable, Hashable, Sendable {
  /// Indices of the cells in the report, from 0, in the order of rows and columns.
  public let cells: [Int]
  /// Images that both cells of a pair classified, by row and column.
  public let images: [[Int]]
  /// Those of them whose first class is the same.
  public let sameTop1: [[Int]]

  public init(cells: [Int], images: [[Int]], sameTop1: [[Int]]) {
    self.cells = cells
    self.images = images
    self.sameTop1 = sameTop1
  }

  enum CodingKeys: String, CodingKey {
    case cells, images
    case sameTop1 = "same_top1"
  }

  /// The share of a pair; `nil` where no image was classified by both.
  public func share(row: Int, column: Int) -> Double? {
    images[row][column] > 0 ? Double(sameTop1[row][column]) / Double(images[row][column]) : nil
  }
}
