public import ArgumentParser
import Assay
import AssayCore
import ChartRendering
import Foundation
public import RecordImport
import Report
import ResultStore
import Steadiness

struct ReportCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Writes an HTML page with the findings, charts and tables of runs.",
    discussion: """
      Refer to runs by id, tag, last or last~1; with a cell of a live comparison come the others. An argument with a slash or the \
      ending .records is the path of a record log, even of an unfinished run. Runs of one model are compared on one page: the others \
      with the first. The page works offline, and prints. With --latency-column the arguments are CSV files of other tools.
      """)

  static let examples = [
    "assay report last~1 last -o report.html",
    "assay report other.csv --latency-column took --latency-unit ms",
  ]

  @Argument(help: .init("The runs (default: last).", valueName: "run"))
  var runs: [String] = []

  @Option(name: [.short, .long], help: .init("The page to write (- for standard output).", valueName: "file"))
  var output = "report.html"

  @Flag(help: "Compare runs of different models with the first, too.")
  var acrossModels = false

  @Option(
    help: .init(
      "Show what changed since the saved run of the same model on the same target: a tag, an id, last or last~1.",
      valueName: "run"))
  var against: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Also show the latencies up to this limit alone, and how many are above it, as in 5ms.", valueName: "time"))
  var discardAbove: TimeSpan?

  @Option(
    parsing: .unconditionalSingleValue,
    help: .init(
      "Also give the share of inferences within an interval, as in 1065ms±15ms (or +-). May be repeated.",
      valueName: "interval"))
  var within: [LatencyInterval] = []

  @OptionGroup(title: "Pictures of the charts") var pictures: PictureArguments
  @OptionGroup var location: StoreArguments
  @OptionGroup(title: "CSV of other tools") var foreign: ForeignArguments

  func validate() throws {
    try TimeSpan.check(discardAbove, 1e-9...3600, "--discard-above", "from 1ns to 1h")
    if foreign.columns != nil && runs.isEmpty { throw ValidationError("--latency-column needs a CSV file.") }
  }

  func run() throws {
    let tool = try ChartTool(environment: ProcessInfo.processInfo.environment)
    let bundle = try tool.bundle()
    let damaged = DamagedRuns()
    let content = try content(damaged)
    if content.runs.isEmpty { try damaged.leave() }
    let html = ReportPage(content.runs, comparisons: content.comparisons, bundle: bundle).html()
    let sink = try TextSink(path: output)
    try sink.write(html)
    try sink.close()
    if !pictures.folders.isEmpty {
      try tool.draw(ReportPage.pictures(content.runs, style: pictures.style), into: pictures.folders)
    }
    if output != "-" { Terminal.message("Wrote \(output) (\(Figures.bytes(html.utf8.count))).") }
    try damaged.leave()
  }

  private func content(_ damaged: DamagedRuns) throws -> (runs: [ReportedRun], comparisons: RunComparisons) {
    let sources = ReportSources(
      SteadinessOptions(discardAbove: discardAbove?.milliseconds, shares: within.map(\.interval)))
    if let columns = foreign.columns {
      return (try runs.map { try sources.run(csv: $0, columns: columns) }, RunComparisons())
    }
    var (reported, saved): ([ReportedRun], [StoredRun]) = ([], [])
    var store: ResultStore?
    for name in runs.isEmpty ? ["last"] : runs {
      if name.contains("/") || name.hasSuffix(".records") {
        reported.append(try sources.run(recordLog: name))
        continue
      }
      if name.hasSuffix(".csv") {
        throw ValidationError(
          "\(name) is a CSV file. Name its column of latencies with --latency-column and --latency-unit.")
      }
      let opened = try store ?? location.open(for: .existing)
      store = opened
      // Each of several cells of one comparison brings the others.
      for run in try opened.runs(opened.ids(for: [name]), damaged: damaged.note) {
        let known = Set(saved.map(\.id))
        let found = try opened.comparison(of: run, damaged: damaged.note).filter { !known.contains($0.id) }
        reported += found.map { sources.run($0, of: opened) }
        saved += found
      }
    }
    guard let store else {
      if against != nil { throw ValidationError("--against compares saved runs, and there is none among these.") }
      return (reported, RunComparisons())
    }
    try addChanges(to: &reported, saved, in: store, damaged)
    return (reported, try sources.comparisons(of: saved, in: store, acrossModels: acrossModels))
  }

  private func addChanges(
    to reported: inout [ReportedRun], _ saved: [StoredRun], in store: ResultStore, _ damaged: DamagedRuns
  ) throws {
    guard let against else { return }
    let baseline = try Baseline(against, in: store, damaged: damaged.note)
    for run in saved {
      let change = try baseline.change(of: run)
      for index in reported.indices where reported[index].report.runID == run.id { reported[index].change = change }
    }
  }
}

/// The columns of times and latencies in a CSV file.
struct ForeignArguments: ParsableArguments {
  @Option(help: .init("The column of latencies, by title or number (1 is the first).", valueName: "column"))
  var latencyColumn: String?

  @Option(help: .init("The unit of the latencies.", valueName: "unit"))
  var latencyUnit: ForeignColumns.Unit?

  @Option(
    help: .init(
      "The column of start times (default: each inference starts when the previous one ends).",
      valueName: "column"))
  var timeColumn: String?

  @Option(help: .init("The unit of the times.", valueName: "unit"))
  var timeUnit: ForeignColumns.Unit?

  var columns: ForeignColumns? {
    guard let latencyColumn, let latencyUnit else { return nil }
    let time = timeColumn.flatMap { name in timeUnit.map { ForeignColumns.Column(name: name, unit: $0) } }
    return ForeignColumns(time: time, latency: .init(name: latencyColumn, unit: latencyUnit))
  }

  func validate() throws {
    guard (latencyColumn == nil) == (latencyUnit == nil) else {
      throw ValidationError("--latency-column and --latency-unit belong together.")
    }
    guard (timeColumn == nil) == (timeUnit == nil) else {
      throw ValidationError("--time-column and --time-unit belong together.")
    }
    if timeColumn != nil && latencyColumn == nil { throw ValidationError("--time-column needs --latency-column.") }
  }
}

extension ForeignColumns.Unit: ExpressibleByArgument {}
