public import AssayCore
import Foundation
import Platform
import ResultStore
import Statistics

extension Baseline {
  /// Measures every cell of a bench in turns with the model and the library of its run in the baseline, so that both see the same machine.
  ///
  /// The cells of the bench are those of the report; those of the baseline are saved as runs, too.
  ///
  /// - Parameter maximumSeconds: of each pair.
  /// - Throws: `.usage` if the baseline lacks a cell; `.badModel`, `.badData` or `.engineUnavailable` if a file of its run is not what it was. Then
  ///   nothing is measured. The error of its cell if that cannot be measured again.
  public func measureInTurns(_ bench: Bench, maximumSeconds: Double?) throws(AssayError) -> RunReport {
    // A new version at the path of the old one has overwritten it, so it lies elsewhere.
    let pairs = try pairs(of: bench.cells, byName: true, in: bench.context)
    var references: [CellSpec?] = []
    for pair in pairs {
      if case .success(let found) = pair {
        references.append(try reference(for: found.spec, run: found.run, bench.context.digests))
      } else {
        references.append(nil)
      }
    }
    var report = bench.context.newRunReport()
    report.baselineComparisons = []
    for (index, pair) in pairs.enumerated() {
      guard case .success(let found) = pair, let reference = references[index],
        bench.context.interrupts?.isInterrupted != true
      else {
        var cell = CellReport(bench.cells[index])
        if case .failure(let error) = pair { cell.end(with: error) } else { cell.end(with: Self.neverBegan) }
        report.cells.append(cell)
        continue
      }
      let comparison = try takeTurns(
        reference, of: found.run, found.spec, context: bench.context, maximumSeconds: maximumSeconds)
      guard var cell = comparison.cells[1].report else { continue }
      if comparison.interleaving?.ending == .timeIsUp, cell.status == .interrupted { cell.end(with: Self.timeIsUp) }
      report.cells.append(cell)
      report.saveError = report.saveError ?? comparison.saveError
      report.baselineComparisons?.append(
        BaselineComparison(cell: index + 1, baseline: found.run.id, isLive: true, comparison: comparison))
      try check(comparison.cells[0].report, run: found.run, against: cell)
    }
    let saver = RunSaver(bench.context)
    saver.moveBaseline(to: report.cells)
    report.saveError = report.saveError ?? saver.failure
    return report
  }

  /// Nobody interrupted it.
  private static let timeIsUp = AssayError(
    .timedOut, "The time was up before every cell had run a block.", advice: "Measure longer, as with --max-time 300.")

  private static let neverBegan = AssayError(.interrupted, "Interrupted before it began.")

  private func takeTurns(
    _ reference: CellSpec, of run: StoredRun, _ spec: CellSpec, context: RunContext, maximumSeconds: Double?
  ) throws(AssayError) -> ComparisonReport {
    var context = context
    // The tag moves to the cells of the bench alone, once all have ended.
    context.baseline = nil
    let label = "run \(run.id)" + (name == "\(run.id)" ? "" : ", \(name)")
    var comparison = Comparison([(label, reference), ("\(spec.model.path)@\(spec.target)", spec)], in: context)
    comparison.limit = limit
    comparison.maximumSeconds = maximumSeconds ?? comparison.maximumSeconds
    comparison.precision = Self.precision(for: limit)
    return try comparison.run()
  }

  /// The width of the 95 % interval at which the rounds end: then half the 99 % interval is 0.7 of the limit, so the gate can decide.
  static func precision(for limit: Double?) -> Double {
    guard let limit, limit > 0 else { return Comparison.defaultPrecision }
    return min(limit, largestPrecision)
  }

  /// A wide limit does not need a wide interval.
  private static let largestPrecision = 0.1

  /// The cell of a run again, with the files that it measured.
  private func reference(
    for spec: CellSpec, run: StoredRun, _ digests: FileDigests
  ) throws(AssayError) -> CellSpec {
    var reference = run.spec
    reference.model = try model(of: run, besides: spec.model, digests)
    reference.engineLibrary = try library(of: run, digests)
    reference.options.timeLimit = spec.options.timeLimit
    reference.measure = spec.measure
    return reference
  }

  /// The model that a run measured, where the run found it or where the cell has it now.
  private func model(
    of run: StoredRun, besides other: ModelReference, _ digests: FileDigests
  ) throws(AssayError) -> ModelReference {
    let saved = run.spec.model
    let path = other.sha256 == saved.sha256 ? other.path : saved.path
    let found: ModelReference
    do throws(AssayError) {
      found = try ModelFile(at: path, pluginFormat: saved.format).reference(digests)
    } catch {
      if error.code == .interrupted { throw error }
      throw AssayError(
        .badModel, "--live cannot measure run \(run.id) again. \(error.message)", advice: Self.withoutLive)
    }
    guard found.sha256 == saved.sha256 else {
      throw AssayError(
        .badModel, "--live cannot measure run \(run.id) again: \(path) has changed since.",
        advice: "Keep the models of a baseline in a folder of their own. \(Self.withoutLive)")
    }
    return ModelReference(path: path, format: saved.format, signature: saved.signature)
  }

  /// The library that measured a run; `nil` if its engine needs none.
  private func library(of run: StoredRun, _ digests: FileDigests) throws(AssayError) -> String? {
    guard let path = run.report.engine.library else { return nil }
    let problem: String
    if let saved = run.report.engine.librarySHA256 {
      guard FileManager.default.fileExists(atPath: path) else {
        throw unavailable(run, "there is no library \(path).")
      }
      let found = try digests.digest(ofFile: path).sha256
      if found == saved { return path }
      problem = "the library \(path) has changed since."
    } else {
      problem = "it was saved without the SHA-256 of its library \(path)."
    }
    throw unavailable(run, problem)
  }

  private func unavailable(_ run: StoredRun, _ problem: String) -> AssayError {
    AssayError(
      .engineUnavailable, "--live cannot measure run \(run.id) again: \(problem)",
      advice:
        "Save a new baseline with a library that stays there, as in --engine-library NAME=PATH. \(Self.withoutLive)")
  }

  private static let withoutLive = "Without --live, the saved latencies are compared."

  /// A gate must not pass because its reference could not be measured, or is not what the run measured.
  private func check(_ reference: CellReport?, run: StoredRun, against cell: CellReport) throws(AssayError) {
    guard let reference, cell.status == .ok else { return }
    if let error = reference.error {
      throw AssayError(error.code, "Run \(run.id) could not be measured again. \(error.message)", advice: error.advice)
    }
    guard reference.engine.version == run.report.engine.version else {
      throw unavailable(
        run,
        "its engine was \(run.report.engine.version ?? "unknown"), and is \(reference.engine.version ?? "unknown").")
    }
  }
}
