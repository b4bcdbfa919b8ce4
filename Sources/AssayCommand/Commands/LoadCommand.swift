import ArgumentParser
import Assay
import AssayCore
import Report
import ResultStore

struct LoadCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Sends queries at a rate, also when the model falls behind, and shows where it breaks.",
    discussion: """
      Queries arrive evenly, at random, in bursts or at recorded times, and wait for a free stream. Latency runs from the time at which a \
      query arrived. A ramp shows latency against rate. When too many queries wait, the oldest are dropped and counted.
      """)

  static let examples = [
    "assay load net.tflite --rate 50/s",
    "assay load net.onnx -e onnxruntime --rate 10..200/s --duration 30s",
    "assay load net.onnx -e onnxruntime --arrivals times.txt",
  ]

  @OptionGroup var cell: CellArguments
  @OptionGroup var threads: ThreadsArgument
  @OptionGroup(title: "Load") var load: LoadArguments
  @OptionGroup(title: "Goals") var goals: GoalArguments
  @OptionGroup(title: "Output") var output: OutputArguments
  @OptionGroup(title: "Saved runs") var saving: SavingArguments

  func run() throws {
    var run = try CommandRun(cell.session, output: output, store: try saving.open())
    run.context.goals = goals.all
    var bench = try cell.makeBench(.load(load.measure()), threads: threads.threads, in: run.context)
    bench.serve(streams: load.streams, threads: threads.threads)
    try run.measure(bench)
  }
}

/// When queries arrive, and what waits.
struct LoadArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .init("Queries a second, as 50/s; from 10 to 200 over the whole time, as 10..200/s.", valueName: "rate"))
  var rate: RateRange?

  @Option(
    help: .init(
      "Times at which queries arrive, recorded elsewhere: a number of seconds a line, in order; the first is the start.",
      valueName: "file"))
  var arrivals: String?

  @Option(parsing: .unconditional, help: .init("How long queries arrive (default: 10s).", valueName: "time"))
  var duration: TimeSpan?

  @Option(
    parsing: .unconditional, help: .init("Queries that arrive together, at the same mean rate.", valueName: "count"))
  var burst: Int?

  @Flag(help: "Queries arrive at random, as those of independent users do (Poisson), instead of evenly.")
  var random = false

  @Option(
    parsing: .unconditional,
    help: .init("Queries that may wait. If more do, the oldest are dropped.", valueName: "count"))
  var queue = 100

  @Option(
    parsing: .unconditional,
    help: .init("Inferences side by side (default: one for each processor, with one thread).", valueName: "count"))
  var streams: Int?

  func validate() throws {
    try RateRange.check(rate)
    try TimeSpan.check(duration, 0.01...Bounds.week, "--duration", "from 10ms to 7d")
    try Bounds.check(burst, 1...10_000, "--burst")
    try Bounds.check(queue, 1...1_000_000, "--queue")
    try Bounds.check(streams, 1...1024, "--streams")
    switch (rate, arrivals) {
    case (nil, nil):
      throw ValidationError("Give the queries a second, as --rate 50/s, or --arrivals with a file of times.")
    case (.some, .some): throw ValidationError("--rate and --arrivals both say when queries arrive. Give one of them.")
    case (nil, .some):
      guard duration == nil, burst == nil, !random else {
        throw ValidationError("The file says when queries arrive, so leave out --duration, --burst and --random.")
      }
    case (.some, nil): break
    }
  }

  func measure() -> LoadMeasure {
    if let arrivals { return LoadMeasure(ArrivalPattern(file: InputFile(path: arrivals)), queueLimit: queue) }
    var pattern = ArrivalPattern(from: rate?.first ?? 1, to: rate?.last ?? 1, seconds: duration?.seconds ?? 10)
    pattern.burst = burst ?? 1
    pattern.isRandom = random
    return LoadMeasure(pattern, queueLimit: queue)
  }
}
