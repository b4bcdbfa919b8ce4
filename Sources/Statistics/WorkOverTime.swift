/// How many inferences a second streams made, from how much of each inference lies in a stretch of time.
///
/// Whole inferences would be a coarse measure of few slow ones, and those that run at the end of the stretch would be lost.
public struct WorkOverTime: Sendable {
  /// Inferences in each of some equal parts of the stretch.
  private var work: [Double]
  private let start: Double
  private let width: Double

  /// Fewer parts give no interval.
  private static let smallestParts = 8
  private static let mostParts = 20
  /// Inferences that a part has on average, at least.
  private static let smallestPart = 5

  /// - Parameters:
  ///   - range: in nanoseconds.
  ///   - count: the expected number of inferences.
  /// - Returns: `nil` for a stretch without length.
  public init?(_ range: ClosedRange<UInt64>, expecting count: Int) {
    guard range.upperBound > range.lowerBound else { return nil }
    start = Double(range.lowerBound)
    let parts = min(max(count / Self.smallestPart, 1), Self.mostParts)
    width = Double(range.upperBound - range.lowerBound) / Double(parts)
    work = Array(repeating: 0, count: parts)
  }

  /// Adds an inference, with the share of it that lies in the stretch.
  public mutating func add(start begin: UInt64, duration: UInt64) {
    let from = (Double(begin) - start) / width
    guard duration > 0 else {
      if from >= 0, from < Double(work.count) { work[Int(from)] += 1 }
      return
    }
    let length = Double(duration) / width
    let (first, last) = (max(from, 0), min(from + length, Double(work.count)))
    guard first < last else { return }
    for part in Int(first)...min(Int(last), work.count - 1) {
      work[part] += max(0, min(last, Double(part + 1)) - max(first, Double(part))) / length
    }
  }

  /// Inferences in the whole stretch.
  public var total: Double { work.reduce(0, +) }
  public var seconds: Double { width * Double(work.count) / 1e9 }
  /// Inferences a second.
  public var rate: Double { total / seconds }

  /// The nanoseconds for an inference in each part that has any work.
  public var times: [UInt64] { work.filter { $0 > 0 }.map { UInt64(min(width / $0, 1e18)) } }

  /// The 95 % interval of the rate, by Student's t distribution over the parts; `nil` for too few of them.
  public var interval: ClosedRange<Double>? {
    guard work.count >= Self.smallestParts else { return nil }
    let n = Double(work.count)
    let mean = total / n
    let deviation = (work.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
    let reach = StudentDistribution.quantile(0.975, degrees: n - 1) * deviation / n.squareRoot()
    let second = width / 1e9
    return max(0, (mean - reach) / second)...((mean + reach) / second)
  }
}
