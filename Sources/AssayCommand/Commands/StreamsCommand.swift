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

      --streams auto measures short points, climbs to the most throughput, and measures that point in full.

      OpenVINO gets as many streams of its own. ONNX Runtime is tried with one session for all streams and with one for each. Other \
      engines get a session for each stream.
      """)

  static let examples = [
    "assay streams net.tflite -e litert",
    "assay streams net.tflite -e openvino --streams auto --min-time 1",
    "assay streams net.onnx -e onnxruntime,openvino --streams 1,2,4 --threads 1 --max-latency p99=1s",
  ]

  @OptionGroup var cell: CellArguments

  @Option(
    parsing: .unconditional,
    help: .init(
      "Streams that run side by side; each of several is measured (default: 1,2,4,8). auto searches for the most throughput among 1, 2, 3, 4, 6, 8 and more, auto:1,2,4 among these.",
      valueName: "counts"),
    transform: StreamChoice.parse)
  var streams = StreamChoice.all([1, 2, 4, 8])

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
      streams: streams.counts(cores: run.context.machine.host.allowedCores).sorted(),
      threads: threads?.sorted() ?? Array(Set([1, cores])).sorted(),
      batches: cell.session.inputs.batches?.sorted() ?? [nil])
    if streams.isSearch { bench.search = grid } else { bench.sweep(grid, seed: cell.session.inputs.seed) }
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

/// Reads `1,2,4`, `auto` or `auto:1,2,4`.
enum StreamChoice {
  case all([Int])
  /// `nil` for numbers that suit the machine.
  case search([Int]?)

  static func parse(_ text: String) throws -> StreamChoice {
    if text == "auto" { return .search(nil) }
    if text.hasPrefix("auto:") { return .search(try StreamCounts.parse(String(text.dropFirst(5)))) }
    return .all(try StreamCounts.parse(text))
  }

  var isSearch: Bool { if case .search = self { true } else { false } }

  func counts(cores: Int) -> [Int] {
    switch self {
    case .all(let counts), .search(.some(let counts)): counts
    case .search(nil): Self.steps.filter { $0 <= max(8, 4 * cores) }
    }
  }

  private static let steps = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024]
}

/// Reads `4` or `1,2,4`.
enum StreamCounts {
  static let range = 1...1024

  static func parse(_ text: String) throws -> [Int] {
    try NumbersArgument.parse(text, range, "A number of streams")
  }

  static func single(_ text: String) throws -> Int {
    let counts = try parse(text)
    guard counts.count == 1 else {
      throw ValidationError("Give one number here. assay streams measures several, one after the other.")
    }
    return counts[0]
  }
}
