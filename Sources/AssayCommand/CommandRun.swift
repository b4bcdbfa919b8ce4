import ArgumentParser
import Assay
import AssayCore
import Platform

/// The way of every command that measures: run, show, leave with the right status.
enum CommandRun {
  static func measure(
    _ bench: Bench, output: OutputArguments, saving: SavingArguments, against: AgainstArguments? = nil
  ) throws {
    let files = try output.open()
    try measure(
      bench, quiet: output.quiet, saving: saving, against: against, showsComparison: output.showsTable
    ) { report throws(AssayError) in
      try files.write(report)
    }
  }

  /// - Parameter show: writes what came of it, also where a cell failed.
  static func measure(
    _ bench: Bench, quiet: Bool, saving: SavingArguments, against: AgainstArguments? = nil,
    showsComparison: Bool = false, show: (RunReport) throws(AssayError) -> Void
  ) throws {
    var bench = bench
    bench.store = try saving.open()
    // Looked up first: the runs to come may be given the same tag, and a name that nobody knows must be told at once.
    let baseline = try against?.baseline(in: bench.store)
    let report = try run(bench, quiet: quiet)
    try show(report)
    if !quiet, bench.stress != nil { suggestNextSteps(of: report, in: saving.location) }
    try leave(report, regressed: try against?.compare(report, with: baseline, isShown: showsComparison) ?? false)
  }

  /// What a person may want to do after a stress test.
  private static func suggestNextSteps(of report: RunReport, in location: StoreArguments) {
    let saved = report.cells.compactMap { $0.runID.map(String.init) }
    guard !saved.isEmpty else { return }
    let store = location.store.map { " --store '\($0)'" } ?? ""
    Terminal.message("Charts: assay report \(saved.joined(separator: " "))\(store) -o report.html")
    for cell in report.cells where cell.status == .interrupted {
      cell.runID.map { Terminal.message("To go on: assay stress --resume \($0)\(store)") }
    }
  }

  /// Measures, with the view that fits on the terminal.
  static func run(_ bench: Bench, quiet: Bool) throws(AssayError) -> RunReport {
    let interrupts = try InterruptListener()
    guard bench.stress != nil else {
      return try bench.run(observer: ProgressLine(quiet: quiet), interrupts: interrupts)
    }
    return try bench.run(observer: StressView(quiet: quiet, resuming: bench.measuredBefore), interrupts: interrupts)
  }

  /// Says what could not be saved, and ends with the status of the report; with 3 where all is well but slower than it may be.
  static func leave(_ report: RunReport, regressed: Bool = false) throws {
    if let error = report.saveError { Terminal.message("assay: Not all was saved. \(error)") }
    let status = ExitStatus.code(of: report)
    if status != 0 || regressed { throw ExitCode(status != 0 ? status : ExitStatus.regression) }
  }
}
