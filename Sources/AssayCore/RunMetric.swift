/// A number of a run that is followed over time.
public enum RunMetric: String, Codable, Hashable, Sendable, CaseIterable {
  /// The median latency.
  case p50
  case p99
  /// The share of images whose first class is right.
  case top1
  /// Samples a second.
  case throughput

  /// `nil` where the run has none.
  public func value(of report: CellReport) -> Double? {
    switch self {
    case .p50: report.latency?.p50
    case .p99: report.latency?.p99
    case .top1: report.accuracy?.top(1)?.share
    case .throughput: report.throughput
    }
  }

  /// The 95 % interval of the value; `nil` where none is known.
  public func interval(of report: CellReport) -> [Double]? {
    switch self {
    case .p50: report.latency?.medianInterval
    case .top1: report.accuracy?.top(1)?.interval
    case .p99, .throughput: nil
    }
  }

  /// `nil` for a share.
  public var unit: String? {
    switch self {
    case .p50, .p99: "ms"
    case .top1: nil
    case .throughput: "1/s"
    }
  }

  /// Whether a larger value is a worse one.
  public var isLatency: Bool { self == .p50 || self == .p99 }
}
