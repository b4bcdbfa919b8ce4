public import AssayCore
import Foundation
import RecordLog

/// A saved stress test to continue.
struct Resumption: Sendable {
  let runID: Int64
  let recordLog: String
  let point: ResumePoint
  /// The model that was measured.
  let model: ModelReference

  /// - Throws: `.badData` if the model is not the one that was measured.
  func check(_ now: ModelReference) throws(AssayError) {
    guard let then = model.sha256, let sum = now.sha256, then != sum else { return }
    throw AssayError(
      .badData, "The model \(now.path) is not the file that run \(runID) measured.",
      advice: "Restore the old file, or start a new run.")
  }
}

extension Bench {
  /// A stress test that continues a saved one: the same cell, into the same record log and under the same id.
  ///
  /// - Parameter rule: the length of the whole test, including the saved part; `nil` keeps the planned length.
  /// - Throws: `.usage` if the run is no stress test, has no records, or is complete; `.inputOutput`, `.badData`.
  public init(resuming run: StoredRun, rule: RepetitionRule? = nil, in context: RunContext) throws(AssayError) {
    guard run.kind == .stress else {
      throw AssayError(
        .usage, "Run \(run.id) is not a stress test and cannot be resumed.",
        advice: "Measure its cell again: assay results repeat \(run.id)")
    }
    guard let path = run.report.recordLog, FileManager.default.fileExists(atPath: path) else {
      throw AssayError(
        .usage, "The records of run \(run.id) are gone, so it cannot be resumed.",
        advice: "Start a new one with assay stress.")
    }
    self.init(repeating: run, in: context)
    var end: UInt64 = 0
    let count = try RecordLogReader(opening: path).read { records in
      if let last = records.last { end = last.end }
    }
    let point = ResumePoint(count: count, nanoseconds: end)
    resumption = Resumption(runID: run.id, recordLog: path, point: point, model: run.spec.model)
    if let rule { cells[0].measure.rule = rule }
    guard !cells[0].measure.rule.remaining(after: point).isFulfilled else {
      throw AssayError(
        .usage, "Run \(run.id) is complete: \(count) inferences in \(end / 1_000_000_000) s.",
        advice: "To make it longer, give a longer --duration or more --inferences.")
    }
  }
}
