import ArgumentParser
import Assay
import AssayCore
import Report
import ResultStore

struct StreamsCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "streams",
    abstract: "Measures throughput and latency of parallel streams: a grid of streams, threads of each, and batch.",
    discussion: """
      A stream is a sequence of inferences beside others, on a thread and a session of its own. Every point of the grid is measured in a \
      process of its own, in an order that --seed shuffles; one that fails costs only itself. Shown are the point of minimum latency and \
      that of maximum throughput, the knee (most throughput whose mean latency is at most 1.5 × the lowest), the most throughput within \
      --max-latency, and what more threads in all than cores cost.

      OpenVINO gets as many streams of its own. ONNX Runtime is tried with one session for all streams and with one for each. Other \
      engines get a session for each stream.
      """)

  static let examples = [
    "assay streams net.tflite -e litert",
    "assay streams net.onnx -e onnxruntime,openvino --streams 1,2,4 --threads 1 --max-latency p99=1s",
  ]

  @OptionGroup var cell: CellArguments

  @Option(
    parsing: .unconditional,
    help: .init("Streams that run side by side; each of several is measured.", valueName: "counts"),
    transform: StreamCounts.parse)
  var streams = [1, 2, 4, 8]

  @Option(
    parsing: .unconditional,
    help: .init(
      "Threads of each stream; each of several is measured (default: 1, and the physical cores this process may use).",
      valueName: "counts"),
    transform: ThreadCounts.parse)
  var threads: [Int]?

  @Option(
    parsing: .unconditional,
    help: .init("Measure a point for at least this many seconds (default: 3).", valueName: "seconds"))
  var minTime: Double?

  @Option(
    parsing: .unconditional,
    help: .init("Measure a point for at most this many seconds (default: 150).", valueName: "seconds"))
  var maxTime: Double?

  @Option(parsing: .unconditional, help: .init("Seconds of warm-up of a point, not counted.", valueName: "seconds"))
  var warmUp = 0.5

  @Flag(help: "Also fail where an engine cannot run a model though another can.")
  var strict = false

  @OptionGroup(title: "Goals") var goals: GoalArguments
  @OptionGroup(title: "Output") var output: OutputArguments
  @OptionGroup(title: "Saved runs") var saving: SavingArguments

  /// Seconds after which a point is given up, besides its time.
  private static let patience = 600.0

  func validate() throws {
    try Bounds.check(minTime, 0...Bounds.week, "--min-time")
    try Bounds.check(maxTime, 0.001...Bounds.week, "--max-time")
    try Bounds.check(warmUp, 0...3600, "--warm-up")
    if let minTime, let maxTime, minTime > maxTime {
      throw ValidationError("--min-time \(minTime) is longer than --max-time \(maxTime).")
    }
  }

  func run() throws {
    var run = try CommandRun(cell.session, output: output, store: try saving.open())
    run.context.goals = goals.all
    var bench = try cell.makeBench(.streams(rule), allowsBatches: true, in: run.context)
    let cores = run.context.machine.host.allowedPhysicalCores
    let grid = StreamGrid(
      streams: streams, threads: threads ?? Array(Set([1, cores])).sorted(),
      batches: cell.session.inputs.batches ?? [nil])
    bench.sweep(grid, seed: cell.session.inputs.seed)
    // A library that hangs must not cost the other points.
    for index in bench.cells.indices where bench.cells[index].options.timeLimit == nil {
      bench.cells[index].options.timeLimit = Self.patience + 2 * (rule.maximumSeconds ?? 0)
    }
    try run.measure(bench, isStrict: strict)
  }

  private var rule: RepetitionRule {
    var rule = RepetitionRule()
    rule.warmUpSeconds = warmUp
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

/// Reads `4` or `1,2,4`.
enum StreamCounts {
  static let range = 1...1024

  static func parse(_ text: String) throws -> [Int] {
    try NumbersArgument.parse(text, range, "A number of streams")
  }
}
