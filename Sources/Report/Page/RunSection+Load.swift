import AssayCore

/// What an open loop did to the model of a run.
extension RunSection {
  var loadTables: HTML {
    guard case .load(let measure) = run.report.spec.measure, let load = run.report.load, let text = LoadText(run.report)
    else { return .empty }
    return HTML([
      list("Load: \(LoadText.conditions(measure))", text.sentences),
      table(
        "Queries by when they arrived", ["From", "Rate", "Queries", "Dropped", "Median", "p99"], of: load.curve,
        numbers: [0, 1, 2, 3, 4, 5], isOpen: measure.arrivals.isRamp
      ) { point in
        [
          .init("\(Figures.short(point.from)) s", point.from),
          .init("\(Figures.significant(point.rate))/s", point.rate),
          .init("\(point.queries)", Double(point.queries)), .init("\(point.dropped)", Double(point.dropped)),
          .init(point.p50.map(unit.text) ?? "–", point.p50), .init(point.p99.map(unit.text) ?? "–", point.p99),
        ]
      },
    ])
  }
}
