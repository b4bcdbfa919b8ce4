import ArgumentParser
import Assay
import AssayCore
import Launching

/// The way of every command that measures: run, show, leave with the right status.
enum CommandRun {
  static func measure(_ bench: Bench, output: OutputArguments, saving: SavingArguments) throws {
    let files = try output.open()
    try measure(bench, quiet: output.quiet, saving: saving) { report throws(AssayError) in try files.write(report) }
  }

  /// - Parameter show: writes what came of it, also where a cell failed.
  static func measure(
    _ bench: Bench, quiet: Bool, saving: SavingArguments, show: (RunReport) throws(AssayError) -> Void
  ) throws {
    var bench = bench
    bench.store = try saving.open()
    let report = try bench.run(observer: ProgressLine(quiet: quiet), interrupts: InterruptListener())
    try show(report)
    try leave(report)
  }

  /// Says what could not be saved, and ends with the status of the report.
  static func leave(_ report: RunReport) throws {
    if let error = report.saveError { Terminal.message("assay: Not all was saved. \(error)") }
    let status = ExitStatus.code(of: report)
    if status != 0 { throw ExitCode(status) }
  }
}
