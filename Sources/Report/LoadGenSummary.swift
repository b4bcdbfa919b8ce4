import AssayCore
public import Scenarios

/// The result of a scenario in the form of LoadGen's `mlperf_log_summary.txt`.
public struct LoadGenSummary {
  private let result: ScenarioResult
  private let name: String

  private var measure: ScenarioMeasure { result.measure }
  private var report: ScenarioReport { result.report }

  /// - Parameter name: of what was measured.
  public init(_ result: ScenarioResult, name: String) {
    self.result = result
    self.name = name
  }

  public func text() -> String {
    var lines = title("MLPerf Results Summary")
    lines += ["SUT name : \(name)", "Scenario : \(measure.scenario.loadGenName)", "Mode     : PerformanceOnly"]
    lines += [headline] + verdict() + earlyStopping() + [""] + title("Additional Stats") + statistics()
    lines += [""] + title("Test Parameters Used") + parameters()
    lines += ["", "Written by Assay \(AssayVersion.current), not by LoadGen. Not for submission to MLPerf."]
    return lines.joined(separator: "\n") + "\n"
  }

  private func title(_ text: String) -> [String] {
    let rule = String(repeating: "=", count: 48)
    return [rule, text, rule]
  }

  private var headline: String {
    switch measure.scenario {
    case .singleStream, .multiStream: "\(percentileName) percentile latency (ns) : \(percentile(share))"
    case .server: "Completed samples per second    : \(twoDigits(report.completedPerSecond ?? 0))"
    case .offline: "Samples per second: \(sixDigits(report.completedPerSecond ?? 0))"
    }
  }

  private func verdict() -> [String] {
    let met = { (kind: ScenarioConstraint.Kind) in report.constraints.first { $0.kind == kind }?.isMet ?? true }
    let word = { (kind: ScenarioConstraint.Kind) in met(kind) ? "Yes" : "NO" }
    var lines = ["Result is : \(report.isValid ? "VALID" : "INVALID")"]
    if measure.scenario == .server { lines.append("  Performance constraints satisfied : \(word(.latency))") }
    lines.append("  Min duration satisfied : \(word(.duration))")
    lines.append("  Min queries satisfied : \(word(.queries))")
    lines.append("  Early stopping satisfied: \(word(.earlyStopping))")
    guard !report.isValid else { return lines }
    lines.append("Recommendations:")
    if !met(.latency) { lines.append(" * Reduce target QPS to improve latency.") }
    if !met(.duration) { lines.append(" * The test ended before the minimum duration.") }
    if !met(.queries) { lines.append(" * The test exited early, before enough queries were issued.") }
    return lines
  }

  private func earlyStopping() -> [String] {
    guard measure.scenario != .offline else { return [] }
    let count = result.latencies.count
    guard measure.scenario != .server else {
      let needed = Int(report.constraints.first { $0.kind == .earlyStopping }?.needed ?? 0)
      guard count < needed else { return ["Early Stopping Result:", " * Run successful."] }
      return [
        "Early Stopping Result:", " * Run unsuccessful.", " * Processed \(count) queries.",
        " * Would need to run at least \(needed - count) more queries,",
        " with the run being successful if every additional", " query were under latency.",
      ]
    }
    let needed = EarlyStopping.queriesNeeded(late: 1, percentile: share)
    guard let discarded = report.discarded else {
      return [
        "Early Stopping Result:", " * Only processed \(count) queries.",
        " * Need to process at least \(needed) queries for early stopping.",
      ]
    }
    let lines = [
      "Early Stopping Result:", " * Processed at least \(needed) queries (\(count)).",
      " * Would discard \(discarded) highest latency queries.",
      " * Early stopping \(percentileName) percentile estimate: \(estimate(discarding: discarded))",
    ]
    return lines + (measure.scenario == .singleStream ? multiStreamEstimate(count) : [])
  }

