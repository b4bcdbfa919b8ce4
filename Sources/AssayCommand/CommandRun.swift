import ArgumentParser
import Assay
import AssayCore
import Launching

/// The way of every command that measures: run, show, leave with the right status.
enum CommandRun {
  static func measure(_ bench: Bench, output: OutputArguments) throws {
    let files = try output.open()
    let report = try bench.run(observer: ProgressLine(quiet: output.quiet), interrupts: InterruptListener())
    try files.write(report)
    let status = ExitStatus.code(of: report)
    if status != 0 { throw ExitCode(status) }
  }
}
