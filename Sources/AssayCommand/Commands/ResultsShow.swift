import ArgumentParser
import Assay
import AssayCore
import Report
import ResultStore
import Steadiness
import Telemetry

struct ResultsShow: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows everything about a saved run, with its histogram.")

  static let examples = ["assay results show last"]

  @OptionGroup var location: StoreArguments

  @Argument(help: .init("The run: an id, a tag, last or last~1.", valueName: "run"))
  var reference: String

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Draw its latencies over time, their histogram and its sensors instead.")
  var plot = false

  func validate() throws {
    if json && plot { throw ValidationError("Give either --json or --plot.") }
  }

  func run() throws {
    let store = try location.open(for: .existing)
    let stored = try store.run(reference)
    if plot { return try draw(stored) }
    let log =
      switch store.logState(of: stored) {
      case .none: "none"
      case .intact: "intact"
      case .missing: "missing: the file is not there, though the run was saved with it"
      case .altered: "altered: the file is not what it was when the run was saved"
      case .unchecked: "not checked: it was saved without a SHA-256"
      }
    let sink = try TextSink(path: "-")
    try sink.write(
      json
        ? RunDocuments.json(RunDocument(stored)) : RunStory(stored, log: log, telemetry: telemetry(of: stored)).text())
    try sink.close()
  }

  private func draw(_ run: StoredRun) throws {
    guard let log = run.report.recordLog else {
      throw AssayError(
        .usage, "Run \(run.id) left no records to draw.", advice: "To see its results: assay results show \(run.id)")
    }
    let found = try SteadinessOfRun(
      recordLog: log, telemetry: run.report.telemetry,
      options: SteadinessOptions(discardAbove: run.spec.measure.stress?.discardAbove))
    let sink = try TextSink(path: "-")
    try sink.write(TerminalPlot(found.steadiness, telemetry: found.telemetry, width: Terminal.outputWidth).text())
    try sink.close()
  }

  /// `nil` if the telemetry log cannot be read: the rest is still shown.
  private func telemetry(of run: StoredRun) -> TelemetrySeries? {
    run.report.telemetry.flatMap { path in try? TelemetryLogReader.read(path) }
  }
}
