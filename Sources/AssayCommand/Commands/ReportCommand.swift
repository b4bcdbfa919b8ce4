public import ArgumentParser
import Assay
import AssayCore
import ChartRendering
import Foundation
public import RecordImport
import Report
import ResultStore
import Steadiness

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Writes a page to show: findings, charts and tables of runs in one file.",
    discussion: """
      Runs are named by id, tag, last or last~1; a cell of a live comparison brings the others with it. What holds a slash or ends in .records is the path of a record log, also of a run \
      that was cut short. The page needs no network and no other file. Several runs are compared on one page.

      With --latency-column the arguments are CSV files of other tools:

        assay report other.csv --latency-column took --latency-unit ms --time-column at --time-unit s
      """)

  @Argument(help: .init("The runs (default: last).", valueName: "run"))
  var runs: [String] = []

  @Option(name: [.short, .long], help: .init("The page (- for standard output).", valueName: "file"))
  var output = "report.html"

  @Option(help: .init("Write every chart as PNG into this folder, too.", valueName: "folder"))
  var png: String?

  @Option(help: .init("Write every chart as SVG into this folder, too.", valueName: "folder"))
  var svg: String?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Show the latencies without those above a limit, too, and what that hides, as in 5ms.", valueName: "time"))
  var discardAbove: TimeSpan?

  @Option(
    parsing: .unconditionalSingleValue,
    help: .init(
      "Tell the share of inferences within an interval, too, as in 1065ms±15ms (or +-). May be repeated.",
      valueName: "interval"))
  var within: [LatencyInterval] = []

  @OptionGroup var location: StoreArguments
  @OptionGroup(title: "CSV of other tools") var foreign: ForeignArguments

  func validate() throws {
    try TimeSpan.check(discardAbove, 1e-9...3600, "--discard-above", "from 1ns to 1h")
    if foreign.columns != nil && runs.isEmpty { throw ValidationError("--latency-column needs a CSV file.") }
  }

  func run() throws {
    let tool = try ChartTool(environment: ProcessInfo.processInfo.environment)
    let bundle = try tool.bundle()
    let reported = try reportedRuns()
    let html = ReportPage(reported, bundle: bundle).html()
    let sink = try TextSink(path: output)
    try sink.write(html)
    try sink.close()
    if png != nil || svg != nil {
      try tool.draw(ReportPage.specifications(reported), png: png, svg: svg)
    }
    if output != "-" { Terminal.message("Wrote \(output) (\(Figures.bytes(html.utf8.count))).") }
  }

  private func reportedRuns() throws -> [ReportedRun] {
    let sources = ReportSources(
      SteadinessOptions(discardAbove: discardAbove?.milliseconds, shares: within.map(\.interval)))
    if let columns = foreign.columns { return try runs.map { try sources.run(csv: $0, columns: columns) } }
    var store: ResultStore?
    return try (runs.isEmpty ? ["last"] : runs).flatMap { name in
      if name.contains("/") || name.hasSuffix(".records") { return [try sources.run(recordLog: name)] }
      if name.hasSuffix(".csv") {
        throw ValidationError(
          "\(name) is a table of another tool; name its column with --latency-column and --latency-unit.")
      }
      let opened = try store ?? location.open(for: .existing)
      store = opened
      let runs = try opened.ids(for: [name]).flatMap { id in try opened.comparison(of: try opened.run(id)) }
      return runs.map { sources.run($0, of: opened) }
    }
  }
}

/// Where a CSV file has its times and latencies.
struct ForeignArguments: ParsableArguments {
  @Option(help: .init("The column of latencies, by title or number (1 is the first).", valueName: "column"))
  var latencyColumn: String?

  @Option(help: .init("Its unit.", valueName: "unit"))
  var latencyUnit: ForeignColumns.Unit?

  @Option(
    help: .init(
      "The column of the times at which inferences began (default: each begins as the one before it ends).",
      valueName: "column"))
  var timeColumn: String?

  @Option(help: .init("Its unit.", valueName: "unit"))
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
