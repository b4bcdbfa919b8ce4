import AssayCore
import RecordLog
import Statistics

/// Follows a record log while it is being written, from the parent, at no cost to the loop that writes it.
final class RecordWatch {
  var accuracy: AccuracyCounts?
  /// Of a stress test; filled where it is asked for.
  private var steadiness: LiveSteadiness?
  private var latest: [UInt64] = []
  private var stretches = StretchMedians()

  private let path: String
  private var reader: RecordLogReader?
  private var distribution = DurationDistribution()
  private var nextIndex = 0
  private var seconds = 0.0

  /// Of so many inferences their median and 99th percentile are told; the latter needs 482.
  private static let latestCount = 500

  init(path: String, isStress: Bool) {
    self.path = path
    steadiness = isStress ? LiveSteadiness() : nil
  }

  /// Takes in the records that have come since the last time; `nil` before there is anything to tell.
  ///
  /// - Parameter sensors: what they say, in words, of a stress test.
  func update(sensors: String? = nil) -> CellProgress? {
    readRecords()
    sumUpLatest()
    steadiness?.sensors = sensors ?? ""
    guard distribution.count > 0 || accuracy != nil else { return nil }
    return CellProgress(
      count: max(distribution.count, accuracy.map { $0.images + $0.unreadableCount } ?? 0), seconds: seconds,
      medianMilliseconds: distribution.quantile(0.5).map { $0 / 1e6 }, accuracy: accuracy,
      steadiness: steadiness)
  }

  private func sumUpLatest() {
    guard steadiness != nil, !latest.isEmpty else { return }
    var distribution = DurationDistribution(latest)
    let quantiles = distribution.quantiles([0.5, 0.99]).map { $0 / 1e6 }
    stretches.add(quantiles[0])
    steadiness?.recentMedian = quantiles[0]
    steadiness?.recentP99 = latest.count >= QuantileInterval.minimumCount(probability: 0.99) ? quantiles[1] : nil
    steadiness?.medians = stretches.medians
  }

  private func readRecords() {
    // Before warm-up is over there is no log yet, and a log that cannot be read now is read, and complained of, at the end.
    if reader == nil { reader = try? RecordLogReader(opening: path) }
    guard let reader else { return }
    let end = try? reader.read(from: nextIndex) { records in
      for record in records { distribution.add(record.duration) }
      if steadiness != nil {
        latest += records.suffix(Self.latestCount).map(\.duration)
        latest.removeFirst(max(0, latest.count - Self.latestCount))
      }
      if let last = records.last { seconds = Double(last.start + last.duration) / 1e9 }
    }
    nextIndex = end ?? nextIndex
  }
}
