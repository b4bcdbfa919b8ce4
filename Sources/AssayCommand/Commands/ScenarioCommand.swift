public import ArgumentParser
import Assay
public import AssayCore
import Report
import ResultStore
import Scenarios

struct ScenarioCommand: HasExamples {
  static let configuration = CommandConfiguration(
    commandName: "scenario",
    abstract: "Issues queries as MLPerf Inference does, and says whether the result is valid.",
    discussion: """
      single-stream: one sample at a time. multi-stream: 8 samples a query, the next when all are done. server: single samples at \
      random times (Poisson), from --rate; latency runs from the time at which a query was due. offline: all samples at once. Seeds, \
      samples, times, percentiles and early stopping are those of MLPerf's LoadGen.
      """)

  static let examples = [
    "assay scenario net.tflite --scenario single-stream",
    "assay scenario net.onnx --scenario server -e onnxruntime --rate 20/s --latency-bound 100ms",
  ]

  @OptionGroup var cell: CellArguments
  @OptionGroup var threads: ThreadsArgument

  @Option(help: .init("single-stream, multi-stream, server or offline.", valueName: "scenario"))
  var scenario: Scenario

  @OptionGroup(title: "Rules") var rules: ScenarioRuleArguments
  @OptionGroup(title: "Load") var load: ScenarioLoadArguments
  @OptionGroup(title: "Images") var images: ScenarioImageArguments
  @OptionGroup(title: "Output") var output: OutputArguments
  @OptionGroup(title: "Saved runs") var saving: SavingArguments

  @Option(
    help: .init(
      "Write the result in the form of LoadGen's mlperf_log_summary.txt. Several cells write one file each.",
      valueName: "file"))
  var summary: String?

  @Option(
    help: .init(
      "performance, or accuracy: top-1 and top-5 of all images, each classified once, as assay accuracy does.",
      valueName: "mode"))
  var mode = ScenarioMode.performance

  func validate() throws {
    try rules.check(scenario)
    guard mode == .performance else {
      guard images.images != nil else { throw ValidationError("--mode accuracy needs labelled images: --images DIR") }
      guard summary == nil else { throw ValidationError("--mode accuracy has no summary, so leave out --summary.") }
      guard !load.findPeak else { throw ValidationError("--mode accuracy has no rate, so leave out --find-peak.") }
      return
    }
    try load.check(scenario, batch: cell.session.inputs.batch(), samplesPerQuery: rules.samplesPerQuery ?? 8)
    try load.checkLength(rules.rules(of: scenario))
  }

  func run() throws {
    var run = try CommandRun(cell.session, output: output, store: try saving.open())
    run.context.summaryPath = summary
    var bench = try cell.makeBench(try measure(), threads: threads.threads, in: run.context)
    if mode == .performance, scenario == .server || scenario == .offline {
      bench.serve(streams: load.streams, threads: threads.threads)
    }
    try load.findPeak ? run.findPeak(bench) : run.measure(bench)
  }

  private func measure() throws -> Measure {
    let set = try images.imageSet(seed: cell.session.inputs.seed)
    if mode == .accuracy, let set { return .accuracy(AccuracyMeasure(images: set)) }
    var measure = ScenarioMeasure(scenario, rules: rules.rules(of: scenario))
    measure.images = set
    measure.seeds = rules.seeds
    measure.sampleCount = load.samples
    measure.rate = load.rate?.perSecond
    measure.latencyBound = load.latencyBound?.milliseconds
    return .scenario(measure)
  }
}

/// What a scenario is run for.
enum ScenarioMode: String, ExpressibleByArgument, CaseIterable {
  case performance, accuracy
}

/// Images as samples.
struct ScenarioImageArguments: ParsableArguments {
  @Option(
    help: .init(
      "Take samples from these images instead of random inputs: a folder of class folders, or of images that --ground-truth labels.",
      valueName: "folder"))
  var images: String?

  @OptionGroup var labels: LabelArguments
  @OptionGroup var preprocessing: PreprocessingArguments

  func validate() throws {
    if images == nil, labels.isGiven { throw ValidationError("These options describe images: give --images, too.") }
  }

  /// `nil` for random inputs.
  func imageSet(seed: UInt64) throws -> ImageSet? {
    var set = images.map { labels.imageSet(folder: $0, seed: seed) }
    set?.preprocessing = try preprocessing.makeChoice()
    return set
  }
}

/// What makes a result valid.
struct ScenarioRuleArguments: ParsableArguments {
  @Option(
    help: .init(
      "quick: 10 s and 128 queries, or as many as early stopping needs. mlperf: 600 s and the published counts.",
      valueName: "rules"))
  var rules = RuleSet.quick

  @Option(parsing: .unconditional, help: .init("Run for at least this long, as in 60s.", valueName: "time"))
  var minDuration: TimeSpan?

  @Option(
    parsing: .unconditional,
    help: .init("Issue at least this many queries; with offline, samples.", valueName: "count"))
  var minQueries: Int?

  @Option(
    parsing: .unconditional,
    help: .init("The percentile that counts (default: 90 with single-stream, otherwise 99).", valueName: "percent"))
  var percentile: Double?

