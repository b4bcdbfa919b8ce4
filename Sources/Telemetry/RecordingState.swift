import AssayCore
import Synchronization

/// What a recording is made with.
struct RecordingOptions: Sendable {
  var logPath: String
  var root = "/"
  /// Seconds.
  var interval = 1.0
  /// Where the measurement begins on the axis of the log.
  var secondsOffset = 0.0
  /// Seconds that a source may take to answer. A machine under full load may well keep a thread of low priority waiting for a second.
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
    /// Of the monotonic clock, when the measurement began.
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

  /// Changes something and wakes the thread, so that it looks.
  func change(_ body: (inout Values) -> Void) {
    values.withLock { body(&$0) }
    wakeUp?.ring()
  }

  /// On the thread: tells what was read.
  func publish(_ latest: TelemetrySnapshot, failure: AssayError?) {
    values.withLock {
      $0.latest = latest
      $0.failure = failure
    }
  }

  /// On the thread: sleeps until something was changed, or the time is over.
  func sleep(seconds: Double) {
    _ = wakeUp?.wait(seconds: seconds)
  }

  /// On the thread: nothing comes after this.
  func finish() {
    values.withLock { $0.phase = .ended }
    end?.ring()
  }

  /// Seconds to wait for the thread. It ends at once, unless the system keeps it in a call that nothing can end.
  private static let patience = 10

  /// Returns when the thread has written its last line.
  func stop() {
    let isRunning = values.withLock {
      if $0.phase == .running { $0.phase = .stopping }
      return $0.phase == .stopping
    }
    guard isRunning else { return }
    wakeUp?.ring()
    for _ in 0..<Self.patience where phase != .ended { _ = end?.wait(seconds: 1) }
    values.withLock {
      guard $0.phase != .ended, $0.failure == nil else { return }
      $0.failure = AssayError(
        .timedOut, "The thread that reads sensors hangs. The telemetry log holds what it had read.")
    }
  }
}
