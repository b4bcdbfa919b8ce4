public import AssayCore
public import Glibc

/// Records what the sensors of this machine say while a run goes on.
///
/// It belongs into the parent, never into the worker. A thread of the lowest priority reads at each interval, and what it has read is in the log at
/// once. The recording may begin before the measurement and be told later when that began: times in the log are counted from there, and
/// what was before is negative.
public final class TelemetryRecorder: Sendable {
  /// Seconds between samples that make sense: closer ones disturb what is measured.
  public static let intervals = 0.02...3600.0

  private let options: RecordingOptions
  private let state: RecordingState

  /// - Parameters:
  ///   - logPath: a file that is made, or appended to where it is there: a run that goes on keeps one telemetry log.
  ///   - root: the folder that `/proc` and `/sys` hang under.
  ///   - interval: seconds between samples, within `intervals`.
  ///   - workerProcess: whose memory is recorded; `watch` tells it later where it is not known yet.
  ///   - secondsOffset: where on the axis of the log this measurement begins: 0, or, of a run that goes on, the length of what came before.
  public convenience init(
    logPath: String, root: String = "/", interval: Double = 1, workerProcess: pid_t? = nil, secondsOffset: Double = 0
  ) {
    self.init(
      RecordingOptions(logPath: logPath, root: root, interval: interval, secondsOffset: secondsOffset),
      workerProcess: workerProcess)
  }

  init(_ options: RecordingOptions, workerProcess: pid_t? = nil) {
    self.options = options
    state = RecordingState(worker: WatchedProcess(workerProcess))
  }

  deinit { stop() }

  /// Begins to record. Which sensors there are is known when the first sample has been taken, shortly after.
  ///
  /// - Throws: `.inputOutput` where the log cannot be made, `.usage` where the interval or the offset makes no sense.
  public func start() throws(AssayError) {
    guard Self.intervals.contains(options.interval) else {
      throw AssayError(
        .usage, "Sensors cannot be read every \(options.interval) s.",
        advice: "Choose between \(Self.intervals.lowerBound) and \(Int(Self.intervals.upperBound)) s.")
    }
    guard options.secondsOffset.isFinite, options.secondsOffset >= 0 else {
      throw AssayError(.usage, "A run cannot go on at \(options.secondsOffset) s.")
    }
    guard state.phase == .new else { return }
    let descriptor = try TelemetryLogWriter.open(options.logPath)
    state.change { $0.phase = .running }
    // The thread holds the state and not the recorder, so that a recorder that is dropped stops.
    let isRunning = startBackgroundThread { [options, state] in
      Recording(options: options, state: state).run(into: descriptor)
    }
    if !isRunning {
      close(descriptor)
      state.change { $0.phase = .new }
      throw AssayError(.inputOutput, "The system makes no thread for telemetry.", advice: "End other programs.")
    }
  }

  /// From now on the memory of this process is recorded, or of none.
  public func watch(workerProcess: pid_t?) {
    state.worker.current = workerProcess
  }

  /// Tells when the measurement began. Only the first call counts.
  ///
  /// - Parameter monotonicNanoseconds: what the starts in the record log are counted from, on CLOCK_MONOTONIC.
  public func measurementBegan(at monotonicNanoseconds: UInt64) {
    state.change { $0.origin = $0.origin ?? Double(monotonicNanoseconds) * 1e-9 }
  }

  /// The last value of each sensor. Costs a lock, so that it may be asked for as often as a view is drawn.
  public var latest: TelemetrySnapshot { state.latest }

  /// Why nothing is written any more, as on a full disk. Sensors are read all the same.
  public var failure: AssayError? { state.failure }

  /// Ends the recording. It does not wait for sensors that hang.
  ///
  /// - Returns: why the log is not complete; `nil` where it is.
  @discardableResult
  public func stop() -> AssayError? {
    state.stop()
    return state.failure
  }
}
