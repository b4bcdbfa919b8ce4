import ArgumentParser
import Assay
import AssayCore
import Launching

/// The way of every command that measures: run, show, leave with the right status.
enum CommandRun {
  static func measure(_ bench: Bench, output: OutputArguments) throws {
    let files = try output.open()
    try measure(bench, quiet: output.quiet) { report throws(AssayError) in try files.write(report) }
  }

  /// - Parameter show: writes what came of it, also where a cell failed.
  static func measure(
    _ bench: Bench, quiet: Bool, show: (RunReport) throws(AssayError) -> Void
  ) throws {
    let report = try bench.run(observer: ProgressLine(quiet: quiet), interrupts: InterruptListener())
    try show(report)
    let status = ExitStatus.code(of: report)
    if status != 0 { throw ExitCode(status) }
  }
}
