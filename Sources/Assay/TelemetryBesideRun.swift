import AssayCore
import Foundation
import Launching
import Telemetry

/// Reads the sensors of the machine while a worker measures. What goes wrong with that is told and costs the run nothing.
final class TelemetryBesideRun {
  let path: String
  private let recorder: TelemetryRecorder
  private var failure: AssayError?

  /// A new run's begins at once, before the worker does: how warm a machine was before it had to work may explain what came then. That of a run
  /// that goes on waits for the worker, who may be refused the record log; until then, the telemetry log may be another's.
  ///
  /// - Parameter recordLog: beside which the telemetry log is made, or gone on with.
  init(_ stress: StressPlan, recordLog: String, resumption: ResumePoint?) {
    path = Self.path(beside: recordLog)
    let recorder = TelemetryRecorder(
      logPath: path, root: stress.sensorRoot, interval: stress.telemetryInterval,
      secondsOffset: Double(resumption?.nanoseconds ?? 0) / 1e9)
    self.recorder = recorder
    if resumption == nil { start() }
  }

  private func start() {
    do throws(AssayError) { try recorder.start() } catch { failure = failure ?? error }
  }

  /// The telemetry log of a record log.
  static func path(beside recordLog: String) -> String {
    let stem = recordLog.hasSuffix(".records") ? String(recordLog.dropLast(".records".count)) : recordLog
    return "\(stem).telemetry.jsonl"
  }

  var readings: SensorReadings { recorder.latest.readings }

  /// The worker's first record is about to come.
  func measurementBegan(in process: Int32) {
    start()
    recorder.watch(workerProcess: process)
    recorder.measurementBegan(at: UInt64(WorkerGroup.now * 1e9))
  }

  /// - Returns: what went wrong, if anything.
  func stop() -> Warning? {
    let end = recorder.stop()
    return (failure ?? end).map { .telemetryFailed(message: $0.message, advice: $0.advice) }
  }
}
