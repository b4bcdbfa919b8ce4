public import AssayCore
import RecordLog
import Statistics
import Steadiness

/// The live view of a stress test.
public struct LiveSteadiness: Sendable {
  /// Of the latest few hundred inferences.
  public internal(set) var recentMedian: Double?
  public internal(set) var recentP99: Double?
  /// Medians in ms of consecutive stretches of equal length, fewer than `maximumStretches`: the run so far.
  public internal(set) var medians: [Double] = []
  /// The latest readings; `nil` without sensors.
  public internal(set) var sensors: SensorReadings?
  public internal(set) var findings: [Finding] = []

  /// Even, so that two can become one.
  static let maximumStretches = 80
}

/// Makes the live view from the records as they come.
struct SteadinessWatch {
  private(set) var live = LiveSteadiness()
  private let rule: RepetitionRule
  private var latest: [UInt64] = []
  private var stretches = StretchMedians()
  private var accumulator: SteadinessAccumulator?
  /// The first record that the accumulator has not seen.
  private var nextIndex = 0
  /// When to search for findings again: a search takes the parent a few milliseconds.
  private var nextSearch = 10.0

  /// Window for the live median and p99, which needs 473 inferences.
  private static let latestCount = 500
  /// Fewer inferences do not show how many there will be.
  private static let smallestSample = 20
  private static let searchSeconds = 30.0

  init(_ rule: RepetitionRule) { self.rule = rule }

  mutating func add(_ records: UnsafeBufferPointer<InferenceRecord>) {
    latest += records.suffix(Self.latestCount).map(\.duration)
    latest.removeFirst(max(0, latest.count - Self.latestCount))
  }

  mutating func sumUp(_ log: RecordLogReader, count: Int, seconds: Double, sensors: SensorReadings?) {
    live.sensors = sensors
    guard !latest.isEmpty else { return }
    var distribution = DurationDistribution(latest)
    let quantiles = distribution.quantiles([0.5, 0.99]).map { $0 / 1e6 }
    stretches.add(quantiles[0])
    live.recentMedian = quantiles[0]
    live.recentP99 = latest.count >= QuantileInterval.minimumCount(probability: 0.99) ? quantiles[1] : nil
    live.medians = stretches.medians
    if count >= Self.smallestSample { search(log, count: count, seconds: seconds) }
  }

  private mutating func search(_ log: RecordLogReader, count: Int, seconds: Double) {
    let rate = Double(count) / max(seconds, 1e-9)
    var accumulator =
      accumulator
      ?? SteadinessAccumulator(
        expecting: max(rule.minimumSeconds, Double(rule.minimumCount) / rate),
        count: Int(min(max(rule.minimumSeconds * rate, Double(rule.minimumCount)), 1e15)))
    self.accumulator = nil
    nextIndex = (try? log.read(from: nextIndex) { accumulator.add($0) }) ?? nextIndex
    if seconds >= nextSearch {
      live.findings = accumulator.findings()
      nextSearch = seconds + Self.searchSeconds
    }
    self.accumulator = accumulator
  }
}

/// Medians of stretches of a run of unknown length: when there are too many, two become one.
struct StretchMedians {
  private(set) var medians: [Double] = []
  private var open: [Double] = []
  /// Ticks that make a stretch.
  private var length = 1

  mutating func add(_ median: Double) {
    open.append(median)
    guard open.count == length else { return }
    medians.append(open.reduce(0, +) / Double(length))
    open = []
    guard medians.count == LiveSteadiness.maximumStretches else { return }
    length *= 2
    medians = stride(from: 0, to: medians.count, by: 2).map { (medians[$0] + medians[$0 + 1]) / 2 }
  }
}
