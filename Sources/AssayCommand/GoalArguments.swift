import ArgumentParser
import AssayCore

/// What a cell must reach: options of every command that measures cells one by one.
struct GoalArguments: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: .init(
      "A latency of at most this, as 20ms or p99=20ms: of p50 (default), p90, p95, p99, p99.9 or mean. May be repeated.",
      valueName: "limit"),
    transform: Self.latency)
  var maxLatency: [Goal] = []

  @Option(
    parsing: .unconditional,
    help: .init("At least this many samples a second, as 100/s; images with accuracy.", valueName: "rate"),
    transform: Self.throughput)
  var minThroughput: Goal?

  /// What every command can be asked for.
  var all: [Goal] { maxLatency + [minThroughput].compactMap(\.self) }

  func validate() throws {
    let keys = maxLatency.map(\.key)
    if let twice = keys.first(where: { key in keys.count { $0 == key } > 1 }) {
      throw ValidationError("--max-latency limits \(twice.replacing("_", with: ".")) twice. Give one limit for it.")
    }
  }

  private static func latency(_ text: String) throws -> Goal {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = parts.count == 2 ? parts[0] : LatencyStatistic.p50.rawValue
    guard let statistic = LatencyStatistic(rawValue: name.replacing(".", with: "_")),
      let limit = TimeSpan(argument: parts[parts.count - 1]), limit.seconds > 0
    else {
      throw ValidationError("Write a time, as in 20ms, or p99=20ms for one of p50, p90, p95, p99, p99.9 and mean.")
    }
    return .maximumLatency(statistic, milliseconds: limit.milliseconds)
  }

  private static func throughput(_ text: String) throws -> Goal {
    guard let rate = Rate(argument: text), rate.perSecond > 0 else {
      throw ValidationError("Write a number a second above 0, as in 100/s or 100.")
    }
    return .minimumThroughput(perSecond: rate.perSecond)
  }
}

/// What a cell that classifies images must reach.
struct AccuracyGoalArguments: ParsableArguments {
  @OptionGroup var common: GoalArguments

  @Option(
    parsing: .unconditional,
    help: .init("At least this share of the images has its class first, as 60%.", valueName: "percent"))
  var minTop1: Percentage?

  var all: [Goal] { common.all + [minTop1.map { .minimumTop1(share: $0.share) }].compactMap(\.self) }

  func validate() throws { try minTop1?.check(0...100, "--min-top1") }
}

/// What a long run must reach.
struct StressGoalArguments: ParsableArguments {
  @OptionGroup var common: GoalArguments

  @Flag(help: "It keeps its level: no shift, no trend and one speed are found.")
  var held = false

  var all: [Goal] { common.all + (held ? [.held] : []) }
}
