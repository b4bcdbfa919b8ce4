import AssayCore
import Report
import Scenarios
import Testing

/// LoadGen's own summaries against those that Assay makes of the same latencies.
@Suite struct LoadGenSummaryTests {
  @Test func `A summary reads as LoadGen's`() throws {
    for expected in LoadGenFixtures.all.summaries {
      let measure = measure(expected)
      var tally = ScenarioTally(measure)
      let first = expected.queries[0].scheduled
      for query in expected.queries {
        let scheduled = query.scheduled - first
        for latency in measure.scenario == .offline ? query.latencies : [query.latencies.max() ?? 0] {
          tally.add(
            CompletedQuery(
              scheduled: scheduled, issued: scheduled + query.issueDelay, completed: scheduled + latency))
        }
      }
      let result = try #require(tally.result(streams: 1, sampleCount: 16))
      let text = LoadGenSummary(result, name: "PySUT").text()
      #expect(comparable(text) == comparable(expected.summary))
    }
  }

  private func measure(_ expected: LoadGenFixtures.Summary) -> ScenarioMeasure {
    let scenario = Scenario(loadGenName: expected.scenario)
    var rules = ScenarioRules(.mlperf, for: scenario)
    rules.minimumSeconds = (expected.settings["min_duration_ms"] ?? 0) / 1000
    rules.minimumQueries = Int(expected.settings["min_query_count"] ?? 0)
    var measure = ScenarioMeasure(scenario, rules: rules)
    measure.rate = expected.settings["server_target_qps"]
    measure.latencyBound = expected.settings["server_target_latency_ns"].map { $0 / 1e6 }
    return measure
  }

  /// Without what Assay cannot or does not say: rates over the time before the first query, a rate that is expected beforehand, LoadGen's
  /// advice about that, and the counts of its log.
  private func comparable(_ summary: String) -> [String] {
    let left = [
      "QPS w/ loadgen", "target_qps", "encountered", "Written by Assay", "Decrease the expected", "before the minimum",
    ]
    return summary.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
      .filter { line in !left.contains { line.contains($0) } }
  }
}
