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
    let entries = runs.compactMap { run in
      run.report.latency.map { latency in
        let half = latency.medianInterval.map { "± \(Figures.short(max($0[1] - latency.p50, latency.p50 - $0[0])))" }
        return Entry(
          name: name(run), unit: "ms", value: latency.p50, range: half,
          extra: "run \(run.id), \(latency.count) inferences, \(run.host.cpu ?? run.host.architecture)")
      }
    }
    return RunDocuments.json(entries)
  }

  /// The Bencher Metric Format: by name, `latency` in nanoseconds and `throughput` in inferences a second, which are the units of
  /// Bencher's built-in measures. A repeated name gets its run's id.
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
    for run in runs {
      guard let latency = run.report.latency else { continue }
      var measures = [
        "latency": Metric(
          value: latency.p50 * 1e6, low: latency.medianInterval.map { $0[0] * 1e6 },
          high: latency.medianInterval.map { $0[1] * 1e6 })
      ]
      measures["throughput"] = run.report.throughputPerSecond.map { Metric(value: $0) }
      let key = name(run)
      benchmarks[benchmarks[key] == nil ? key : "\(key) · run \(run.id)"] = measures
    }
    return RunDocuments.json(benchmarks)
  }

  /// Equal for all runs of a cell.
  private static func name(_ run: StoredRun) -> String {
    let options = run.report.options
    let batch = options.batch.map { ", batch \($0)" } ?? ""
    let threads = "\(options.threads) thread\(options.threads == 1 ? "" : "s")"
    return
      "\(run.report.model.name) on \(run.spec.target) (\(threads)\(batch)\(run.kind == .accuracy ? ", images" : ""))"
  }
}
