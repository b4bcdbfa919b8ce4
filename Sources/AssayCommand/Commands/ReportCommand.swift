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
      ending .records is the path of a record log, even of an unfinished run. Several runs are compared on one page. The page works \
      offline. With --latency-column the arguments are CSV files of other tools.
      """)

  static let examples = [
    "assay report last~1 last -o report.html",
    "assay report other.csv --latency-column took --latency-unit ms",
  ]

  @Argument(help: .init("The runs (default: last).", valueName: "run"))
  var runs: [String] = []

  @Option(name: [.short, .long], help: .init("The page to write (- for standard output).", valueName: "file"))
  var output = "report.html"

  @Option(help: .init("Also write every chart as PNG into this folder.", valueName: "folder"))
  var png: String?

  @Option(help: .init("Also write every chart as SVG into this folder.", valueName: "folder"))
  var svg: String?

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
    let reported = try reportedRuns(damaged)
    if reported.isEmpty { try damaged.leave() }
    let html = ReportPage(reported, bundle: bundle).html()
    let sink = try TextSink(path: output)
    try sink.write(html)
    try sink.close()
    if png != nil || svg != nil {
      try tool.draw(ReportPage.specifications(reported), png: png, svg: svg)
    }
    if output != "-" { Terminal.message("Wrote \(output) (\(Figures.bytes(html.utf8.count))).") }
    try damaged.leave()
  }

  private func reportedRuns(_ damaged: DamagedRuns) throws -> [ReportedRun] {
    let sources = ReportSources(
      SteadinessOptions(discardAbove: discardAbove?.milliseconds, shares: within.map(\.interval)))
    if let columns = foreign.columns { return try runs.map { try sources.run(csv: $0, columns: columns) } }
    var store: ResultStore?
    return try (runs.isEmpty ? ["last"] : runs).flatMap { name -> [ReportedRun] in
      if name.contains("/") || name.hasSuffix(".records") { return [try sources.run(recordLog: name)] }
      if name.hasSuffix(".csv") {
        throw ValidationError(
          "\(name) is a CSV file. Name its column of latencies with --latency-column and --latency-unit.")
      }
      let opened = try store ?? location.open(for: .existing)
      store = opened
      return try opened.runs(opened.ids(for: [name]), damaged: damaged.note).flatMap { run in
        try opened.comparison(of: run, damaged: damaged.note).map { sources.run($0, of: opened) }
      }
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
