import ArgumentParser
import Assay
import AssayCore
import Report
import ResultStore

/// Compares new runs with saved ones.
struct AgainstArguments: ParsableArguments {
  @Option(
    help: .init(
      "Compare each cell with the saved run of the same model on the same target: a tag, an id, last or last~1.",
      valueName: "run"))
  var against: String?

  @Flag(
    help: .init(
      "Measure each cell in turns with the model and the engine library of --against, which must still be there, for at most --max-time (default: 60 s)."
    ))
  var live = false

  @OptionGroup var gate: GateArguments

  func validate() throws {
    if gate.failAbove != nil && against == nil { throw ValidationError("--fail-above needs --against.") }
    if live && against == nil { throw ValidationError("--live needs --against.") }
  }

  func baseline(in store: ResultStore?) throws -> Baseline? {
    guard let against else { return nil }
    guard let store else { throw ValidationError("--against compares saved runs, so leave out --no-save.") }
    var baseline = try Baseline(against, in: store) { Terminal.message("assay: \($0)") }
    baseline.limit = gate.failAbove?.share
    return baseline
  }

  /// Compares the cells that succeeded with saved runs. If that is impossible for one, prints why and continues.
  ///
  /// - Returns: what could be compared, and the first error if there is a gate: what could not be compared must not pass it.
  func compare(
    _ report: RunReport, with baseline: Baseline, in context: RunContext
  ) -> (found: [BaselineComparison], failure: AssayError?) {
    var found: [BaselineComparison] = []
    var failure: AssayError?
    for (index, cell) in report.cells.enumerated() where cell.status == .ok && cell.runID != nil {
      do throws(AssayError) {
        found.append(try baseline.compare(cell, number: index + 1, in: context))
      } catch {
        if gate.failAbove == nil { Terminal.message("assay: \(error)") } else { failure = failure ?? error }
      }
    }
    return (found, failure)
  }
}

/// Lets a slowdown end a command with a status of its own.
struct GateArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .init(
      "Say PASS, FAIL or UNSURE: FAIL, with status 3, if a cell is slower than the reference by more than this and the 99 % interval excludes 1.",
      valueName: "percent"))
  var failAbove: Percentage?

  func validate() throws {
    try failAbove?.check(0...10_000, "--fail-above")
  }
}
