import ArgumentParser
import Assay
import AssayCore
import Platform
import Report
import ResultStore

struct CompareCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract:
      "Compares latencies (which is faster, by how much, and whether that is more than noise), or the outputs of cells.",
    discussion: """
      An operand is a cell to measure, written model@engine[:device][,streams=N][,threads=N][,batch=N]; a saved run (an id, a tag, last or last~1); \
      or the path of a record log. Cells take turns in rounds of short blocks, in random order. Each cell has its own process, which \
      warms up once and sleeps between its blocks. The first tenth of a block, which wakes the process, does not count. \
      --cell-timeout limits loading with warm-up, and each block.

      The ratio is that of the medians, with a 99 % interval: above 1, the cell is slower than the reference. The verdict is faster or \
      slower (the interval excludes 1, and the ratio differs from 1 by at least 1 %), same within noise (the 95 % interval lies \
      within 1 % of 1), or not enough data.

      With streams=N, parallel streams are measured: their throughput is compared, too, by how much of their work lies in each block.

      Saved runs are of different times, which differ by more than each run says. Their intervals include how much earlier runs of the \
      same cell on this machine differ, at least five of them; without those they include a ratio of 1.5.

      published:MODEL[@DEVICE] is a published result, shown beside saved runs with the ratio of the means, and with how it was measured: \
      published results have no distributions, so there is no verdict.

      --outputs measures nothing. It runs all cells on the same inputs, and shows how far their outputs are from the reference's: the \
      largest and the mean difference, the cosine, and how often the largest element has the same place. Images change their layout \
      with the cell, NCHW or NHWC, and quantised values count as the numbers that they stand for.

      --layers shows how long each layer takes in two cells of one model, side by side. Engines fuse differently: a row has the layers of \
      the file that both engines run without the rest.

      --fail-above says FAIL if the ratio is above the limit and the 99 % interval above 1; PASS if the ratio is within the limit and a \
      slowdown of the limit could have been seen; UNSURE otherwise.
      """)

  static let examples = [
    "assay compare net.tflite@litert net.tflite@openvino --max-time 10",
    "assay compare net.tflite@litert,threads=1 net.tflite@litert,threads=2 --max-time 10",
    "assay compare net.tflite@litert,streams=2,threads=1 net.tflite@openvino,streams=2,threads=1 --max-time 10",
    "assay compare net.onnx@onnxruntime net.onnx@openvino --max-time 10 --fail-above 5%",
    "assay compare last~1 last",
    "assay compare 'published:MobileNet v2@Jetson Nano' last",
    "assay compare net.onnx@onnxruntime net.onnx@openvino net.tflite@litert --outputs",
    "assay compare net.onnx@onnxruntime net.onnx@openvino --layers",
  ]

  @Argument(help: .init("What to compare; the first is the reference.", valueName: "operand"))
  var operands: [String]

  @Option(
    parsing: .unconditional,
    help: .init("Compare the others with this operand, by number.", valueName: "number"))
  var reference = 1

  @Option(
    parsing: .unconditional,
    help: .init(
      "Measure cells until the 95 % interval of every ratio is narrower than this, from end to end (default: 1%).",
      valueName: "percent"))
  var until: Percentage?

  @Option(
    parsing: .unconditional,
    help: .init("Measure for at most this many seconds (default: 60).", valueName: "seconds"))
  var maxTime: Double?

  @OptionGroup var gate: GateArguments

  @Flag(help: "Exit with status 4 if --fail-above is unsure.")
  var strict = false

  @Option(parsing: .unconditional, help: .init("Seconds of warm-up per cell, not counted.", valueName: "seconds"))
  var warmUp = 0.5

  @Option(
    help: .init(
      "Write every inference of the cells to CSV files, NAME-1-MODEL-TARGET.csv: index, start_ms, latency_ms.",
      valueName: "file"))
  var record: String?

  @Flag(help: "Compare outputs on the same inputs, instead of latencies.")
  var outputs = false

  @Flag(help: "Compare the times of layers, instead of whole latencies.")
  var layers = false

  @Option(
    parsing: .unconditional,
    help: .init(
      "Inferences for --outputs, each on inputs of its own (default: 8), or for --layers (default: 50).",
      valueName: "number"))
  var inferences: Int?

  @Option(
    help: .init("Tag the cells that end well, and take the tag from all earlier runs.", valueName: "tag"))
  var baseline: String?

  @OptionGroup var threads: ThreadsArgument
  @OptionGroup var session: SessionArguments
  @OptionGroup(title: "Output") var output: OutputArguments
  @OptionGroup(title: "Saved runs") var saving: SavingArguments

  func validate() throws {
    try Bounds.check(operands.isEmpty ? nil : reference, 1...max(operands.count, 1), "--reference")
    if baseline != nil && saving.noSave { throw ValidationError("A --baseline must be saved, so leave out --no-save.") }
    try until?.check(0.01...100, "--until")
    try Bounds.check(maxTime, 0.1...Bounds.week, "--max-time")
    try Bounds.check(warmUp, 0...3600, "--warm-up")
    try Bounds.check(inferences, 1...10_000, "--inferences")
    if outputs || layers, record != nil || baseline != nil || gate.failAbove != nil || until != nil || maxTime != nil {
      let reason = outputs ? "--outputs measures no latencies" : "--layers gives no verdict on latencies"
      throw ValidationError("\(reason), so leave out --record, --baseline, --fail-above, --until and --max-time.")
    }
    if outputs && layers { throw ValidationError("Give either --outputs or --layers.") }
    if layers, output.csv != nil || output.markdown != nil {
      throw ValidationError("--layers writes text or JSON: leave out --csv and --markdown.")
    }
  }

  func run() throws {
    if let literature = LiteratureComparison(operands) { return try show(literature) }
    if outputs { return try runForOutputs() }
    if layers { return try runForLayers() }
    let isLive = try Comparison.use(of: Comparison.parse(operands)) == .saving
    if !isLive, record != nil || baseline != nil {
      throw ValidationError("--record and --baseline are for cells that are measured now, as in model.tflite@litert.")
    }
    var run = try CommandRun(session, output: output, store: try openStore(), view: TurnsView())
    run.context.recordPath = record
    run.context.baseline = try baseline.map { name throws(AssayError) in try RunTag(name) }
    var comparison = try makeComparison(in: run.context)
    comparison.precision = until?.share ?? comparison.precision
    comparison.maximumSeconds = maxTime ?? comparison.maximumSeconds
    comparison.warmUpSeconds = warmUp
    comparison.limit = gate.failAbove?.share
    try run.compare(comparison, isStrict: strict)
  }

  private func show(_ literature: LiteratureComparison) throws {
    let documents = [output.json, output.csv, output.markdown, output.events].contains { $0 != nil }
    guard !outputs, !documents, reference == 1, record == nil, baseline == nil, gate.failAbove == nil, until == nil,
      maxTime == nil
    else {
      throw ValidationError(
        "Published results have means alone, so leave out all options but --store. assay study report makes documents.")
    }
    let sink = try TextSink(path: "-")
    try sink.write(try literature.text(saving.location))
    try sink.close()
  }

  private func runForOutputs() throws {
    let run = try CommandRun(session, output: output, store: nil)
    try run.compareOutputs(try makeComparison(in: run.context), inferences: inferences ?? 8)
  }

  private func runForLayers() throws {
    let sink = try TextSink(path: output.json ?? "-")
    let interrupts = try InterruptListener()
    let machine = try session.machine(interrupts: interrupts)
    let comparer = LayerComparer(
      EngineInspector(on: machine, interrupts: interrupts),
      options: try session.cellOptions(on: machine.host, threads: threads.threads), libraries: try session.libraries())
    let (report, comparison) = try comparer.compare(
      operands, signature: session.inputs.signature, inferences: inferences ?? 50)
    let text = LayerComparisonText(report, comparison, names: operands, width: Terminal.outputWidth)?.text() ?? ""
    try sink.write(output.json == nil ? text : RunDocuments.json(LayerComparisonDocument(report, comparison)))
    try sink.close()
    if output.json != nil && output.json != "-" && !output.quiet { print(text, terminator: "") }
  }

  private func makeComparison(in context: RunContext) throws -> Comparison {
    var comparison = try Comparison(
      operands, options: try session.cellOptions(on: context.machine.host, threads: threads.threads), in: context)
    comparison.reference = reference
    comparison.signature = session.inputs.signature
    comparison.engineLibraries = try session.libraries()
    return comparison
  }

  /// Saved runs are read from the store; live cells are saved in it.
  private func openStore() throws -> ResultStore? {
    switch try Comparison.use(of: Comparison.parse(operands)) {
    case .existing: try saving.location.open(for: .existing)
    case .saving: try saving.open()
    case nil: nil
    }
  }
}
