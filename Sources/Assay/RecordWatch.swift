import AssayCore
import RecordLog
import Statistics

/// Follows a record log while it is being written, from the parent, at no cost to the loop that writes it.
final class RecordWatch {
  var accuracy: AccuracyCounts?

  private let path: String
  private var reader: RecordLogReader?
  private var distribution = DurationDistribution()
  private var nextIndex = 0
  private var seconds = 0.0

  init(path: String) { self.path = path }

  /// Takes in the records that have come since the last time; `nil` before there is anything to tell.
  func update() -> CellProgress? {
    readRecords()
    guard distribution.count > 0 || accuracy != nil else { return nil }
    return CellProgress(
      count: max(distribution.count, accuracy.map { $0.images + $0.unreadableCount } ?? 0), seconds: seconds,
      medianMilliseconds: distribution.quantile(0.5).map { $0 / 1e6 }, accuracy: accuracy)
  }

  private func readRecords() {
    // Before warm-up is over there is no log yet, and a log that cannot be read now is read, and complained of, at the end.
    if reader == nil { reader = try? RecordLogReader(opening: path) }
    guard let reader else { return }
    let end = try? reader.read(from: nextIndex) { records in
      for record in records { distribution.add(record.duration) }
      if let last = records.last { seconds = Double(last.start + last.duration) / 1e9 }
    }
    nextIndex = end ?? nextIndex
  }
}