  @Option(
    parsing: .unconditional, help: .init("Samples of a query with multi-stream (default: 8).", valueName: "count"))
  var samplesPerQuery: Int?

  @Option(
    parsing: .unconditional, help: .init("Seed of the order of the samples, as in mlperf.conf.", valueName: "seed"))
  var qslRngSeed = ScenarioSeeds().order

  @Option(parsing: .unconditional, help: .init("Seed of the samples that queries take.", valueName: "seed"))
  var sampleIndexRngSeed = ScenarioSeeds().samples

  @Option(parsing: .unconditional, help: .init("Seed of the times of server queries.", valueName: "seed"))
  var scheduleRngSeed = ScenarioSeeds().schedule

  func check(_ scenario: Scenario) throws {
    try TimeSpan.check(minDuration, 0.001...Bounds.week, "--min-duration", "from 1ms to 7d")
    try Bounds.check(minQueries, 1...ScenarioRules.mostQueries, "--min-queries")
    try Bounds.check(percentile, 1...99.99, "--percentile")
    try Bounds.check(samplesPerQuery, 1...4096, "--samples-per-query")
    if scenario == .offline, percentile != nil {
      throw ValidationError("offline counts samples a second, so leave out --percentile.")
    }
    if scenario != .multiStream, samplesPerQuery != nil {
      throw ValidationError("Only multi-stream has several samples a query, so leave out --samples-per-query.")
    }
  }

  func rules(of scenario: Scenario) -> ScenarioRules {
    var rules = ScenarioRules(rules, for: scenario, percentile: percentile)
    if let minDuration { rules.minimumSeconds = minDuration.seconds }
    if let minQueries { rules.minimumQueries = minQueries }
    if let samplesPerQuery { rules.samplesPerQuery = samplesPerQuery }
    return rules
  }

  var seeds: ScenarioSeeds {
    var seeds = ScenarioSeeds()
    (seeds.order, seeds.samples, seeds.schedule) = (qslRngSeed, sampleIndexRngSeed, scheduleRngSeed)
    return seeds
  }
}

/// What is issued, and how fast.
struct ScenarioLoadArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: .init("Queries a second of server, as in 20/s.", valueName: "rate"))
  var rate: Rate?

  @Flag(
    help:
      "Find the largest rate within --latency-bound: short runs double and bisect it from --rate (default: half of what offline does), and a full run confirms it."
  )
  var findPeak = false

  @Option(
    parsing: .unconditional,
    help: .init("What the percentile of server must not exceed, as in 15ms.", valueName: "time"))
  var latencyBound: TimeSpan?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Inferences side by side (default: one; with server and offline one for each processor, with one thread).",
      valueName: "count"))
  var streams: Int?

  @Option(
    parsing: .unconditional,
    help: .init(
      "Samples that queries are taken from (default: as many as fit into 64 MiB, at most 1024).", valueName: "count"))
  var samples: Int?

  /// The times of all queries are drawn before the first is issued, so they must fit into memory.
  func checkLength(_ rules: ScenarioRules) throws {
    guard let rate else { return }
    try Rate.check(rate)
    let queries = max(Double(rules.minimumQueries), rate.perSecond * rules.minimumSeconds)
    guard queries <= Double(ScenarioRules.mostQueries) else {
      throw ValidationError(
        "At --rate \(rate.defaultValueDescription), a run has more than \(ScenarioRules.mostQueries) queries: "
          + "lower --rate or --min-duration.")
    }
    guard queries / rate.perSecond <= Bounds.week else {
      throw ValidationError(
        "At --rate \(rate.defaultValueDescription), \(rules.minimumQueries) queries take more than a week: "
          + "raise --rate or lower --min-queries.")
    }
  }

  func check(_ scenario: Scenario, batch: Int?, samplesPerQuery: Int) throws {
    if let batch, batch > 1 {
      switch scenario {
      case .singleStream, .server:
        throw ValidationError("A query of \(scenario.rawValue) is one sample, so leave out --batch.")
      case .multiStream where samplesPerQuery % batch != 0:
        throw ValidationError("\(samplesPerQuery) samples a query are no multiple of --batch \(batch).")
      default: break
      }
    }
    try Bounds.check(streams, 1...1024, "--streams")
    try Bounds.check(samples, 1...1_000_000, "--samples")
    try TimeSpan.check(latencyBound, 1e-6...3600, "--latency-bound", "from 1us to 1h")
    switch scenario {
    case .server:
      guard latencyBound != nil else {
        throw ValidationError("server needs what the 99th percentile must not exceed: --latency-bound 15ms.")
      }
      guard rate != nil || findPeak else {
        throw ValidationError("server needs the queries a second, --rate 20/s, or --find-peak.")
      }
    default:
      guard rate == nil, latencyBound == nil, !findPeak else {
        throw ValidationError(
          "Only server has a rate and a bound, so leave out --rate, --latency-bound and --find-peak.")
      }
      guard streams == nil || scenario == .offline else {
        throw ValidationError("\(scenario.rawValue) waits for each inference, so leave out --streams.")
      }
    }
  }
}

extension Scenario: ExpressibleByArgument {}
extension RuleSet: ExpressibleByArgument {}
