import AssayCore

extension RunTables {
  func streamsTable() -> TextTable {
    var table = TextTable(
      [
        .init(title: "Model", alignment: .left), .init(title: "Target", alignment: .left),
        .init(title: "Streams", alignment: .right), .init(title: "Threads", alignment: .right),
        .init(title: "Batch", alignment: .right), .init(title: "Samples/s", alignment: .right),
        .init(title: "95 % interval", alignment: .left), .init(title: "Mean ms", alignment: .right),
        .init(title: "Median", alignment: .right), .init(title: "p90", alignment: .right),
        .init(title: "p99", alignment: .right), .init(title: "Cores busy", alignment: .right),
        .init(title: "Memory", alignment: .right), .init(title: "Count", alignment: .right),
      ] + goalColumns() + [.init(title: "", alignment: .left)])
    let texts = frontierTexts
    for index in texts.isEmpty ? Array(report.cells.indices) : texts.flatMap(\.frontier.cells) {
      let cell = report.cells[index]
      let (latency, options) = (cell.latency, cell.options)
      let perInference = cell.rate.map { $0.samples / max($0.inferences, 1e-9) } ?? 1
      let interval = cell.streams?.rateInterval.map {
        $0.map { Figures.short($0 * perInference) }.joined(separator: " – ")
      }
      var row = [models[cell.model], cell.target.description + (cell.engine.version.map { " \($0)" } ?? "")]
      row += ["\(options.streams)", "\(options.threads)", options.batch.map { "\($0)" } ?? ""]
      row += [figure(cell.rate?.samples, of: cell), interval ?? "", figure(latency?.mean), figure(latency?.p50)]
      row += [figure(latency?.p90), figure(latency?.p99)]
      row += [cell.streams?.facts?.processorUse.map { Figures.fixed($0, decimals: 2) } ?? ""]
      row += [cell.peakResidentBytes.map(Figures.bytes) ?? "", latency.map { String($0.count) } ?? ""]
      table.add(row + goal(cell) + [texts.lazy.map { $0.marks(index) }.first { !$0.isEmpty } ?? ""])
    }
    return table
  }

  /// What the numbers of streams show, each model on each target.
  func streamNotes() -> [String] {
    frontierTexts.map { text in
      let cell = report.cells[text.frontier.cells[0]]
      return (["\(models[cell.model]) on \(cell.target)"] + text.lines).joined(separator: "\n")
    }
  }

  private var frontierTexts: [StreamFrontierText] {
    (report.frontiers ?? []).map { StreamFrontierText(frontier: $0, report: report) }
  }
}
