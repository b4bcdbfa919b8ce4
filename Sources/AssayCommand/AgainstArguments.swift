import ArgumentParser
import Assay
import AssayCore
import Report
import ResultStore

/// The comparison of what was just measured with what was saved before.
struct AgainstArguments: ParsableArguments {
  @Option(
    help: .init(
      "Compare each cell with the saved run of the same model on the same target: a tag, an id, last or last~1.",
      valueName: "run"))
  var against: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Leave with status 3 where a cell is slower than --against by more than this: its verdict is slower, and its ratio above.",
      valueName: "percent"))
  var failAbove: Percentage?

  func validate() throws {
    try failAbove?.check(0...10_000, "--fail-above")
    if failAbove != nil && against == nil { throw ValidationError("--fail-above needs --against.") }
  }

  func baseline(in store: ResultStore?) throws -> Baseline? {
    guard let against else { return nil }
    guard let store else { throw ValidationError("--against compares saved runs, so leave out --no-save.") }
    return try Baseline(against, in: store)
  }

  /// Compares the cells that ended well, and shows each comparison. One that cannot be made is said, and the others go on.
  ///
  /// - Returns: whether a cell is slower than it may be.
  func compare(
    _ report: RunReport, with baseline: Baseline?, in context: RunContext, isShown: Bool
  ) throws -> Bool {
    guard let baseline else { return false }
    let sink = isShown ? try TextSink(path: "-") : nil
    var regressed = false
    for cell in report.cells where cell.status == .ok && cell.runID != nil {
      do throws(AssayError) {
        let comparison = try baseline.compare(cell, in: context)
        try sink?.write("\n" + comparison.terminal())
        if let failAbove, !comparison.slowdowns(above: failAbove.share).isEmpty { regressed = true }
      } catch {
        Terminal.message("assay: \(error)")
        // A comparison that was asked for and could not be made leaves a build's question open.
        if failAbove != nil { throw error }
      }
    }
    return regressed
  }
}
