import AssayCore
import Platform
import Synchronization

/// How to record.
struct RecordingOptions: Sendable {
  var logPath: String
  var root = "/"
  /// Seconds.
  var interval = 1.0
  /// Where the measurement begins on the log's time axis.
  var secondsOffset = 0.0
  /// Seconds that a source may take to answer. Under full load, a thread of low priority can wait for a second.
  var deadline = 2.0
  var clocks = MachineClocks.system
}

/// What the recorder and its thread share.
final class RecordingState: Sendable {
  enum Phase {
    case new, running, stopping, ended
  }

  struct Values {
    var phase = Phase.new
    /// When the measurement began, in seconds of the monotonic clock.
    var origin: Double?
    var latest = TelemetrySnapshot()
    var failure: AssayError?
  }

  let worker: WatchedProcess
  private let values = Mutex(Values())
  private let wakeUp = Alarm()
  private let end = Alarm()

  init(worker: WatchedProcess) {
    self.worker = worker
  }

  var phase: Phase { values.withLock { $0.phase } }
  var origin: Double? { values.withLock { $0.origin } }
  var latest: TelemetrySnapshot { values.withLock { $0.latest } }
  var failure: AssayError? { values.withLock { $0.failure } }

  /// Changes something and wakes the thread.
  func change(_ body: (inout Values) -> Void) {
    values.withLock { body(&$0) }
    wakeUp.ring()
  }

  /// Called on the thread: publishes what it read.
  func publish(_ latest: TelemetrySnapshot, failure: AssayError?) {
    values.withLock {
      $0.latest = latest
      $0.failure = failure
    }
  }

  /// Called on the thread: sleeps until something changes or time is up.
  func sleep(seconds: Double) {
    _ = wakeUp.wait(seconds: seconds)
  }

  /// The thread calls it last.
  func finish() {
    values.withLock { $0.phase = .ended }
    end.ring()
  }

  /// Seconds to wait for the thread. It ends at once, unless it hangs in a system call.
  private static let patience = 10

  /// Waits until the thread has written its last line.
  func stop() {
    let isRunning = values.withLock {
      if $0.phase == .running { $0.phase = .stopping }
      return $0.phase == .stopping
    }
    guard isRunning else { return }
    wakeUp.ring()
    for _ in 0..<Self.patience where phase != .ended { _ = end.wait(seconds: 1) }
    values.withLock {
      guard $0.phase != .ended, $0.failure == nil else { return }
      $0.failure = AssayError(
        .timedOut, "The thread that reads sensors hangs. The telemetry log holds what it had read.")
    }
  }
}
