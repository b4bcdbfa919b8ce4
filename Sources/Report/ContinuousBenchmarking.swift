public import AssayCore

/// Saved runs in the formats of services that watch benchmarks over time. Runs without a latency are left out.
public enum ContinuousBenchmarking {
  /// `customSmallerIsBetter` of github-action-benchmark: a list of names with a median in ms.
  public static func githubActionBenchmark(_ runs: [StoredRun]) -> String {
    struct Entry: Encodable {
      let name: String
      let unit: String
      let value: Double
      let range: String?
      let extra: String
    }
    let entries = named(runs).compactMap { name, run in
      run.report.latency.map { latency in
        let half = latency.medianInterval.map { "± \(Figures.short(max($0[1] - latency.p50, latency.p50 - $0[0])))" }
        return Entry(
          name: name, unit: "ms", value: latency.p50, range: half,
          extra: "run \(run.id), \(latency.count) inferences, \(run.host.cpu ?? run.host.architecture)")
      }
    }
    return RunDocuments.json(entries)
  }

  /// The Bencher Metric Format: by name, `latency` in nanoseconds and `throughput` in samples a second, which are the units of
  /// Bencher's built-in measures.
  public static func bencher(_ runs: [StoredRun]) -> String {
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
      guard let latency = run.report.latency else { continue }
      var measures = [
        "latency": Metric(
          value: latency.p50 * 1e6, low: latency.medianInterval.map { $0[0] * 1e6 },
          high: latency.medianInterval.map { $0[1] * 1e6 })
      ]
      measures["throughput"] = run.report.rate.map { Metric(value: $0.samples) }
      benchmarks[name] = measures
    }
    return RunDocuments.json(benchmarks)
  }

  /// Runs with names that stay the same from one export of a cell to the next. A repeated name gets its run's id.
  private static func named(_ runs: [StoredRun]) -> [(name: String, run: StoredRun)] {
    let models = ModelNames(runs.map(\.report.model))
    var seen: Set<String> = []
    return runs.map { run in
      let name = "\(models[run.report.model]) on \(run.spec.target) (\(conditions(run).joined(separator: ", ")))"
      return (seen.insert(name).inserted ? name : "\(name) · run \(run.id)", run)
    }
  }

  private static func conditions(_ run: StoredRun) -> [String] {
    let options = run.report.options
    var parts = ["\(options.threads) thread\(options.threads == 1 ? "" : "s")"]
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
