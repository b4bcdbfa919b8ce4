public import AssayCore
public import Datasets

/// Is told how a run goes, to show it. Called on the thread that runs.
public protocol RunObserver {
  /// Seconds between calls of `measuring`; `nil` when nobody watches, so that the parent sleeps undisturbed.
  var tickSeconds: Double? { get }
  /// The images are listed; comes before the first cell.
  func found(_ images: DatasetSummary)
  func started(_ cell: CellStart)
  /// Records have come in since the last tick.
  func measuring(_ progress: CellProgress)
  func ended(_ cell: CellReport)
}

/// A cell that begins.
public struct CellStart {
  /// From 1 on.
  public let number: Int
  public let total: Int
  public let modelName: String
  public let target: Target
  public let workload: Workload
}

/// A cell in the middle of its measurement.
public struct CellProgress {
  /// Inferences so far.
  public let count: Int
  /// From the start of the measurement to the end of the last inference.
  public let seconds: Double
  /// Of all inferences so far.
  public let medianMilliseconds: Double?
  public let accuracy: AccuracyCounts?
  /// Of a stress test.
  public let steadiness: LiveSteadiness?
}

/// Shows nothing.
public struct SilentObserver: RunObserver {
  public var tickSeconds: Double? { nil }
  public init() {}
  public func found(_ images: DatasetSummary) {}
  public func started(_ cell: CellStart) {}
  public func measuring(_ progress: CellProgress) {}
  public func ended(_ cell: CellReport) {}
}
