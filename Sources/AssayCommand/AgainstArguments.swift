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

  @Option(
    parsing: .unconditional,
    help: .init(
      "Exit with status 3 if a cell is slower than --against by more than this: the verdict is slower, and the ratio exceeds it.",
      valueName: "percent"))
  var failAbove: Percentage?

  func validate() throws {
    try failAbove?.check(0...10_000, "--fail-above")
    if failAbove != nil && against == nil { throw ValidationError("--fail-above needs --against.") }
  }

  func baseline(in store: ResultStore?) throws -> Baseline? {
    guard let against else { return nil }
    guard let store else { throw ValidationError("--against compares saved runs, so leave out --no-save.") }
    return try Baseline(against, in: store) { Terminal.message("assay: \($0)") }
  }

  /// Compares the cells that succeeded, and shows each comparison. If one cannot be made, prints why and continues.
  ///
  /// - Returns: whether a slowdown exceeds the limit.
  func compare(
    _ report: RunReport, with baseline: Baseline?, in context: RunContext, on screen: Screen?
  ) throws -> Bool {
    guard let baseline else { return false }
    let sink = screen == nil ? nil : try TextSink(path: "-")
    var regressed = false
    for cell in report.cells where cell.status == .ok && cell.runID != nil {
      do throws(AssayError) {
        let comparison = try baseline.compare(cell, in: context)
        if let screen { try sink?.write("\n" + comparison.terminal(on: screen)) }
        if let failAbove, !comparison.slowdowns(above: failAbove.share).isEmpty { regressed = true }
      } catch {
        Terminal.message("assay: \(error)")
        // A comparison that could not be made must not pass a build.
        if failAbove != nil { throw error }
      }
    }
    return regressed
  }
}
