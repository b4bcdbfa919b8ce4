import AssayCore
import Study

/// What devices do under the load of services and cameras.
extension StudyTables {
  func scenarios(_ options: StudyOutline.Options) -> StudyTable? {
    var table = StudyTable(
      "Results of MLPerf's scenarios",
      [.init("Device"), .init("Model"), .init("Framework"), .init("Scenario"), .init("Result"), .init("Counts")])
    for scenario in results.scenarios where options.devices.isEmpty || options.devices.contains(scenario.device) {
      guard let measure = scenario.report.spec.measure.scenario, let text = ScenarioText(scenario.report),
        let isValid = scenario.report.scenario?.isValid
      else { continue }
      table.add([
        "\(scenario.device)", "\(scenario.model)", "\(scenario.report.target)",
        "\(ScenarioText.conditions(measure))", "\(text.headline)",
        isValid ? "yes" : table.cell("no", footnote: text.sentences.joined(separator: " ")),
      ])
    }
    return table
  }
}
