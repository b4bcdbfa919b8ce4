import ArgumentParser
import Assay
import AssayCore
import Report
import ResultStore

struct BenchCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures latency: every model on every target, each in its own process.",
    discussion: """
      Inputs are random and seeded. Warm-up: at least 3 inferences and 0.5 s. Measurement: at least 50 inferences and 3 s, at \
      most 150 s. Timing runs from handing the input tensors to the engine until the outputs are readable.
      """)

  static let examples = [
    "assay bench net.tflite net.onnx",
    "assay bench net.tflite -e litert,openvino --threads 1,2 --max-latency p90=1s",
  ]

  @OptionGroup var cell: CellArguments
  @OptionGroup(title: "Goals") var goals: GoalArguments
  @OptionGroup(title: "Output") var output: OutputArguments
  @OptionGroup(title: "Saved runs") var saving: SavingArguments

  @Option(
    parsing: .unconditional,
    help: .init(
      "Threads for one inference (default: the physical cores this process may use). Measures with each of several, as in 1,2,4.",
      valueName: "count"),
    transform: ThreadCounts.parse)
  var threads: [Int]?

  @Option(parsing: .unconditional, help: .init("Exactly this many inferences.", valueName: "count"))
  var runs: Int?

  @Option(
    parsing: .unconditional, help: .init("Measure for at least this many seconds (default: 3).", valueName: "seconds"))
  var minTime: Double?

  @Option(
    parsing: .unconditional,
    help: .init("Measure for at most this many seconds (default: 150).", valueName: "seconds"))
  var maxTime: Double?

  @Option(parsing: .unconditional, help: .init("Seconds of warm-up, not counted.", valueName: "seconds"))
  var warmUp = 0.5

  @Option(
    help: .init(
      "Write every inference to a CSV file: index, start_ms, latency_ms. Several cells write one file each, NAME-1-MODEL-TARGET.csv.",
      valueName: "file"))
  var record: String?

  @Option(
    help: .init(
      "Give this tag to the runs that succeed, and remove it from earlier runs once all cells have ended.",
      valueName: "tag")
  )
  var baseline: String?

  @OptionGroup(title: "Comparison with a saved run") var against: AgainstArguments

  @Flag(help: "Also fail where an engine cannot run a model though another can, or --fail-above is unsure (status 4).")
  var strict = false

  func validate() throws {
    if baseline != nil && saving.noSave { throw ValidationError("--baseline tags saved runs, so leave out --no-save.") }
    try Bounds.check(runs, 1...1_000_000_000, "--runs")
    try Bounds.check(minTime, 0...Bounds.week, "--min-time")
    try Bounds.check(maxTime, 0.001...Bounds.week, "--max-time")
    try Bounds.check(warmUp, 0...3600, "--warm-up")
    if runs != nil && minTime != nil {
      throw ValidationError("--runs is exact, so leave out --min-time.")
    }
    if against.live {
      guard runs == nil, minTime == nil, record == nil else {
        throw ValidationError(
          "Cells of --live take turns until the ratio is precise: leave out --runs, --min-time and --record.")
      }
    }
    if let minTime, let maxTime, minTime > maxTime {
      throw ValidationError("--min-time \(minTime) is longer than --max-time \(maxTime).")
    }
  }

  func run() throws {
    let store = try saving.open()
    let reference = try against.baseline(in: store)
    let view: any EventView = against.live ? TurnsView() : ProgressView()
    var run = try CommandRun(cell.session, output: output, store: store, view: view)
    run.context.recordPath = record
    run.context.goals = goals.all
    run.context.baseline = try baseline.map { name throws(AssayError) in try RunTag(name) }
    var bench = try cell.makeBench(.latency(rule), in: run.context)
    if let threads { bench.sweep(threads: threads) }
    guard let reference else { return try run.measure(bench, isStrict: strict) }
    try run.measure(bench, against: against, reference, maximumSeconds: maxTime, isStrict: strict)
  }

  private var rule: RepetitionRule {
    var rule = runs.map { RepetitionRule.exactly($0) } ?? RepetitionRule()
    rule.warmUpSeconds = warmUp
    // Blocks end by themselves, and the comparison by its own time.
    if against.live { return rule }
    if let minTime {
      rule.minimumSeconds = minTime
      rule.maximumSeconds = rule.maximumSeconds.map { max($0, minTime) }
    }
    if let maxTime {
      rule.maximumSeconds = maxTime
      rule.minimumSeconds = min(rule.minimumSeconds, maxTime)
    }
    return rule
  }
}
