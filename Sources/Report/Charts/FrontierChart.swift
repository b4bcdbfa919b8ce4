import AssayCore

/// Throughput against latency of several numbers of streams: a chart for each model, with the frontier of every target in it.
struct FrontierChart {
  let runs: [DrawableRun]
  let unit: LatencyUnit
  let palette: ChartPalette
  let colors: EngineColors

  /// With fewer points there is nothing to see.
  private static let smallestCount = 3

  var charts: [Chart] {
    guard let report = RunReport(withFrontiersOf: runs.map(\.run)) else { return [] }
    let frontiers = (report.frontiers ?? []).filter { $0.cells.count >= Self.smallestCount && $0.minimumLatency != nil }
    var models: [String] = []
    for model in frontiers.map({ report.cells[$0.cells[0]].model.path }) where !models.contains(model) {
      models.append(model)
    }
    return models.enumerated().map { number, model in
      chart(of: frontiers.filter { report.cells[$0.cells[0]].model.path == model }, report, number: number + 1)
    }
  }

  private func chart(of frontiers: [StreamFrontier], _ report: RunReport, number: Int) -> Chart {
    let id = number == 1 ? "frontier" : "frontier-\(number)"
    let latency = "mean_\(unit.column)"
    func row(_ index: Int, _ text: StreamFrontierText) -> (texts: [String], numbers: [Double?])? {
      let cell = report.cells[index]
      guard let mean = cell.latency?.mean, let rate = cell.rate?.samples else { return nil }
      let batch = cell.options.batch.map { " b\($0)" } ?? ""
      return (
        [
          "\(cell.options.streams) × \(cell.options.threads)\(batch)", runs[index].run.target, cell.options.streamsText,
          text.marks(index),
        ],
        [mean * unit.factor, rate, cell.latency?.p99.map { $0 * unit.factor }, cell.streams?.facts?.processorUse]
      )
    }
    func data(_ name: String, _ cells: (StreamFrontier) -> [Int]) -> ChartData {
      ChartData(
        name, texts: ["point", "engine", "streams", "mark"],
        numbers: [latency, "samples_per_s", "p99_\(unit.column)", "cores_busy"],
        rows: frontiers.flatMap { frontier in
          let text = StreamFrontierText(frontier: frontier, report: report)
          return cells(frontier).compactMap { row($0, text) }
        })
    }
    let (all, best) = (data("\(id)-points", \.cells), data("\(id)-best", \.frontier))
    let name = ModelNames(report.cells.map(\.model))[report.cells[frontiers[0].cells[0]].model]
    let answers = frontiers.map { frontier in
      let target = frontiers.count > 1 ? "\(runs[frontier.cells[0]].run.target): " : ""
      return target + StreamFrontierText(frontier: frontier, report: report).lines.joined(separator: " ")
    }
    return Chart(
      id, title: models(report) > 1 ? "Throughput against latency: \(name)" : "Throughput against latency",
      caption: ([
        "Points are streams × threads of each. To the upper left is better; lines join what no other point beats."
      ]
        + answers).joined(separator: " "),
      data: [all, best], isWide: true, palette: palette,
      body: ["height": .number(palette.scaled(320)), "layer": .array(layers(all, best, latency))])
  }

  private func models(_ report: RunReport) -> Int { Set(report.cells.map(\.model.path)).count }

  private func layers(_ all: ChartData, _ best: ChartData, _ latency: String) -> [JSONValue] {
    let means = runs.map(\.summary.mean)
    let isLogarithmic = (means.max() ?? 1) / max(means.min() ?? 1, 1e-9) > 6
    let x: JSONValue = [
      "field": .string(latency), "type": "quantitative",
      "scale": JSONValue.scale(isLogarithmic: isLogarithmic).merging(["padding": 24]),
      "axis": .axis("Mean latency, \(unit.name)", isLogarithmic: isLogarithmic, ratio: JSONValue.ratio(of: "x")),
    ]
    let highest = runs.compactMap { $0.run.report.rate?.samples }.max() ?? 1
    let y: JSONValue = [
      "field": "samples_per_s", "type": "quantitative",
      // The label of the highest point stays below the title.
      "scale": ["zero": true, "domainMax": .number(highest * 1.12)],
      "axis": ["title": "Samples a second", "format": "~s"],
    ]
    func tip(_ field: String, _ title: String, _ type: JSONValue = "nominal") -> JSONValue {
      let base: JSONValue = ["field": .string(field), "type": type, "title": .string(title)]
      return type == "quantitative" ? base.merging(["format": ".4~r"]) : base
    }
    return [
      [
        "data": best.reference,
        "mark": ["type": "line", "strokeWidth": 1.5, "strokeDash": [4, 3], "opacity": 0.7, "aria": false],
        "encoding": ["x": x, "y": y, "stroke": colors.channel(symbol: "circle")],
      ],
      [
        "data": all.reference, "params": [EngineColors.parameter],
        "mark": ["type": "circle", "size": 80, "opacity": 1],
        "encoding": [
          "x": x, "y": y, "fill": colors.channel(symbol: "circle"),
          "opacity": ["condition": ["param": "shown", "value": 1], "value": 0.15],
          "tooltip": [
            tip("engine", "Target"), tip("streams", "Point"), tip("mark", "Is"),
            tip("samples_per_s", "Samples/s", "quantitative"),
            tip(latency, "Mean \(unit.name)", "quantitative"),
            tip("p99_\(unit.column)", "p99 \(unit.name)", "quantitative"),
            tip("cores_busy", "Cores busy", "quantitative"),
          ],
        ],
      ],
      [
        "data": all.reference,
        "mark": [
          "type": "text", "color": palette.ink, "align": "left", "baseline": "bottom", "dx": 5, "dy": -3, "aria": false,
        ], "encoding": ["x": x, "y": y, "text": ["field": "point", "type": "nominal"]],
      ],
    ]
  }
}
