import AssayCore
import Classification
import EngineKit
import Measurement
import Scenarios

extension CellMeasurer {
  /// Issues the queries of a scenario of MLPerf to the streams of the cell.
  func measureScenario<E: Engine>(
    _ loaded: LoadedModel<E.Model>, by engine: E, _ scenario: ScenarioMeasure, warmedUp: (WarmUp.Result) -> Void
  ) throws(AssayError) {
    let samples = try samples(of: scenario, for: loaded)
    let plan = QueryPlan(scenario, sampleCount: samples.count)
    // An inference of a batch has several of the samples that the rules count.
    let batch = UInt32(spec.options.batch ?? 1)
    var rule = scenario.rule
    rule.minimumCount = (rule.minimumCount + Int(batch) - 1) / Int(batch)
    try measureStreams(
      loaded, by: engine, arriving: plan.due.map { .scheduled(Schedule(due: $0)) } ?? .closed, rule,
      sampleCount: samples.count, warmedUp: warmedUp
    ) { session, inference in samples.fill(session, with: plan.sample(of: inference &* batch)) }
  }

  /// Images or random inputs, in memory before anything is timed.
  private func samples<Model: CompiledModel>(
    of scenario: ScenarioMeasure, for loaded: LoadedModel<Model>
  ) throws(AssayError) -> SampleSet {
    guard let set = scenario.images else {
      return try SampleSet(
        loaded.values, of: loaded.model.inputs, count: scenario.sampleCount, seed: spec.options.seed)
    }
    return try ImageInputs(
      try images(), of: set, inputs: loaded.model.inputs, at: loaded.values.imageInput, model: spec.model,
      count: scenario.sampleCount, lanes: lanes, stop: stop
    ).samples
  }
}
