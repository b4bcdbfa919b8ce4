import ArgumentParser
import AssayCore
import RecordLog
import Report
import ResultStore

struct ResultsExport: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes saved runs for other programs, or a record log as CSV.",
    discussion: """
      An argument with a slash or the ending .records is the path of a record log, even of an unfinished run. It is written \
      as CSV: index, start_ms, latency_ms.
      """)

  static let examples = ["assay results export last~1 last --format csv -o runs.csv"]

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, csv, markdown
    case githubActionBenchmark = "github-action-benchmark"
    case bencher, junit, github
  }

  @OptionGroup var location: StoreArguments

  @Argument(help: "The runs (ids, tags, last, last~1), or the path of one record log.")
  var runs: [String]

  @Option(
    help: .init(
      "The format: json (default), csv, markdown, github-action-benchmark, bencher (Bencher Metric Format), junit (XML), or github (Markdown for $GITHUB_STEP_SUMMARY).",
      valueName: "format"))
  var format: Format?

  @Option(
    help: .init(
      "The number for bencher and github-action-benchmark (default: p50; bencher: p50 and throughput).",
      valueName: "metric"))
  var metric: RunMetric?

  @Flag(help: "Write every inference of the runs as CSV, with the model, the target and the time of each.")
  var records = false

  @Option(name: [.short, .long], help: .init("The file to write (- for standard output).", valueName: "file"))
  var output = "-"

  private var logPath: String? { runs.first { $0.contains("/") || $0.hasSuffix(".records") } }

  func validate() throws {
    if logPath != nil && runs.count > 1 { throw ValidationError("Export one record log at a time.") }
    if (records || logPath != nil), let format, format != .csv {
      throw ValidationError("--records writes CSV, so leave out --format.")
    }
    if metric != nil, format != .bencher, format != .githubActionBenchmark {
      throw ValidationError(
        "--metric is for --format bencher and github-action-benchmark; other formats have all numbers.")
    }
  }

  func run() throws {
    if let logPath {
      let reader = try RecordLogReader(opening: logPath)
      let sink = try TextSink(path: output)
      try RecordExporter.write(reader, to: sink)
      return try sink.close()
    }
    let store = try location.open(for: .existing)
    let damaged = DamagedRuns()
    let stored = try store.runs(store.ids(for: runs), damaged: damaged.note)
    if stored.isEmpty { try damaged.leave() }
    records ? try exportRecords(stored, of: store) : try export(stored)
    try damaged.leave()
  }

  private func export(_ runs: [StoredRun]) throws(AssayError) {
    let text =
      switch format ?? .json {
      case .json: RunDocuments.json(RunsDocument(runs))
      case .csv: RunDocuments.csv(runs)
      case .markdown: RunList.markdown(runs)
      case .githubActionBenchmark: ContinuousBenchmarking.githubActionBenchmark(runs, metric ?? .p50)
      case .bencher: ContinuousBenchmarking.bencher(runs, metric)
      case .junit: BuildReports.junit(runs)
      case .github: BuildReports.githubSummary(runs)
      }
    let sink = try TextSink(path: output)
    try sink.write(text)
    try sink.close()
  }

  /// Opens all logs before it writes the first row, so that a missing log leaves no partial table.
  private func exportRecords(_ runs: [StoredRun], of store: ResultStore) throws(AssayError) {
    var readers: [(run: StoredRun, reader: RecordLogReader)] = []
    for run in runs {
      guard let path = run.report.recordLog else { throw AssayError(.badData, "Run \(run.id) left no records.") }
      switch store.logState(of: run) {
      case .missing:
        throw AssayError(.inputOutput, "The record log of run \(run.id) is missing: \(path)")
      case .altered:
        Terminal.message("The record log of run \(run.id) has changed since the run was saved: \(path)")
      case .none, .intact, .unchecked: break
      }
      readers.append((run, try RecordLogReader(opening: path)))
    }
    let sink = try TextSink(path: output)
    try sink.write(RecordExporter.runHeader)
    for (run, reader) in readers { try RecordExporter.writeRows(of: reader, of: run, to: sink) }
    try sink.close()
  }
}
