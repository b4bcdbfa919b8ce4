import ArgumentParser
import Assay
import AssayCore
import Report
import ResultStore

struct StressCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "stress",
    abstract: "Measures steadiness: every inference over hours, together with the machine's sensors.",
    discussion: """
      Inputs are random and seeded, or images in turn. Every inference is recorded. Clocks, temperatures, power, memory and load are \
      read once per second. Ctrl-C stops the test and keeps its records. The findings are shown at the end, and by assay report.
      """)

  static let examples = [
    "assay stress net.tflite --duration 3h",
    "assay stress net.onnx -e openvino --duration 20min --max-latency p99=1s",
  ]

  @Argument(help: "The model file.", completion: .file())
  var model: String?

  @Option(
    name: [.short, .customLong("engine")],
    help: .init(
      "Where to run it: engine[:device] (default: the first installed engine that reads the model). Several, separated by commas or with an option each, run one after the other.",
      valueName: "target"))
  var engine: [String] = []

  @Option(parsing: .unconditional, help: .init("How long, as in 3h, 20min or 90s (default: 3h).", valueName: "time"))
  var duration: TimeSpan?

  @Option(
    parsing: .unconditional, help: .init("Exactly this many inferences, however long they take.", valueName: "count"))
  var inferences: Int?

  @Option(
    help: .init(
      "Use these images in turn, prepared in advance: a folder of class folders. At most as many as fit into 64 MiB are used.",
      valueName: "folder"))
  var images: String?

  @Option(
    help: .init("Continue an interrupted run: an id, a tag or last.", valueName: "run"))
  var resume: String?

  @Option(
    parsing: .unconditional, help: .init("The time between readings of the sensors.", valueName: "time"))
  var telemetryInterval = TimeSpan.second

  @Option(help: .init("Read the sensors in this folder instead of /.", valueName: "folder"))
  var sysfsRoot = "/"

  @Option(
    parsing: .unconditional,
    help: .init(
      "Also show the latencies up to this limit alone, and how many are above it, as in 5ms.", valueName: "time"))
  var discardAbove: TimeSpan?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Parallel streams, each on a session of its own (default: 1). Without --threads they share the physical cores.",
      valueName: "count"),
    transform: StreamCounts.single)
  var streams: Int?

  @Flag(help: "Also fail where an engine cannot run the model though another can.")
  var strict = false

  @OptionGroup(title: "Goals") var goals: StressGoalArguments
  @OptionGroup var threads: ThreadsArgument
  @OptionGroup var session: SessionArguments
  @OptionGroup(title: "Output") var output: OutputArguments
  @OptionGroup(title: "Preprocessing of images") var preprocessing: PreprocessingArguments
  @OptionGroup(title: "Saved runs") var saving: SavingArguments

  func validate() throws {
    try TimeSpan.check(duration, 0.001...4 * Bounds.week, "--duration", "from 1ms to 28d")
    try Bounds.check(inferences, 1...100_000_000_000, "--inferences")
    try TimeSpan.check(telemetryInterval, 0.05...3600, "--telemetry-interval", "from 50ms to 1h")
    try TimeSpan.check(discardAbove, 1e-9...3600, "--discard-above", "from 1ns to 1h")
    if streams ?? 1 > 1, images != nil {
      throw ValidationError("Streams are fed random or given inputs, so leave out --images or --streams.")
    }
    if duration != nil && inferences != nil {
      throw ValidationError("--duration and --inferences both set the end. Give one of them.")
    }
    switch (model, resume) {
    case (nil, nil): throw ValidationError("Give a model, or --resume with a saved run.")
    case (.some, .some): throw ValidationError("--resume uses the model of the saved run, so leave out the model.")
    case (nil, .some) where isChanged:
      throw ValidationError(
        "--resume uses the options of the saved run. Only --duration, --inferences, --discard-above, goals and options for the output may be given."
      )
    case (nil, .some) where saving.noSave: throw ValidationError("A resumed run is saved, so leave out --no-save.")
    default: break
    }
    _ = try TargetList.parse(engine)
  }

  /// Whether an option is given that the saved run already has.
  private var isChanged: Bool {
    !engine.isEmpty || images != nil || telemetryInterval != .second || sysfsRoot != "/"
      || threads.threads != nil || streams != nil || session.isGiven
  }

  func run() throws {
    let store = try resume == nil ? saving.open() : saving.location.open(for: .existing)
    let hint = saving.location.store.map { " --store \($0.shellQuoted)" } ?? ""
    var run = try CommandRun(session, output: output, store: store, view: StressView(storeHint: hint))
    run.context.goals = goals.all
    try run.measure(try resume.map { try resumed($0, in: run.context) } ?? begun(in: run.context), isStrict: strict)
  }

  private func resumed(_ reference: String, in context: RunContext) throws -> Bench {
    guard let run = try context.store?.run(reference) else { throw ValidationError("--resume needs a store.") }
    var bench = try Bench(resuming: run, rule: duration == nil && inferences == nil ? nil : rule, in: context)
    if let discardAbove, case .stress(var stress) = bench.cells[0].measure {
      stress.discardAbove = discardAbove.milliseconds
      bench.cells[0].measure = .stress(stress)
    }
    return bench
  }

  private func begun(in context: RunContext) throws -> Bench {
    let named = try NamedModels([model ?? ""])
    let targets =
      engine.isEmpty ? [try context.machine.firstTarget(for: named.paths[0])] : try TargetList.parse(engine)
    var bench = try Bench(
      models: named.paths, targets: targets,
      options: try session.cellOptions(on: context.machine.host, threads: threads.threads),
      measure: .stress(try measure()), engineLibraries: try session.libraries(), in: context)
    if let streams { bench.serve(streams: streams, threads: threads.threads) }
    return named.applied(to: session.applied(to: bench))
  }

  private func measure() throws -> StressMeasure {
    var set = images.map { ImageSet(folder: $0) }
    set?.preprocessing = try preprocessing.makeChoice()
    return StressMeasure(
      rule: rule, images: set, telemetryInterval: telemetryInterval.seconds, sensorRoot: sysfsRoot,
      discardAbove: discardAbove?.milliseconds)
  }

  private var rule: RepetitionRule {
    if let inferences { return .exactly(inferences) }
    var rule = RepetitionRule()
    rule.minimumCount = 1
    rule.minimumSeconds = duration?.seconds ?? 3 * 3600
    rule.maximumSeconds = rule.minimumSeconds
    return rule
  }
}

extension TimeSpan {
  fileprivate static let second = TimeSpan(seconds: 1, text: "1s")
}
