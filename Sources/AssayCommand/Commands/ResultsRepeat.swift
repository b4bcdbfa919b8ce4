import ArgumentParser
import Assay
import AssayCore
import Report
import ResultStore

struct ResultsRepeat: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repeat", abstract: "Measures the cell of a saved run again, saves it, and compares both.")

  @OptionGroup var location: StoreArguments

  @Argument(help: .init("The run: an id, a tag, last or last~1.", valueName: "run"))
  var reference: String

  @Flag(name: [.short, .long], help: "Show neither progress nor the table.")
  var quiet = false

  func run() throws {
    let store = try location.open(for: .saving)
    let before = try store.run(reference)
    var bench = try Bench(repeating: before)
    bench.store = store
    let report = try CommandRun.run(bench, quiet: quiet)
    if let was = before.report.model.sha256, let now = report.cells.first?.model.sha256, was != now {
      Terminal.message("The model \(before.plan.modelPath) is not the file that run \(before.id) measured.")
    }
    if !quiet {
      let sink = try TextSink(path: "-")
      try sink.write(RunTables(RunReport(host: report.host, cells: [before.report] + report.cells)).terminal())
      if let cell = report.cells.first, cell.status == .ok {
        try sink.write("\n" + Baseline("\(before.id)", in: store).compare(cell).terminal())
      }
      try sink.close()
    }
    try CommandRun.leave(report)
  }
}
