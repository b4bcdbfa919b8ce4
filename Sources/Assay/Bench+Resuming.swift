public import AssayCore
import Foundation
import RecordLog

/// A saved stress test that goes on.
struct Resumption: Sendable {
  let runID: Int64
  let recordLog: String
  /// How long the whole is to be, what was measured before included.
  let wholeRule: RepetitionRule
  /// SHA-256 of the model that was measured.
  let modelHash: String?
  let point: ResumePoint

  /// - Throws: `.badData`, where the model is another one than that which was measured.
  func check(_ model: ModelReport) throws(AssayError) {
    guard let modelHash, let now = model.sha256, modelHash != now else { return }
    throw AssayError(
      .badData, "The model \(model.path) is not the file that run \(runID) measured.",
      advice: "Put the old file back, or begin a new run.")
  }
}

extension Bench {
  /// What a saved run that goes on has behind it.
  public var measuredBefore: (seconds: Double, count: Int) {
    resumption.map { (Double($0.point.nanoseconds) / 1e9, $0.point.count) } ?? (0, 0)
  }

  /// The stress test that goes on where a saved one ended: same model, target and options, into the same record log and under the same id.
  ///
  /// - Parameter rule: how long the whole is to be, what was measured before included; `nil` leaves it as it was planned.
  /// - Throws: `.usage`, where the run is no stress test, has no records, or is complete; `.inputOutput`, `.badData`, `.engineUnavailable`.
  public init(resuming run: StoredRun, rule: RepetitionRule? = nil) throws(AssayError) {
    guard run.plan.kind == .stress else {
      throw AssayError(
        .usage, "Run \(run.id) is no stress test, so it cannot go on.",
        advice: "Measure its cell again: assay results repeat \(run.id)")
    }
    guard let path = run.report.recordLog, FileManager.default.fileExists(atPath: path) else {
      throw AssayError(
        .usage, "The records of run \(run.id) are gone, so it cannot go on.",
        advice: "Begin a new one with assay stress.")
    }
    try self.init(repeating: run)
    let whole = rule ?? run.plan.rule
    var end: UInt64 = 0
    let count = try RecordLogReader(opening: path).read { records in
      if let last = records.last { end = last.end }
    }
    resumption = Resumption(
      runID: run.id, recordLog: path, wholeRule: whole, modelHash: run.report.model.sha256,
      point: ResumePoint(count: count, nanoseconds: end))
    self.rule = whole.remaining(count: count, seconds: Double(end) / 1e9)
    guard self.rule.minimumCount > 0 || self.rule.minimumSeconds > 0, self.rule.maximumSeconds != 0 else {
      throw AssayError(
        .usage, "Run \(run.id) is complete: \(count) inferences in \(end / 1_000_000_000) s.",
        advice: "To make it longer, give it a longer --duration or more --inferences.")
    }
  }
}

extension RepetitionRule {
  /// What is left to do.
  fileprivate func remaining(count: Int, seconds: Double) -> RepetitionRule {
    var rule = self
    rule.minimumCount = max(0, minimumCount - count)
    rule.minimumSeconds = max(0, minimumSeconds - seconds)
    rule.maximumSeconds = maximumSeconds.map { max(0, $0 - seconds) }
    return rule
  }
}
