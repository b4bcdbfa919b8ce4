import AssayCore
import RecordLog
import Statistics
import Steadiness

/// Follows a record log while it is written, from the parent, at no cost to the loop that writes it.
final class ProgressWatch {
  private let path: String
  private var reader: RecordLogReader?
  private var distribution = DurationDistribution()
  private var nextIndex = 0
  private var seconds = 0.0
  private var latest: [UInt64] = []
  private var findings: FindingWatch?

  /// The median and p99 of this many inferences are shown; p99 needs 473.
  private static let latestCount = 500

  /// - Parameter stress: how long a stress test is to be; `nil` for other runs.
  init(_ path: String, stress: RepetitionRule?) {
    self.path = path
    findings = stress.map { FindingWatch($0) }
  }

  /// Takes in the records that have come since the last time.
  ///
  /// - Returns: `nil` before there is anything to show; findings only when they were searched for.
  func update(accuracy: AccuracyCounts?) -> (progress: CellProgress, findings: [Finding]?)? {
    readRecords()
    guard distribution.count > 0 || accuracy != nil else { return nil }
    let images = accuracy.map { $0.images + $0.unreadableCount } ?? 0
    var progress = CellProgress(
      count: max(distribution.count, images), seconds: seconds, median: distribution.quantile(0.5).map { $0 / 1e6 })
    progress.accuracy = accuracy
    if !latest.isEmpty {
      var recent = DurationDistribution(latest)
      let quantiles = recent.quantiles([0.5, 0.99]).map { $0 / 1e6 }
      progress.recentMedian = quantiles[0]
      progress.recentP99 = latest.count >= QuantileInterval.minimumCount(probability: 0.99) ? quantiles[1] : nil
    }
    let found = reader.flatMap { findings?.search($0, count: distribution.count, seconds: seconds) }
    return (progress, found)
  }

  private func readRecords() {
    // Before warm-up is over there is no log yet. A log that cannot be read is reported at the end.
    if reader == nil { reader = try? RecordLogReader(opening: path) }
    guard let reader else { return }
    let end = try? reader.read(from: nextIndex) { records in
      for record in records { distribution.add(record.duration) }
      latest += records.suffix(Self.latestCount).map(\.duration)
      latest.removeFirst(max(0, latest.count - Self.latestCount))
      if let last = records.last { seconds = Double(last.end) / 1e9 }
    }
    nextIndex = end ?? nextIndex
  }
}

/// Looks for findings in a stress test that runs, now and then: a search takes the parent some milliseconds.
struct FindingWatch {
  private let rule: RepetitionRule
  private var accumulator: SteadinessAccumulator?
  /// The first record that the accumulator has not seen.
  private var nextIndex = 0
  private var nextSearch = 10.0

  /// Inferences from which the length of the run can be estimated.
  private static let smallestSample = 20
  private static let searchSeconds = 30.0

  init(_ rule: RepetitionRule) { self.rule = rule }

  /// - Returns: `nil` where it is not yet time to search again.
  mutating func search(_ log: RecordLogReader, count: Int, seconds: Double) -> [Finding]? {
    guard count >= Self.smallestSample else { return nil }
    let rate = Double(count) / max(seconds, 1e-9)
    var accumulator =
      accumulator
      ?? SteadinessAccumulator(
        expecting: max(rule.minimumSeconds, Double(rule.minimumCount) / rate),
        count: Int(min(max(rule.minimumSeconds * rate, Double(rule.minimumCount)), 1e15)))
    self.accumulator = nil
    nextIndex = (try? log.read(from: nextIndex) { accumulator.add($0) }) ?? nextIndex
    defer { self.accumulator = accumulator }
    guard seconds >= nextSearch else { return nil }
    nextSearch = seconds + Self.searchSeconds
    return accumulator.findings()
  }
}
