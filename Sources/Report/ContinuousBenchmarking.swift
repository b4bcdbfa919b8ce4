public import AssayCore

/// Saved runs in the formats of services that watch benchmarks over time. Runs without the number asked for are left out.
public enum ContinuousBenchmarking {
  /// github-action-benchmark's list of names with a number each: `customSmallerIsBetter` for latencies in ms, `customBiggerIsBetter` for
  /// throughput and for top-1 in percent.
  public static func githubActionBenchmark(_ runs: [StoredRun], _ metric: RunMetric = .p50) -> String {
    struct Entry: Encodable {
      let name: String
      let unit: String
      let value: Double
      let range: String?
      let extra: String
    }
    let entries = named(runs).compactMap { name, run in
      metric.value(of: run.report).map { value in
        let scale = metric == .top1 ? 100.0 : 1
        let half = metric.interval(of: run.report).map {
          "± \(Figures.short(max($0[1] - value, value - $0[0]) * scale))"
        }
        let count =
          run.report.accuracy.map { "\($0.images) images" }
          ?? Figures.inferences(run.report.latency?.count ?? 0)
        let commit = run.report.origin?.revision.map { ", commit \($0)" } ?? ""
        return Entry(
          name: name, unit: metric.unit ?? "%", value: value * scale, range: half,
          extra: "run \(run.id), \(count), \(run.host.cpu ?? run.host.architecture)\(commit)")
      }
    }
    return RunDocuments.json(entries)
  }

  /// The Bencher Metric Format: by name, `latency` in nanoseconds, `throughput` in samples a second, and `accuracy` in percent.
  ///
  /// - Parameter metric: `nil` writes the median and the throughput.
  public static func bencher(_ runs: [StoredRun], _ metric: RunMetric? = nil) -> String {
    struct Metric: Encodable {
      let value: Double
      var low: Double?
      var high: Double?

      enum CodingKeys: String, CodingKey {
        case value
        case low = "lower_value"
        case high = "upper_value"
      }
    }
    var benchmarks: [String: [String: Metric]] = [:]
    for (name, run) in named(runs) {
      var measures: [String: Metric] = [:]
      for metric in metric.map({ [$0] }) ?? [.p50, .throughput] {
        guard let value = metric.value(of: run.report) else { continue }
        let (measure, scale) =
          switch metric {
          case .p50, .p99: ("latency", 1e6)
          case .throughput: ("throughput", 1.0)
          case .top1: ("accuracy", 100.0)
          }
        let interval = metric.interval(of: run.report)
        measures[measure] = Metric(
          value: value * scale, low: interval.map { $0[0] * scale }, high: interval.map { $0[1] * scale })
      }
      if !measures.isEmpty { benchmarks[name] = measures }
    }
    return RunDocuments.json(benchmarks)
  }

  /// Runs with names that stay the same from one export of a cell to the next. A repeated name gets its run's id.
  static func named(_ runs: [StoredRun]) -> [(name: String, run: StoredRun)] {
    let models = ModelNames(runs.map(\.report.model))
    var seen: Set<String> = []
    return runs.map { run in
      let name = "\(models[run.report.model]) on \(run.spec.target) (\(conditions(run).joined(separator: ", ")))"
      return (seen.insert(name).inserted ? name : "\(name) · run \(run.id)", run)
    }
  }

  private static func conditions(_ run: StoredRun) -> [String] {
    let options = run.report.options
    var parts = [Figures.threads(options.threads)]
    if let batch = options.batch { parts.append("batch \(batch)") }
    for (input, shape) in options.shapes.sorted(by: { $0.key < $1.key }) {
      let dimensions = shape.map { String($0) }.joined(separator: "×")
      parts.append("\(input.isEmpty ? "shape" : input) \(dimensions)")
    }
    if let signature = run.report.model.signature { parts.append("signature \(signature)") }
    if run.kind == .accuracy { parts.append("images") }
    if run.kind == .stress { parts.append("stress") }
    return parts
  }
}
