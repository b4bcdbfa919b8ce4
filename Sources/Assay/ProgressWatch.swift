import AssayCore
import RecordLog
import Statistics
import Steadiness

/// Follows a growing record log from the parent, at no cost to the loop that writes it.
final class ProgressWatch {
  private let path: String
  private var reader: RecordLogReader?
  private var distribution = DurationDistribution()
  private var position = RecordPosition()
  private var seconds = 0.0
  private var latest: [UInt64] = []
  private var findings: FindingWatch?

  /// The window of the recent median and p99; p99 needs 473 inferences.
  private static let latestCount = 500

  /// - Parameter stress: the rule of a stress test; `nil` for other runs.
  init(_ path: String, stress: RepetitionRule?) {
    self.path = path
    findings = stress.map { FindingWatch($0) }
  }

  /// Reads the records since the last call.
  ///
  /// - Returns: `nil` without records or counts; findings only after a search.
  func update(accuracy: AccuracyCounts?) -> (progress: CellProgress, findings: [Finding]?)? {
    readRecords()
    guard distribution.count > 0 || accuracy != nil else { return nil }
    let images = accuracy?.preparedCount ?? 0
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
    try? reader.readCounted(after: &position) { records in
      for record in records { distribution.add(record.duration) }
      latest += records.suffix(Self.latestCount).map(\.duration)
      latest.removeFirst(max(0, latest.count - Self.latestCount))
      if let last = records.last { seconds = Double(last.end) / 1e9 }
    }
  }
}

/// Searches a running stress test for findings, seldom: a search takes the parent some milliseconds.
struct FindingWatch {
  private let rule: RepetitionRule
  private var accumulator: SteadinessAccumulator?
  /// After the records that the accumulator has seen.
  private var position = RecordPosition()
  private var nextSearch = 10.0

  /// The fewest inferences for an estimate of the length of the run.
  private static let smallestSample = 20
  private static let searchSeconds = 30.0

  init(_ rule: RepetitionRule) { self.rule = rule }

  /// - Returns: `nil` if the next search is not due.
  mutating func search(_ log: RecordLogReader, count: Int, seconds: Double) -> [Finding]? {
    guard count >= Self.smallestSample else { return nil }
    let rate = Double(count) / max(seconds, 1e-9)
    var accumulator =
      accumulator
      ?? SteadinessAccumulator(
        expecting: max(rule.minimumSeconds, Double(rule.minimumCount) / rate),
        count: Int(min(max(rule.minimumSeconds * rate, Double(rule.minimumCount)), 1e15)))
    self.accumulator = nil
    try? log.readCounted(after: &position) { accumulator.add($0) }
    defer { self.accumulator = accumulator }
    guard seconds >= nextSearch else { return nil }
    nextSearch = seconds + Self.searchSeconds
    return accumulator.findings()
  }
}
