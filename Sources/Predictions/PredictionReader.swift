public import AssayCore
import CSV

/// Reads the rows that `PredictionWriter` wrote.
public struct PredictionReader: ~Copyable {
  /// What comparing two cells needs of a row.
  public struct Row: Sendable {
    public let image: String
    public let label: Int
    /// By falling score; empty if the image could not be read.
    public let classes: [Int]
    /// The place of the label, from 1; 0 for scores that are no ranking; `nil` if the image could not be read, and in files of an Assay before ranks.
    public let rank: Int?

    /// Whether the label is among the `k` highest.
    public func isRight(within k: Int) -> Bool {
      rank.map { (1...k).contains($0) } ?? classes.prefix(k).contains(label)
    }
  }

  private let path: String
  private let reader: CSVReader
  private let k: Int
  private let hasRanks: Bool
  private let expectedCount: Int
  private var count = 0

  /// - Parameter expectedCount: the least number of rows, to notice a file that was cut; `nil` where it is unknown.
  /// - Throws: `.inputOutput` if the file cannot be read, `.badData` if it does not hold predictions.
  public init(opening path: String, expectedCount: Int? = nil) throws(AssayError) {
    let reader = try CSVReader(opening: path)
    let header = try reader.next() ? reader.row.texts : []
    let hasRanks = header.last == "rank"
    let count = header.count - (hasRanks ? 1 : 0)
    guard header.starts(with: ["image", "label", "top1"]), count.isMultiple(of: 2) else {
      throw AssayError(.badData, "\(path) does not hold predictions of Assay.")
    }
    self.path = path
    self.reader = reader
    self.hasRanks = hasRanks
    self.expectedCount = expectedCount ?? 0
    k = (count - 2) / 2
  }

  /// Whether a file has a prediction: a killed worker may have left a header alone.
  public static func hasRows(_ path: String) -> Bool {
    guard var reader = try? PredictionReader(opening: path) else { return false }
    return (try? reader.next()) != nil
  }

  /// The next row; `nil` after the last.
  ///
  /// - Throws: `.badData`, with the line, for a row that is not a prediction, and at the end of a file that was cut.
  public mutating func next() throws(AssayError) -> Row? {
    guard try reader.next() else {
      guard count >= expectedCount else {
        throw AssayError(
          .badData, "\(path) has only \(count) of \(expectedCount) predictions: its end is lost.",
          advice: "Measure the accuracy again.")
      }
      return nil
    }
    count += 1
    let fields = reader.row.texts
    guard fields.count == 2 + 2 * k + (hasRanks ? 1 : 0), let label = Int(fields[1]) else {
      throw AssayError(.badData, "\(path), line \(reader.row.line), is not a prediction.")
    }
    return Row(
      image: fields[0], label: label, classes: fields[2..<(2 + k)].compactMap { Int($0) },
      rank: hasRanks ? Int(fields[2 + 2 * k]) : nil)
  }
}
