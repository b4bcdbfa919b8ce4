public import ArgumentParser
import Assay
public import AssayCore
import ChartRendering
import Foundation
import Report
import ResultStore

struct ResultsTrend: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "trend", abstract: "Draws a number of a model's saved runs over time, and tells where it changed.",
    discussion: """
      Runs belong together if they measured the same cell (content of the model, target, options, measure) on the same machine. \
      Changes are found as in long runs, so they need some runs: with too few, it reports none.
      """)

  static let examples = [
    "assay results trend net.tflite --target litert",
    "assay results trend net.tflite --metric p99 -o trend.html",
  ]

  @OptionGroup var location: StoreArguments

  @Argument(help: "The model: its file name or the end of its path; * and ? match anything.")
  var model: String

  @Option(help: .init("Only this target: engine[:device].", valueName: "target"))
  var target: String?

  @Option(help: .init("The number to follow.", valueName: "metric"))
  var metric = RunMetric.p50

  @Option(name: [.short, .long], help: .init("Write an HTML page instead (- for standard output).", valueName: "file"))
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    _ = try filter()
    if json && output != nil { throw ValidationError("Give either --json or --output.") }
  }

  func run() throws {
    let tool = try output.map { _ in try ChartTool(environment: ProcessInfo.processInfo.environment).bundle() }
    let damaged = DamagedRuns()
    let report = try RunTrend.report(
      of: filter(), metric: metric, in: location.open(for: .existing), damaged: damaged.note)
    let sink = try TextSink(path: output ?? "-")
    if let tool {
      try sink.write(TrendPage(report, bundle: tool).html())
    } else {
      try sink.write(json ? RunDocuments.json(report) : TrendText(report, width: Terminal.outputWidth).text())
    }
    try sink.close()
    if let output, output != "-" { Terminal.message("Wrote \(output).") }
    try damaged.leave()
  }

  private func filter() throws -> RunFilter {
    var filter = RunFilter()
    filter.model = model
    if let target = try target.flatMap({ try TargetList.parse([$0]).first }) {
      filter.engines = [target.engine]
      filter.device = target.device
    }
    return filter
  }
}

extension RunMetric: ExpressibleByArgument {}
