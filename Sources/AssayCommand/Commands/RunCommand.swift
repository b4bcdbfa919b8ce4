import ArgumentParser
import Assay
import AssayCore
import Platform
import Report

struct RunCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a model once and shows its inputs and outputs: shapes, ranges and first values.",
    discussion: """
      Use it to check the inputs before you measure. Nothing is saved, except the files of --output and --json.
      """)

  static let examples = [
    "assay run net.onnx --input cat.png",
    "assay run net.tflite --output out.npz",
  ]

  @Argument(help: "The model file.", completion: .file())
  var model: String

  @Option(
    name: [.short, .customLong("engine")],
    help: .init(
      "Where to run it: engine[:device] (default: the first installed engine that reads the model).",
      valueName: "target"))
  var engine: [String] = []

  @Option(help: .init("Write the outputs to a file, one array each.", valueName: "file.npz"))
  var output: String?

  @Option(help: .init("Names of the classes, one per line, to show those with the highest scores.", valueName: "file"))
  var labels: String?

  @Option(help: .init("Write the results as JSON to a file (- for standard output).", valueName: "file"))
  var json: String?

  @OptionGroup var threads: ThreadsArgument
  @OptionGroup var session: SessionArguments
  @OptionGroup(title: "Preprocessing of images") var preprocessing: PreprocessingArguments

  func validate() throws {
    if let output, !output.hasSuffix(".npz") {
      throw ValidationError("--output writes an .npz file, so name it so: \(output).npz")
    }
    _ = try target()
  }

  func run() throws {
    let file = try json.map { path throws(AssayError) in try TextSink(path: path) }
    let interrupts = try InterruptListener()
    let context = RunContext(try session.machine(interrupts: interrupts), interrupts: interrupts)
    let named = try NamedModels([model])
    let target = try target() ?? context.machine.firstTarget(for: named.paths[0])
    var options = try session.cellOptions(on: context.machine.host, threads: threads.threads)
    let choice = try preprocessing.makeChoice()
    if choice != PreprocessingChoice() { options.given.preprocessing = choice }
    let bench = try Bench(
      models: named.paths, targets: [target], options: options, engineLibraries: try session.libraries(), in: context)
    var run = SingleRun(named.applied(to: session.applied(to: bench)).cells[0], in: context)
    run.outputPath = output
    run.labelsPath = labels
    let report = try run.run()
    try file?.write(RunDocuments.json(report))
    try file?.close()
    guard json != "-" else { return }
    try TextSink(path: "-").write(SingleRunText.lines(report).joined(separator: "\n") + "\n")
  }

  private func target() throws -> Target? {
    let targets = try TargetList.parse(engine)
    guard targets.count <= 1 else { throw ValidationError("A run has one target; -e names \(targets.count).") }
    return targets.first
  }
}
