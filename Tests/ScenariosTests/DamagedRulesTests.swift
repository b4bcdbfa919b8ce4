import AssayCore
import Scenarios
import Testing

@Suite("Rules from a damaged file are judged without a trap")
struct DamagedRulesTests {
  @Test(
    "A bound or a percentile that no option takes",
    arguments: [(-1.0, 99.0), (1e300, 99.0), (15.0, 100.0), (15.0, 0.0), (15.0, -5.0), (15.0, 1e9)])
  func judged(bound: Double, percentile: Double) {
    var measure = ScenarioMeasure(
      .server, rules: ScenarioRules(base: .quick, minimumSeconds: 1, minimumQueries: 1, percentile: percentile))
    measure.latencyBound = bound
    var tally = ScenarioTally(measure)
    tally.add(CompletedQuery(scheduled: 0, issued: 0, completed: 1000))
    let report = tally.result(streams: 1, sampleCount: 1)?.report
    #expect(report?.queries == 1 && report?.isValid == false)
  }
}
