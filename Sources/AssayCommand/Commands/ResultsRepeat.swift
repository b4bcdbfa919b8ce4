import ArgumentParser
import Assay
import AssayCore
import Platform
import Report
import ResultStore

struct ResultsRepeat: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "repeat", abstract: "Measures the cell of a saved run again, saves it, and compares both.")

  static let examples = ["assay results repeat last"]

  @OptionGroup var location: StoreArguments

  @Argument(help: .init("The run: an id, a tag, last or last~1.", valueName: "run"))
  var reference: String

  @OptionGroup var kept: OriginArguments

  @Flag(name: [.short, .long], help: "Show no progress and no tables. Errors still go to standard error.")
  var quiet = false

  func run() throws {
    let store = try location.open(for: .saving)
    let before = try store.run(reference)
    let view: any EventView = before.kind == .stress ? StressView() : ProgressView()
    let commit = CommitLookup()
    let interrupts = try InterruptListener()
    var run = CommandRun(
      try .local(interrupts: interrupts), interrupts: interrupts, files: try OutputFiles(), store: store,
      readers: try EventReaders(isQuiet: quiet, view: view),
      screen: nil)
    sayWhatOpens(before, on: run.context.machine.host)
    run.context.commit = commit
    run.context.note = kept.note
    let report = try run.run(Bench(repeating: before, in: run.context))
    if let was = before.report.model.sha256, let now = report.cells.first?.model.sha256, was != now {
      Terminal.message("The model \(before.spec.model.path) is not the file that run \(before.id) measured.")
    }
    CommandRun.showFailures(report.cells, besides: !quiet)
    if !quiet {
      let sink = try TextSink(path: "-")
      let screen = Terminal.screen(.auto, isVerbose: false)
      try sink.write(RunReport(host: report.host, cells: [before.report] + report.cells).terminal(on: screen))
      if let cell = report.cells.first, cell.status == .ok {
        let baseline = try Baseline("\(before.id)", in: store) { Terminal.message("assay: \($0)") }
        try sink.write("\n" + baseline.compare(cell, in: run.context).comparison.terminal(on: screen))
      }
      try sink.close()
    }
    try CommandRun.leave(report)
  }

  /// A run may come from another machine or from a stranger, and its library is code that runs here: said before it is opened, even with --quiet.
  private func sayWhatOpens(_ run: StoredRun, on host: HostDescription) {
    let origin =
      host.isSameMachine(as: run.host) ? "" : " was measured on another machine, \(run.host.shortName.printable), and"
    if let library = run.spec.engineLibrary {
      Terminal.message("Run \(run.id)\(origin) names the library to open: \(library.printable)")
    } else if !origin.isEmpty {
      Terminal.message(
        "Run \(run.id)\(origin) names no library: it opens the \(run.spec.target.engine.printable) that assay engines list shows."
      )
    }
  }
}
