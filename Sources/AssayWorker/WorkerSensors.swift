import AssayCore
import Glibc
import Platform
import Telemetry

/// The sensors of this machine beside a stress test, if the parent runs on another. What goes wrong costs the run nothing.
final class WorkerSensors: Sendable {
  private let recorder: TelemetryRecorder
  private let failure: AssayError?

  /// Starts reading.
  init(_ stress: StressMeasure, logPath: String) {
    recorder = TelemetryRecorder(
      logPath: logPath, root: stress.sensorRoot, interval: stress.telemetryInterval, workerProcess: getpid())
    let start = Result { [recorder] () throws(AssayError) in try recorder.start() }
    failure = if case .failure(let error) = start { error } else { nil }
  }

  var readings: SensorReadings { recorder.latest.readings }

  /// The first record is about to come.
  func measurementBegan() { recorder.measurementBegan(at: MonotonicClock.now()) }

  /// - Returns: what went wrong, if anything.
  func stop() -> Warning? {
    let end = recorder.stop()
    return (failure ?? end).map { .telemetryFailed(message: $0.message, advice: $0.advice) }
  }
}
