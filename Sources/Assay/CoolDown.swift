import AssayCore
import Foundation
import Glibc
import Launching
import Study
import Telemetry

/// Waits between two cells: for a time, or until the processor is cool enough.
struct CoolDown {
  private let rule: StudyFile.CoolDown
  private let readsSensors: Bool
  /// Seconds between two looks.
  private static let interval = 0.2

  /// - Parameter readsSensors: whether the cells run on this machine; of another one, the time alone counts.
  init(_ rule: StudyFile.CoolDown, readsSensors: Bool) {
    self.rule = rule
    self.readsSensors = readsSensors
  }

  /// - Parameter isStopped: asked again and again.
  func wait(isStopped: () -> Bool) {
    let end = WorkerGroup.now + rule.seconds
    let recorder = readsSensors && rule.temperature != nil ? recorder() : nil
    while WorkerGroup.now < end, !isStopped() {
      if let limit = rule.temperature, let temperature = recorder?.latest.temperature, temperature <= limit { return }
      usleep(UInt32(min(Self.interval, max(end - WorkerGroup.now, 0)) * 1e6))
    }
  }

  /// Sensors without a log that is kept.
  private func recorder() -> TelemetryRecorder? {
    let recorder = TelemetryRecorder(logPath: "/dev/null", interval: 1)
    do { try recorder.start() } catch { return nil }
    return recorder
  }
}
