import AssayCore
import RecordLog
import Statistics

/// Follows a record log while it is being written, from the parent, at no cost to the loop that writes it.
final class RecordWatch {
  var accuracy: AccuracyCounts?
  /// Of a stress test.
  private var steadiness: SteadinessWatch?

  private let path: String
  private var reader: RecordLogReader?
  private var distribution = DurationDistribution()
  private var nextIndex = 0
  private var seconds = 0.0

  /// - Parameter stress: how long a stress test is to be; `nil` for other runs.
  init(path: String, stress: RepetitionRule? = nil) {
    self.path = path
    steadiness = stress.map { SteadinessWatch($0) }
  }

  /// Takes in the records that have come since the last time; `nil` before there is anything to tell.
  ///
  /// - Parameter sensors: the latest readings, in a stress test.
  func update(sensors: SensorReadings? = nil) -> CellProgress? {
    readRecords()
    reader.map { steadiness?.sumUp($0, count: distribution.count, seconds: seconds, sensors: sensors) }
    guard distribution.count > 0 || accuracy != nil else { return nil }
    return CellProgress(
      count: max(distribution.count, accuracy.map { $0.images + $0.unreadableCount } ?? 0), seconds: seconds,
      medianMilliseconds: distribution.quantile(0.5).map { $0 / 1e6 }, accuracy: accuracy,
      steadiness: steadiness?.live)
  }

  private func readRecords() {
    // Before warm-up is over there is no log yet, and a log that cannot be read now is read, and complained of, at the end.
    if reader == nil { reader = try? RecordLogReader(opening: path) }
    guard let reader else { return }
    let end = try? reader.read(from: nextIndex) { records in
      for record in records { distribution.add(record.duration) }
      steadiness?.add(records)
      if let last = records.last { seconds = Double(last.end) / 1e9 }
    }
    nextIndex = end ?? nextIndex
  }
}
