import AssayCore

extension RunScreen {
  var measuresStreams: Bool { report.cells.contains { $0.spec.measure.kind == .streams } }

  /// A line a point, by streams and threads.
  func streamsTable() -> ScreenTable {
    let hasBatches = Set(report.cells.map(\.options.batch)).count > 1
    let isVia = hasSeveralModels || hasSeveralTargets
    var table = ScreenTable(
      (isVia ? identityColumns().filter { $0.title != "THREADS" } : []) + [
        .init("STREAMS", right: true, rank: 0), .init("THREADS", right: true, rank: 0),
        .init(hasBatches ? "BATCH" : "", right: true, rank: 0), .init("SAMPLES/s", right: true, rank: 0),
        .init("± 95 %", right: true, rank: 5), .init("MEAN ms", right: true, rank: 0),
        .init("MEDIAN", right: true, rank: 3),
        .init("p90", right: true, rank: 6), .init("p99", right: true, rank: 2),
        .init("CORES BUSY", right: true, rank: 4),
        .init("MEMORY", right: true, rank: 7), goalColumn, .init("", rank: 1),
      ])
    for index in orderedCells {
      let cell = report.cells[index]
      var row = isVia ? streamIdentity(cell) : []
      row += [
        .init("\(cell.options.streams)"), .init("\(cell.options.threads)"),
        .init(hasBatches ? cell.options.batch.map { "\($0)" } ?? "–" : ""),
      ]
      row += figures(cell)
      row += [goal(cell), .init(texts.lazy.map { $0.marks(index) }.first { !$0.isEmpty } ?? "", .green)]
      table.add(row)
    }
    return table
  }

  private func figures(_ cell: CellReport) -> [ScreenTable.Cell] {
    func text(_ value: Double?) -> ScreenTable.Cell { .init(value.map { Figures.significant($0) } ?? "") }
    let rate = cell.rate
    let margin = rate.flatMap { rate in cell.streams?.rateInterval.map { Figures.margin($0, of: rate.inferences) } }
    let busy = cell.streams?.facts?.processorUse.map { Figures.fixed($0, decimals: 1) }
    return [
      rate.map { .init(Figures.significant($0.samples), .bold) } ?? status(cell), .init(margin ?? ""),
      text(cell.latency?.mean), text(cell.latency?.p50), text(cell.latency?.p90), text(cell.latency?.p99),
      .init(busy ?? ""),
      .init(cell.peakResidentBytes.map(Figures.bytes) ?? ""),
    ]
  }

  /// The points that somebody looks for, and the frontier drawn, for each model on each target.
  func streamsLines() -> [String] {
    texts.flatMap { text in
      let cell = report.cells[text.frontier.cells[0]]
      let title = texts.count > 1 ? ["", screen.paint("\(model(cell)) on \(cell.target)".printable, .bold)] : [""]
      let plot = FrontierPlot(text.frontier, of: report, width: screen.columns).lines
      return title + text.lines.flatMap { screen.wrap($0) } + (plot.isEmpty ? [] : [""] + plot)
    }
  }

  private var texts: [StreamFrontierText] {
    (report.frontiers ?? []).map { StreamFrontierText(frontier: $0, report: report) }
  }

  /// The points of each frontier in order, then cells that are in none, but for short ones that were also measured in full.
  private var orderedCells: [Int] {
    let placed = (report.frontiers ?? []).flatMap(\.cells)
    let rest = report.cells.indices.filter { index in
      let cell = report.cells[index]
      return !placed.contains { place in
        let other = report.cells[place]
        return other.model == cell.model && other.target == cell.target && other.options == cell.options
      }
    }
    return placed + rest
  }

  private func streamIdentity(_ cell: CellReport) -> [ScreenTable.Cell] {
    hasSeveralThreads ? identity(cell).dropLast() : identity(cell)
  }
}