  /// From which a multi-stream result may be inferred.
  private func multiStreamEstimate(_ count: Int) -> [String] {
    if let discarded = EarlyStopping.discarded(of: count, percentile: 0.99) {
      return [" * Early stopping 99.0th percentile estimate: \(estimate(discarding: discarded))"]
    }
    return [
      " * Not enough queries processed for 99.0th percentile",
      " early stopping estimate (would need to process at",
      " least \(EarlyStopping.queriesNeeded(late: 1, percentile: 0.99)) total queries).",
    ]
  }

  private func statistics() -> [String] {
    let latencies = result.latencies
    let mean = latencies.reduce(0, &+) / UInt64(max(latencies.count, 1))
    var lines: [String] = []
    switch measure.scenario {
    case .singleStream:
      let issued = Double(max(result.lastIssued, 1)) / 1e9
      lines = [
        "QPS w/ loadgen overhead         : \(twoDigits(Double(latencies.count - 1) / issued))",
        "QPS w/o loadgen overhead        : \(twoDigits(1e9 / Double(max(mean, 1))))", "",
      ]
    case .server: lines = ["Scheduled samples per second : \(twoDigits(report.scheduledPerSecond ?? 0))"]
    case .multiStream: lines = ["Per-query latency:  "]
    case .offline: break
    }
    lines.append("Min latency (ns)                : \(latencies.first ?? 0)")
    lines.append("Max latency (ns)                : \(latencies.last ?? 0)")
    lines.append("Mean latency (ns)               : \(mean)")
    return lines
      + [0.5, 0.9, 0.95, 0.97, 0.99, 0.999].map {
        "\(twoDigits($0 * 100)) percentile latency (ns)   : \(percentile($0))"
      }
  }

  private func parameters() -> [String] {
    let isOffline = measure.scenario == .offline
    let values: [(String, String)] = [
      ("samples_per_query", "\(isOffline ? report.samples : measure.rules.samplesPerQuery)"),
      ("target_qps", sixDigits(measure.rate ?? 0)),
      ("target_latency (ns)", "\(UInt64((measure.latencyBound ?? 0) * 1e6))"),
      ("max_async_queries", measure.scenario == .server ? "0" : "1"),
      ("min_duration (ms)", "\(Int(measure.rules.minimumSeconds * 1000))"), ("max_duration (ms)", "0"),
      ("min_query_count", isOffline ? "1" : "\(measure.rules.minimumQueries)"), ("max_query_count", "0"),
      ("qsl_rng_seed", "\(measure.seeds.order)"), ("sample_index_rng_seed", "\(measure.seeds.samples)"),
      ("schedule_rng_seed", "\(measure.seeds.schedule)"), ("accuracy_log_rng_seed", "0"),
      ("accuracy_log_probability", "0"), ("accuracy_log_sampling_target", "0"), ("print_timestamps", "0"),
      ("performance_issue_unique", "0"), ("performance_issue_same", "0"), ("performance_issue_same_index", "0"),
      ("performance_sample_count", "\(report.sampleCount)"), ("accuracy_sample_count", "\(report.sampleCount)"),
    ]
    return values.map { name, value in "\(name)\(name.hasSuffix(")") ? "" : " "): \(value)" }
  }

  private var share: Double { (measure.rules.percentile ?? 0) / 100 }
  private var percentileName: String { Figures.fixed(measure.rules.percentile ?? 0, decimals: 1) + "th" }

  private func twoDigits(_ value: Double) -> String { Figures.fixed(value, decimals: 2) }

  /// Six significant digits, as C++ writes a number; without an exponent, however large.
  private func sixDigits(_ value: Double) -> String {
    let text = Figures.significant(value, digits: 6)
    return text.contains(".") ? String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed()) : text
  }

  private func percentile(_ share: Double) -> UInt64 { ScenarioResult.percentile(share, of: result.latencies) }

  private func estimate(discarding count: Int) -> UInt64 { result.latencies[result.latencies.count - 1 - count] }
}

extension Scenario {
  /// `SingleStream`
  var loadGenName: String {
    switch self {
    case .singleStream: "SingleStream"
    case .multiStream: "MultiStream"
    case .server: "Server"
    case .offline: "Offline"
    }
  }
}
