import ArgumentParser
import Assay
import AssayCore
import ChartRendering
import Foundation
import Platform
import Report

struct InspectCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract:
      "Looks into model files: inputs, layers, parameters, multiply-accumulates, memory; and what engines make of them.",
    discussion: """
      Reads .tflite, .onnx, OpenVINO .xml and SavedModel folders without an engine and without their weights. Documentation/Inspect.md \
      says what counts as a parameter and as a multiply-accumulate. With -e, the engine tells which layers it runs after its optimisation, \
      and with --profile how long each takes.
      """)

  static let examples = [
    "assay inspect net.tflite", "assay inspect net.onnx --layers", "assay inspect net.onnx -e onnxruntime --profile",
  ]

  @Argument(help: "Model files, or SavedModel folders.", completion: .file())
  var models: [String]

  @Flag(help: "Show every layer.")
  var layers = false

  @Option(help: .init("Write JSON to a file (- for standard output).", valueName: "file"))
  var json: String?

  @Option(help: .init("Write CSV, one row per layer.", valueName: "file"))
  var csv: String?

  @Option(
    help: .init(
      "Draw the graph with Graphviz: FILE.svg, or FILE.html to search in. With -e, that of the engine: .html shows both.",
      valueName: "file"))
  var graph: String?

  @Option(
    name: [.short, .customLong("engine")],
    help: .init("Ask these engines what they made of the model: engine[:device],...", valueName: "targets"))
  var engines: [String] = []

  @Flag(help: "Time the layers that the engine runs.")
  var profile = false

  @Option(
    parsing: .unconditional,
    help: .init("Inferences whose layers are timed, after a warm-up of 3.", valueName: "count"))
  var inferences = 50

  @OptionGroup var threads: ThreadsArgument
  @OptionGroup(title: "Inputs") var inputs: InputArguments
  @OptionGroup(title: "Options of engines") var engine: EngineArguments
  @OptionGroup(title: "Options of engines") var libraries: LibraryArguments

  func validate() throws {
    if json == "-" && csv == "-" { throw ValidationError("Only one of --json and --csv can go to standard output.") }
    let targets = try TargetList.parse(engines)
    if profile && targets.isEmpty { throw ValidationError("--profile times the layers of an engine: give -e.") }
    try Bounds.check(inferences, 1...10_000, "--inferences")
    guard let graph else { return }
    guard graph.hasSuffix(".svg") || graph.hasSuffix(".html") else {
      throw ValidationError("--graph writes FILE.svg or FILE.html, not '\(graph.printable)'.")
    }
    guard models.count == 1, targets.count < 2 else {
      throw ValidationError("--graph draws one model, as one engine runs it: give one.")
    }
  }

  func run() throws {
    let tool = try graph.map { _ throws(AssayError) in
      try GraphvizTool(environment: ProcessInfo.processInfo.environment)
    }
    let files = (
      json: try json.map { path throws(AssayError) in try TextSink(path: path) },
      csv: try csv.map { path throws(AssayError) in try TextSink(path: path) },
      graph: try graph.map { path throws(AssayError) in try TextSink(path: path) }
    )
    var reports: [InspectionReport] = []
    for model in models { reports.append(try ModelInspector.inspect(model, signature: inputs.signature)) }
    try askEngines(&reports)
    if let tool, let file = files.graph, let report = reports.first { try draw(report, with: tool, to: file) }
    if let file = files.json {
      try file.write(RunDocuments.json(InspectionDocument(reports)))
      try file.close()
    }
    if let file = files.csv {
      try file.write(InspectionTable.csv(reports))
      try file.close()
    }
    if json == "-" || csv == "-" { return }
    let sink = try TextSink(path: "-")
    try sink.write(reports.map(text).joined(separator: "\n"))
    try sink.close()
  }

  private func askEngines(_ reports: inout [InspectionReport]) throws {
    let targets = try TargetList.parse(engines)
    guard !targets.isEmpty else { return }
    let interrupts = try InterruptListener()
    let machine = try Machine.local(interrupts: interrupts)
    let options = CellOptions(
      threads: threads.threads ?? machine.host.allowedPhysicalCores, batch: try inputs.batch(),
      shapes: try inputs.shapes(),
      seed: inputs.seed, given: try inputs.given(), engine: try engine.options())
    let inspector = EngineInspector(on: machine, interrupts: interrupts)
    let paths = try libraries.byEngine()
    for index in reports.indices {
      reports[index].engines = try targets.map { target in
        try inspector.inspect(
          reports[index], on: target, options: options, signature: inputs.signature, library: paths[target.engine],
          inferences: profile ? inferences : 0)
      }
    }
  }

  private func text(_ report: InspectionReport) -> String {
    let width = Terminal.outputWidth
    let file = InspectionText(report, width: width).text(showsLayers: layers)
    let engines = (report.engines ?? []).map { EngineInspectionText($0, of: report, width: width).text() }
    return ([file] + engines).joined(separator: "\n")
  }

  private func draw(_ report: InspectionReport, with tool: GraphvizTool, to file: TextSink) throws {
    let page = GraphPage(report, engine: report.engines?.first)
    let drawings = page.drawings
    if graph?.hasSuffix(".svg") == true {
      try file.write(tool.svg(of: drawings[drawings.count - 1].dot()))
    } else {
      try file.write(page.html(drawings.map { drawing in try tool.svg(of: drawing.dot()) }))
    }
    try file.close()
    Terminal.message("Wrote \(graph ?? "").")
  }
}
