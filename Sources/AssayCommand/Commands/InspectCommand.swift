import ArgumentParser
import Assay
import AssayCore
import Report

struct InspectCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Looks into model files: inputs, layers, parameters, multiply-accumulates, memory.",
    discussion: """
      Reads .tflite, .onnx, OpenVINO .xml and SavedModel folders without an engine and without their weights. Documentation/Inspect.md \
      says what counts as a parameter and as a multiply-accumulate.
      """)

  static let examples = ["assay inspect net.tflite", "assay inspect net.onnx --layers"]

  @Argument(help: "Model files, or SavedModel folders.", completion: .file())
  var models: [String]

  @Option(help: .init("The function of a SavedModel to look at (default: the first).", valueName: "name"))
  var signature: String?

  @Flag(help: "Show every layer.")
  var layers = false

  @Option(help: .init("Write JSON to a file (- for standard output).", valueName: "file"))
  var json: String?

  @Option(help: .init("Write CSV, one row per layer.", valueName: "file"))
  var csv: String?

  func validate() throws {
    if json == "-" && csv == "-" { throw ValidationError("Only one of --json and --csv can go to standard output.") }
  }

  func run() throws {
    let files = (
      json: try json.map { path throws(AssayError) in try TextSink(path: path) },
      csv: try csv.map { path throws(AssayError) in try TextSink(path: path) }
    )
    var reports: [InspectionReport] = []
    for model in models { reports.append(try ModelInspector.inspect(model, signature: signature)) }
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
    let texts = reports.map { InspectionText($0, width: Terminal.outputWidth).text(showsLayers: layers) }
    try sink.write(texts.joined(separator: "\n"))
    try sink.close()
  }
}
