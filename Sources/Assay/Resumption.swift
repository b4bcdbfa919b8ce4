public import AssayCore
import Foundation
import RecordLog

/// A saved stress test to continue.
struct Resumption: Sendable {
  let runID: Int64
  let recordLog: String
  let point: ResumePoint
  /// What was measured.
  let spec: CellSpec

  /// - Throws: `.badData` if the model or given inputs are not those that were measured.
  func check(_ now: CellSpec) throws(AssayError) {
    guard now.options.given.withoutPaths == spec.options.given.withoutPaths else {
      throw AssayError(
        .badData, "The inputs of \(now.model.path) are not those that run \(runID) measured.",
        advice: "Restore the old files, or start a new run.")
    }
    guard let then = spec.model.sha256, let sum = now.model.sha256, then != sum else { return }
    throw AssayError(
      .badData, "The model \(now.model.path) is not the file that run \(runID) measured.",
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
    if let via = run.report.via {
      throw AssayError(
        .usage, "Run \(run.id) was measured behind \"\(via)\" and cannot be resumed.",
        advice: "Start a new one with assay stress.")
    }
    guard let path = run.report.recordLog, FileManager.default.fileExists(atPath: path) else {
      throw AssayError(
        .usage, "The records of run \(run.id) are gone, so it cannot be resumed.",
        advice: "Start a new one with assay stress.")
    }
    try self.init(repeating: run, in: context)
    self.context.note = self.context.note ?? run.report.origin?.note
    var end: UInt64 = 0
    let count = try RecordLogReader(opening: path).read { records in
      if let last = records.last { end = last.end }
    }
    let point = ResumePoint(count: count, nanoseconds: end)
    resumption = Resumption(runID: run.id, recordLog: path, point: point, spec: run.spec)
    if let rule { cells[0].measure.rule = rule }
    guard !cells[0].measure.rule.remaining(after: point).isFulfilled else {
      throw AssayError(
        .usage, "Run \(run.id) is complete: \(count) inferences in \(end / 1_000_000_000) s.",
        advice: "To make it longer, give a longer --duration or more --inferences.")
    }
  }
}
