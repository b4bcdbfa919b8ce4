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
      and with --profile how long each takes. With --support, engines are asked whether they can run the model, and about its operations \
      one by one if they cannot.
      """)

  static let examples = [
    "assay inspect net.tflite", "assay inspect net.onnx --layers", "assay inspect net.onnx -e onnxruntime --profile",
    "assay inspect net.onnx --support",
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
      "Draw the graph with Graphviz: FILE.svg, or FILE.html to search in. With -e, that of the engine; .html shows all side by side.",
      valueName: "file"))
  var graph: String?

  @Option(
    name: [.short, .customLong("engine")],
    help: .init("Ask these engines what they made of the model: engine[:device],...", valueName: "targets"))
  var engines: [String] = []

  @Flag(
    help:
      "Ask the engines of -e, or all that read the format, whether they can run the model, and which operations they lack."
  )
  var support = false

  @Flag(help: "Time the layers that the engine runs.")
  var profile = false

  @Option(
    parsing: .unconditional,
    help: .init("Inferences whose layers are timed, after a warm-up of 3.", valueName: "count"))
  var inferences = 50

  @Flag(
    help:
      "Confine the engine's library: it reads only the system, itself and the model, writes only its temporary files, and has no network."
  )
  var sandbox = false

  @Option(
    help: .init(
      "Ask engines on another machine through a command that starts programs there: \"ssh pi@board\".",
      valueName: "command"))
  var via: String?

  @OptionGroup var threads: ThreadsArgument
  @OptionGroup(title: "Inputs") var inputs: InputArguments
  @OptionGroup(title: "Options of engines") var engine: EngineArguments
  @OptionGroup(title: "Options of engines") var libraries: LibraryArguments

  func validate() throws {
    if json == "-" && csv == "-" { throw ValidationError("Only one of --json and --csv can go to standard output.") }
    let targets = try TargetList.parse(engines)
    if profile && targets.isEmpty { throw ValidationError("--profile times the layers of an engine: give -e.") }
    try Bounds.check(inferences, 1...10_000, "--inferences")
    if sandbox || via != nil, targets.isEmpty && !support {
      throw ValidationError("--sandbox and --via are about engines: give -e or --support.")
    }
    if support && (profile || graph != nil) {
      throw ValidationError("--support asks what engines can run, so leave out --profile and --graph.")
    }
    guard let graph else { return }
    guard graph.hasSuffix(".svg") || graph.hasSuffix(".html") else {
      throw ValidationError("--graph writes FILE.svg or FILE.html, not '\(graph.printable)'.")
    }
    guard models.count == 1 else { throw ValidationError("--graph draws one model: give one.") }
    guard targets.count < 2 || graph.hasSuffix(".html") else {
      throw ValidationError("An SVG has one graph: give one target, or --graph FILE.html.")
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
    for path in try NamedModels(models).paths {
      reports.append(try ModelInspector.inspect(path, signature: inputs.signature))
    }
    try askEngines(&reports)
    if let tool, let file = files.graph, let report = reports.first {
      // Of an engine that failed there is nothing to draw.
      if report.engines?.isEmpty == true { file.discard() } else { try draw(report, with: tool, to: file) }
    }
    if let file = files.json {
      try file.write(RunDocuments.json(InspectionDocument(reports)))
      try file.close()
    }
    if let file = files.csv {
      try file.write(InspectionTable.csv(reports))
      try file.close()
    }
    if json != "-" && csv != "-" {
      let sink = try TextSink(path: "-")
      try sink.write(reports.map(text).joined(separator: "\n"))
      try sink.close()
    }
    try Self.leave(reports)
  }

  /// Says which engines failed, and exits with their status.
  private static func leave(_ reports: [InspectionReport]) throws {
    for report in reports {
      for failure in report.failures ?? [] {
        Terminal.message("assay: \(report.model.path.printable) on \(failure.target): \(failure.error.fullDescription)")
      }
    }
    let status = ExitStatus.code(of: reports.flatMap { $0.failures ?? [] }.map(\.error))
    if status != 0 { throw ExitCode(status) }
  }

  private func askEngines(_ reports: inout [InspectionReport]) throws {
    let targets = try TargetList.parse(engines)
    guard !targets.isEmpty || support else { return }
    let interrupts = try InterruptListener()
    let machine =
      if let via { try Machine.via(via, interrupts: interrupts) } else { try Machine.local(interrupts: interrupts) }
    let options = CellOptions(
      threads: threads.threads ?? machine.host.allowedPhysicalCores, batch: try inputs.batch(),
      shapes: try inputs.shapes(),
      seed: inputs.seed, given: try inputs.given(), sandbox: sandbox, engine: try engine.options())
    let paths = try libraries.byEngine()
    let inspector = EngineInspector(on: machine, interrupts: interrupts)
    let line = ProgressLine(isShown: Terminal.isInteractive)
    defer { line.clear() }
    var asker = SupportInspector(on: machine, interrupts: interrupts)
    asker.progress = { line.show("\($0): operation \($1) of \($2)") }
    for index in reports.indices {
      if support {
        reports[index].support = try asker.inspect(
          reports[index], on: targets.isEmpty ? nil : targets, options: options, signature: inputs.signature,
          libraries: paths)
        continue
      }
      let (asked, failures) = try inspector.inspect(
        reports[index], on: targets, options: options, signature: inputs.signature, libraries: paths,
        inferences: profile ? inferences : 0)
      reports[index].engines = asked
      reports[index].failures = failures.isEmpty ? nil : failures
    }
  }

  private func text(_ report: InspectionReport) -> String {
    let width = Terminal.outputWidth
    let file = InspectionText(report, width: width).text(showsLayers: layers)
    if let support = report.support { return [file, SupportText.text(support, of: report)].joined(separator: "\n") }
    let engines = (report.engines ?? []).map { EngineInspectionText($0, of: report, width: width).text() }
    return ([file] + engines).joined(separator: "\n")
  }

  private func draw(_ report: InspectionReport, with tool: GraphvizTool, to file: TextSink) throws {
    let page = GraphPage(report)
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
