import AssayCore

/// How a run of a scenario of MLPerf stands by its rules.
extension RunSection {
  var scenarioTables: HTML {
    guard let measure = run.report.spec.measure.scenario, let scenario = run.report.scenario,
      let text = ScenarioText(run.report)
    else { return .empty }
    return HTML([
      list("\(ScenarioText.conditions(measure))", text.sentences),
      table("What a valid run must reach", ["Constraint", "Needed", "Found", "Met"], of: scenario.constraints) {
        [.init($0.name), .init($0.text($0.needed)), .init($0.text($0.found)), .init($0.isMet ? "yes" : "no")]
      },
    ])
  }
}
