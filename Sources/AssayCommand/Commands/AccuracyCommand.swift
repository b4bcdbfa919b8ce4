public import ArgumentParser
import Assay
public import AssayCore

struct AccuracyCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "accuracy",
    abstract: "Measures top-1 and top-5 on labelled images, with latency over the same images.",
    discussion: """
      The folder has one folder per class, named by index (0, 1, …), as in --labels, or by any name (their sorted order gives the \
      indices); or it has any images, labelled by --ground-truth. Images are JPEG or PNG. The results say how images were \
      preprocessed. The model gives the size and layout of its input. Its metadata, if any, says how images are prepared; otherwise, \
      floats get -1 to 1, and bytes the pixels themselves.
      """)

  static let examples = [
    "assay accuracy net.tflite --images images -e litert",
    "assay accuracy net.tflite net.onnx --images images --max-latency 1s --min-top1 60%",
  ]

  @OptionGroup var cell: CellArguments
  @OptionGroup var threads: ThreadsArgument
  @OptionGroup(title: "Images and labels") var dataset: DatasetArguments
  @OptionGroup(title: "Goals") var goals: AccuracyGoalArguments
  @OptionGroup(title: "Output") var results: OutputArguments
  @OptionGroup(title: "Preprocessing of images") var preprocessing: PreprocessingArguments
  @OptionGroup(title: "Saved runs") var saving: SavingArguments

  @Option(
    help: .init(
      "isolated: prepare images ahead, then infer one by one with nothing else running. overlapped: do everything in parallel, for throughput, without latencies.",
      valueName: "way"))
  var timing = ImageTiming.isolated

  @Option(help: .init("The K of each top-K to count. May be repeated.", valueName: "k,k"))
  var top = ["1,5"]

  @Option(
    help: .init("The output that has the scores of the classes, for a model with several outputs.", valueName: "name"))
  var output: String?

  @Option(
    parsing: .unconditional,
    help: .init("Seconds of warm-up beyond the first three inferences, not counted.", valueName: "seconds"))
  var warmUp = 0.0

  @Option(
    parsing: .unconditional,
    help: .init(
      "Added to a label to get its index in the model's output (default: 1 if the model has 1001 outputs, otherwise 0).",
      valueName: "number"))
  var labelOffset: Int?

  @Flag(help: "Show for every pair of cells how often both put the same class first.")
  var agreement = false

  @Flag(
    help:
      "Fail at the first image that cannot be read, and if an engine cannot run a model that another can."
  )
  var strict = false

  @Option(
    help: .init(
      "Write the predictions for every image to a CSV file: image, label, top classes, scores, rank of the label. Several cells write one file each.",
      valueName: "file"))
  var predictions: String?

  func validate() throws {
    let ranks = try ranks()
    if goals.minTop1 != nil && !ranks.contains(1) { throw ValidationError("--min-top1 needs 1 in --top.") }
    if timing == .overlapped && !goals.common.maxLatency.isEmpty {
      throw ValidationError("--timing overlapped measures no latencies, so leave out --max-latency.")
    }
    try Bounds.check(warmUp, 0...3600, "--warm-up")
    try Bounds.check(labelOffset, -100_000...100_000, "--label-offset")
  }

  func run() throws {
    var run = try CommandRun(cell.session, output: results, store: try saving.open())
    run.context.predictionsPath = predictions
    run.context.goals = goals.all
    var bench = try cell.makeBench(.accuracy(try measure()), threads: threads.threads, in: run.context)
    bench.comparesAgreement = agreement
    try run.measure(bench, isStrict: strict)
  }

  private func measure() throws -> AccuracyMeasure {
    var images = dataset.imageSet(seed: cell.session.inputs.seed)
    images.preprocessing = try preprocessing.makeChoice()
    var measure = AccuracyMeasure(images: images)
    measure.timing = timing
    measure.ranks = try ranks()
    measure.labelOffset = labelOffset
    measure.output = output
    measure.isStrict = strict
    measure.warmUp.warmUpSeconds = warmUp
    return measure
  }

  private func ranks() throws -> [Int] {
    let numbers = top.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { Int($0) }
    let ranks = numbers.compactMap(\.self)
    guard ranks.count == numbers.count, ranks.allSatisfy({ (1...100).contains($0) }) else {
      throw ValidationError(
        "'\(top.joined(separator: ","))' is not a list of ranks; write --top 1,5, each from 1 to 100.")
    }
    return ranks
  }
}

extension ImageTiming: ExpressibleByArgument {}
