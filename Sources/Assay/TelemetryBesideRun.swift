import AssayCore
import Foundation
import Launching
import Telemetry

/// The sensors of the machine that measures, read beside a run. What goes wrong with that is a warning and costs the run nothing.
final class TelemetryBesideRun {
  let path: String
  /// `nil` if the worker reads the sensors, because it runs on another machine.
  private let recorder: TelemetryRecorder?
  private var failure: AssayError?

  /// A new run starts reading at once, before its worker: how warm the machine was may explain what comes. A resumed run starts after the worker
  /// has locked the record log; until then the telemetry log may be another's.
  init(_ stress: StressMeasure, _ job: CellJob) {
    path = RunFiles.telemetry(beside: job.recordLogPath)
    recorder =
      job.telemetryPath != nil
      ? nil
      : TelemetryRecorder(
        logPath: path, root: stress.sensorRoot, interval: stress.telemetryInterval,
        secondsOffset: Double(job.resumePoint?.nanoseconds ?? 0) / 1e9)
    if job.resumePoint == nil { start() }
  }

  private func start() {
    do throws(AssayError) { try recorder?.start() } catch { failure = failure ?? error }
  }

  /// `nil` if this process reads no sensors.
  var readings: SensorReadings? { recorder?.latest.readings }

  /// The worker's first record is about to come.
  func measurementBegan(in process: Int32) {
    start()
    recorder?.watch(workerProcess: process)
    recorder?.measurementBegan(at: UInt64(WorkerGroup.now * 1e9))
  }

  /// - Returns: what went wrong, if anything.
  func stop() -> Warning? {
    let end = recorder?.stop()
    return (failure ?? end).map { .telemetryFailed(message: $0.message, advice: $0.advice) }
  }
}
