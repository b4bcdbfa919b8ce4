import AssayCore

/// Cells under an open loop.
extension RunScreen {
  var runsLoad: Bool { report.cells.contains { $0.spec.measure.kind == .load } }

  func loadTable() -> ScreenTable {
    var table = ScreenTable(
      identityColumns() + [
        .init("ARRIVED/s", right: true, rank: 0), .init("DONE/s", right: true, rank: 0),
        .init("DROPPED", right: true, rank: 1), .init("MEDIAN ms", right: true, rank: 2),
        .init("p90", right: true, rank: 5), .init("p99", right: true, rank: 3), goalColumn,
        .init("DISTRIBUTION", rank: 9),
      ])
    for cell in report.cells {
      let (latency, load) = (cell.latency, cell.load)
      table.add(
        identity(cell) + [
          load.map { .init(Figures.significant($0.arrivedPerSecond), .bold) } ?? status(cell),
          .init(load.map { Figures.significant($0.completedPerSecond) } ?? ""),
          .init(load.map { Figures.grouped($0.dropped) } ?? "", load?.dropped ?? 0 > 0 ? .red : nil),
          .init(latency.map { Figures.significant($0.p50) } ?? ""),
          .init(latency?.p90.map { Figures.significant($0) } ?? ""),
          .init(latency?.p99.map { Figures.significant($0) } ?? ""), goal(cell),
          .init(latency.map { Figures.blocks($0.histogram.counts) } ?? ""),
        ])
    }
    return table
  }

  /// How queries arrived, and what each cell made of them.
  func loadLines() -> [String] {
    let measures = report.cells.compactMap { cell -> LoadMeasure? in
      if case .load(let load) = cell.spec.measure { load } else { nil }
    }
    let conditions = common(measures).map { "Load: \(LoadText.conditions($0))." }
    var lines = [conditions].compactMap(\.self).flatMap { screen.wrap($0) }
    for cell in report.cells {
      guard let text = LoadText(cell) else { continue }
      let prefix = report.cells.count > 1 ? "\(name(cell)): " : ""
      lines += text.sentences.flatMap { screen.wrap(prefix + $0) }
      lines += text.curve(columns: screen.columns)
    }
    return lines
  }
}
