public import AssayCore
public import Datasets
import Glibc

/// What a model said of every image, as CSV: `image,label,top1,…,topK,score1,…,scoreK`.
///
/// Classes are counted as labels are, so that `top1 = label` is right; -1 is a background class. Of an image that could not be read all behind the
/// label is empty. The rows are in the order of the manifest, so that those of two cells over the same images stand side by side.
public struct PredictionWriter: ~Copyable {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  private let k: Int

  /// - Throws: `.inputOutput`
  public init(creating path: String, k: Int) throws(AssayError) {
    guard let file = fopen(path, "we") else { throw Self.failure(path) }
    self.path = path
    self.file = file
    self.k = k
    let columns = ["top", "score"].flatMap { name in (1...k).map { "\(name)\($0)" } }
    fputs("image,label,\(columns.joined(separator: ","))\n", file)
  }

  deinit { fclose(file) }

  public func write(_ image: LabelledImage, _ outcome: Outcome) {
    var fields = ["", String(image.label)]
    fields[0] = Self.quoted(image.path)
    if case .classified(let classes, let scores) = outcome {
      fields += padded(classes.map { String($0) }) + padded(scores.map { Self.text($0) })
    } else {
      fields += padded([]) + padded([])
    }
    fputs(fields.joined(separator: ",") + "\n", file)
  }

  /// Hands all that was written to the system.
  ///
  /// - Throws: `.inputOutput`, where the disk is full.
  public func flush() throws(AssayError) {
    // Errors of earlier writes are remembered by the stream.
    guard fflush(file) == 0, ferror(file) == 0 else { throw Self.failure(path) }
  }

  private func padded(_ fields: [String]) -> [String] {
    fields + Array(repeating: "", count: max(0, k - fields.count))
  }

  /// Integers without a fraction, as quantised models give them; what is no number as an empty field.
  private static func text(_ score: Double) -> String {
    guard score.isFinite else { return "" }
    return Int(exactly: score).map { String($0) } ?? String(Float(score))
  }

  /// RFC 4180.
  private static func quoted(_ field: String) -> String {
    guard field.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }) else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private static func failure(_ path: String) -> AssayError {
    AssayError(
      .inputOutput, "Cannot write the predictions \(path): \(String(cString: strerror(errno))).",
      advice: "Free some space there, or set XDG_DATA_HOME to a folder that can be written.")
  }
}

/// Reads predictions row by row.
public struct PredictionReader: ~Copyable {
  /// What is needed of a row to compare two cells.
  public struct Row: Sendable {
    /// The image and its label, as they stand in the file.
    public let image: Substring
    public let label: Int
    /// By falling score; empty where the image could not be read.
    public let classes: [Int]
  }

  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  private let k: Int
  private var line: UnsafeMutablePointer<CChar>?
  private var capacity = 0

  /// - Throws: `.inputOutput` where the file cannot be read, `.badData` where it is not one of predictions.
  public init(opening path: String) throws(AssayError) {
    guard let file = fopen(path, "re") else {
      throw AssayError(
        .inputOutput, "Cannot read the predictions \(path): \(String(cString: strerror(errno))).")
    }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    let header = getline(&line, &capacity, file) > 0 ? line.map { String(cString: $0) } ?? "" : ""
    let columns = header.split(separator: ",").count
    guard header.hasPrefix("image,label,top1,"), columns % 2 == 0 else {
      free(line)
      fclose(file)
      throw AssayError(.badData, "\(path) does not hold predictions of Assay.")
    }
    self.path = path
    self.file = file
    self.line = line
    self.capacity = capacity
    k = (columns - 2) / 2
  }

  deinit {
    free(line)
    fclose(file)
  }

  /// The next row; `nil` behind the last.
  ///
  /// - Throws: `.badData` for a row that is none.
  public mutating func next() throws(AssayError) -> Row? {
    let length = getline(&line, &capacity, file)
    guard length > 0, let line else { return nil }
    let text = String(cString: line)
    let fields = text.split(separator: ",", omittingEmptySubsequences: false)
    // The name of the image may have commas in it; all behind it are numbers.
    let first = fields.count - 1 - 2 * k
    guard first >= 1, let label = Int(fields[first]) else {
      throw AssayError(.badData, "\(path) has a row that is no prediction: \(text.printable)")
    }
    return Row(
      image: text[..<fields[first - 1].endIndex], label: label,
      classes: fields[(first + 1)...(first + k)].compactMap { Int($0) })
  }
}
