public import AssayCore
import CSV
import Glibc

/// Writes what a model said of every image, as CSV: `image,label,top1,…,topK,score1,…,scoreK,rank`.
///
/// Classes count as labels do; -1 is a background class. `rank` is the place of the label, 1 for the highest score: a tie counts against the
/// model, and 0 stands where scores are NaN, infinite or all equal. If an image could not be read, its row is empty after the
/// label. The names of images are harmless to spreadsheets (`CSVText.name`). Rows have the order of the manifest, so two cells over the same images can be compared row by row.
public struct PredictionWriter: ~Copyable {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  private let k: Int

  /// - Throws: `.inputOutput`
  public init(creating path: String, k: Int) throws(AssayError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0, let file = fdopen(descriptor, "w") else { throw Self.failure(path) }
    // Each row reaches the system at once, so a kill loses none.
    setvbuf(file, nil, _IOLBF, 1 << 12)
    self.path = path
    self.file = file
    self.k = k
    fputs(
      CSVText.line(
        ["image", "label"] + ["top", "score"].flatMap { name in (1...k).map { "\(name)\($0)" } } + ["rank"]), file)
  }

  deinit { fclose(file) }

  /// - Parameters:
  ///   - rank: the place of the label, from 1; 0 for scores that are no ranking, `nil` if the image could not be read.
  ///   - classes: by falling score, at most `k`; empty if the image could not be read.
  ///   - scores: of the classes, as the model gave them.
  public func write(image: String, label: Int, rank: Int? = nil, classes: [Int] = [], scores: [Double] = []) {
    let place = rank.map { String($0) } ?? ""
    let fields = padded(classes.map { String($0) }) + padded(scores.map(Self.text)) + [place]
    fputs(CSVText.line([CSVText.name(image), String(label)] + fields), file)
  }

  /// Hands all rows to the system.
  ///
  /// - Throws: `.inputOutput` if the disk is full.
  public func flush() throws(AssayError) {
    // The stream remembers errors of earlier writes.
    guard fflush(file) == 0, ferror(file) == 0 else { throw Self.failure(path) }
  }

  private func padded(_ fields: [String]) -> [String] {
    fields + Array(repeating: "", count: max(0, k - fields.count))
  }

  /// Whole numbers without a fraction, as quantised models give them; NaN and infinity as an empty field.
  private static func text(_ score: Double) -> String {
    guard score.isFinite else { return "" }
    return Int(exactly: score).map { String($0) } ?? String(Float(score))
  }

  private static func failure(_ path: String) -> AssayError {
    AssayError(
      .inputOutput, "Cannot write the predictions \(path): \(String(cString: strerror(errno))).",
      advice: "Free some space there, or set XDG_DATA_HOME to a writable folder.")
  }
}
