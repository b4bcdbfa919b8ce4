public import AssayCore
public import Glibc
import Platform

/// Records the sensors of this machine during a run.
///
/// It runs in the parent, not in the worker that measures. A thread of the lowest priority reads all sensors at each interval and writes one line
/// at once, so a kill loses at most the last line.
/// Recording may begin before the measurement: times in the log count from `measurementBegan`, and earlier ones are negative.
public final class TelemetryRecorder: Sendable {
  /// Allowed seconds between samples: closer ones disturb the measurement.
  public static let intervals = 0.02...3600.0

  private let options: RecordingOptions
  private let state: RecordingState

  /// - Parameters:
  ///   - logPath: the file to create, or to append to if it exists: a resumed run keeps its telemetry log.
  ///   - root: the folder that holds `/proc` and `/sys`.
  ///   - interval: seconds between samples, within `intervals`.
  ///   - workerProcess: the process whose memory is recorded; `watch` sets it later.
  ///   - secondsOffset: where on the log's time axis this measurement begins: 0, or for a resumed run the length of what came before.
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

  /// Starts recording. The sensors are known after the first sample, a moment later.
  ///
  /// - Throws: `.inputOutput` if the log cannot be made or no thread started, `.usage` for a bad interval or offset.
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
    let log = try TelemetryLogWriter.open(options.logPath)
    state.change { $0.phase = .running }
    // The thread holds the state, not the recorder: dropping the recorder stops it.
    do throws(AssayError) {
      try DetachedThread.start("reading sensors", niceness: DetachedThread.lowestPriority) { [options, state] in
        Recording(options: options, state: state).run(into: log)
      }
    } catch {
      state.change { $0.phase = .new }
      throw error
    }
  }

  /// Sets the process whose memory is recorded from now on, if any.
  public func watch(workerProcess: pid_t?) {
    state.worker.current = workerProcess
  }

  /// Sets when the measurement began. Only the first call counts.
  ///
  /// - Parameter monotonicNanoseconds: the zero of the starts in the record log, on CLOCK_MONOTONIC.
  public func measurementBegan(at monotonicNanoseconds: UInt64) {
    state.change { $0.origin = $0.origin ?? Double(monotonicNanoseconds) * 1e-9 }
  }

  /// The last value of each sensor. Takes one lock, so it is cheap enough for every redraw.
  public var latest: TelemetrySnapshot { state.latest }

  /// Why writing stopped, for example on a full disk. Sensors are still read.
  public var failure: AssayError? { state.failure }

  /// Ends the recording without waiting for hanging sensors.
  ///
  /// - Returns: why the log is incomplete; `nil` if it is.
  @discardableResult
  public func stop() -> AssayError? {
    state.stop()
    return state.failure
  }
}
