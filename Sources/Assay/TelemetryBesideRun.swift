import AssayCore
import Foundation
import Launching
import Telemetry

/// Reads the sensors of the machine while a worker measures. What goes wrong with that is told and costs the run nothing.
struct TelemetryBesideRun {
  let path: String
  private let recorder: TelemetryRecorder
  private let begun: AssayError?
  private let offset: UInt64

  /// Begins at once, before the worker does: how warm a machine was before it had to work may explain what came then.
  ///
  /// - Parameter recordLog: beside which the telemetry log is made, or gone on with.
  init(_ stress: StressPlan, recordLog: String, resumesAt offset: UInt64?) {
    path = Self.path(beside: recordLog)
    self.offset = offset ?? 0
    let recorder = TelemetryRecorder(
      logPath: path, root: stress.sensorRoot, interval: stress.telemetryInterval,
      secondsOffset: Double(self.offset) / 1e9)
    self.recorder = recorder
    begun = AssayError.caught { () throws(AssayError) in try recorder.start() }
  }

  /// The telemetry log of a record log.
  static func path(beside recordLog: String) -> String {
    let stem = recordLog.hasSuffix(".records") ? String(recordLog.dropLast(".records".count)) : recordLog
    return "\(stem).telemetry.jsonl"
  }

  var headline: String { recorder.latest.headline }

  /// The worker's first record is about to come.
  func measurementBegan(in process: Int32) {
    recorder.watch(workerProcess: process)
    recorder.measurementBegan(at: UInt64(WorkerGroup.now * 1e9))
  }

  /// - Returns: what went wrong, if anything.
  func stop() -> CellWarning? {
    let failure = recorder.stop()
    return (begun ?? failure).map {
      CellWarning($0.message, advice: $0.advice ?? "the latencies are not touched by that.")
    }
  }
}

extension AssayError {
  /// The error that a piece of work throws, if it does.
  fileprivate static func caught(_ work: () throws(AssayError) -> Void) -> AssayError? {
    do throws(AssayError) {
      try work()
      return nil
    } catch {
      return error
    }
  }
}
