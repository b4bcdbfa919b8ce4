import AssayCore

/// Cells that ran a scenario of MLPerf.
extension RunScreen {
  var runsScenario: Bool { report.cells.contains { $0.spec.measure.kind == .scenario } }

  func scenarioTable() -> ScreenTable {
    var table = ScreenTable(
      identityColumns() + [
        .init("RESULT", right: true, rank: 0), .init("", rank: 0), .init("MEDIAN ms", right: true, rank: 4),
        .init("p90", right: true, rank: 5), .init("p99", right: true, rank: 3),
        .init("QUERIES", right: true, rank: 2), goalColumn, .init("DISTRIBUTION", rank: 9),
      ])
    for cell in report.cells {
      let (latency, text) = (cell.latency, ScenarioText(cell))
      table.add(
        identity(cell) + [
          text.map { .init($0.headline, .bold) } ?? status(cell),
          .init(text?.validity ?? "", cell.scenario?.isValid == true ? .green : .red),
          .init(latency.map { Figures.significant($0.p50) } ?? ""),
          .init(latency?.p90.map { Figures.significant($0) } ?? ""),
          .init(latency?.p99.map { Figures.significant($0) } ?? ""),
          .init(cell.scenario.map { Figures.grouped($0.queries) } ?? ""), goal(cell),
          .init(latency.map { Figures.blocks($0.histogram.counts) } ?? ""),
        ])
    }
    return table
  }

  /// The rules, and what each cell gave.
  func scenarioLines() -> [String] {
    let conditions = common(report.cells.compactMap(\.spec.measure.scenario)).map(ScenarioText.conditions)
    let results = report.cells.flatMap { cell in
      let prefix = report.cells.count > 1 ? "\(name(cell)): " : ""
      return ScenarioText(cell)?.sentences.map { prefix + $0 } ?? []
    }
    return ([conditions.map { "Rules: \($0)." }].compactMap(\.self) + results).flatMap { screen.wrap($0) }
  }
}
