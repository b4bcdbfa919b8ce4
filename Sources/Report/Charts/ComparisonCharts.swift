import AssayCore
import Statistics

/// Several runs beside one another: bars, accuracy against latency, and medians over time.
struct ComparisonCharts {
  let runs: [ReportedRun]
  let unit: LatencyUnit
  let palette: ChartPalette

  private var measured: [DrawableRun] { runs.compactMap(DrawableRun.init) }

  var charts: [Chart] {
    guard runs.count > 1, measured.count > 1 else { return [] }
    let distributions = DistributionCharts(runs: measured, unit: unit, palette: palette, number: nil).charts
    let accuracy = AccuracyChart(runs: measured, unit: unit, palette: palette, colors: colors).chart
    let streams = measured.filter { $0.run.report.spec.measure.kind == .streams }
    let frontiers = FrontierChart(runs: streams, unit: unit, palette: palette, colors: colors).charts
    return frontiers + ([bars, accuracy, overTime] + distributions).compactMap(\.self)
  }

  private var colors: EngineColors { EngineColors(runs: measured, palette: palette) }

  private func figure(_ field: String, _ title: String) -> JSONValue {
    ["field": .string(field), "type": "quantitative", "title": .string(title), "format": ".4~r"]
  }

  // MARK: Bars

  /// Of one run, in pixels of labels of the usual size: its name, the bar of the median, below it the bar of p99.
  private static let (rowHeight, nameAt, medianAt, tailAt) = (58.0, 10.0, 26.0, 42.0)
  /// Where p99 is many times the median, its bars end at this many of the largest median.
  private static let tailLimit = 4.0

  private var bars: Chart {
    let sorted = measured.sorted { $0.summary.p50 < $1.summary.p50 }
    let end = (sorted.last?.summary.p50 ?? 0) * Self.tailLimit
    let columns = ["p50", "low", "high", "p99"].map { "\($0)_\(unit.column)" }
    let data = ChartData(
      "medians", texts: ["run", "engine", "median_label", "p99_label"], numbers: columns + ["row"],
      rows: sorted.enumerated().map { row, measured in
        let summary = measured.summary
        let figures = [summary.p50, summary.medianInterval?.first, summary.medianInterval?.last, summary.p99]
        let tail = summary.p99.map { "p99 \(unit.text($0))\($0 > end ? " →" : "")" } ?? ""
        return (
          [measured.run.label, measured.run.target, unit.text(summary.p50), tail],
          figures.map { $0.map { $0 * unit.factor } } + [Double(row)]
        )
      })
    let fastest = sorted.first.map { "Fastest: \($0.run.label), \(unit.text($0.summary.p50))." } ?? ""
    let cut = sorted.contains { ($0.summary.p99 ?? 0) > end } ? " A p99 with an arrow lies beyond the picture." : ""
    let bars =
      sorted.contains { $0.summary.p99 != nil }
      ? "Wide bars are medians with their 95 % intervals, thin bars are p99."
      : "Bars are medians with their 95 % intervals."
    return Chart(
      "medians", title: "Medians",
      caption: "\(fastest) \(bars)\(cut)", data: [data],
      isWide: true, palette: palette,
      body: [
        "height": .number(palette.scaled(Self.rowHeight) * Double(sorted.count)), "data": data.reference,
        "transform": [
          ["calculate": .string("min(datum['\(columns[3])'], \(ChartData.text(end * unit.factor)))"), "as": "tail"],
          // Beyond the interval, too.
          ["calculate": .string("max(datum['\(columns[0])'], datum['\(columns[2])'])"), "as": "edge"],
        ],
        "layer": .array(barLayers(columns)),
      ])
  }

  private func barLayers(_ columns: [String]) -> [JSONValue] {
    func x(_ field: String) -> JSONValue {
      [
        "field": .string(field), "type": "quantitative", "scale": ["zero": true, "nice": false],
        "axis": ["title": .string("Latency, \(unit.name)"), "format": "~r", "grid": true],
      ]
    }
    func y(_ offset: Double) -> JSONValue {
      let row = ChartData.text(palette.scaled(Self.rowHeight))
      return ["value": ["expr": .string("\(row) * datum.row + \(ChartData.text(palette.scaled(offset)))")]]
    }
    func bar(_ field: String, at offset: Double, height: Double, opacity: JSONValue) -> JSONValue {
      let half = height / 2
      return [
        "mark": ["type": "rect"],
        "encoding": [
          "x": x(field), "x2": ["datum": 0], "y": y(offset - half), "y2": y(offset + half),
          "fill": colors.channel(symbol: "square"), "tooltip": tooltip(columns), "opacity": opacity,
        ],
      ]
    }
    func label(_ text: String, x position: JSONValue, at offset: Double, _ mark: [String: JSONValue]) -> JSONValue {
      let base: JSONValue = ["type": "text", "align": "left", "baseline": "middle", "aria": false]
      return [
        "mark": base.merging(mark),
        "encoding": ["x": position, "y": y(offset), "text": ["field": .string(text), "type": "nominal"]],
      ]
    }
    let shown: JSONValue = ["condition": ["param": "shown", "value": 0.9], "value": 0.2]
    let faint: JSONValue = ["condition": ["param": "shown", "value": 0.45], "value": 0.1]
    return [
      bar(columns[0], at: Self.medianAt, height: 12, opacity: shown).merging(["params": [EngineColors.parameter]]),
      bar("tail", at: Self.tailAt, height: 4, opacity: faint),
      [
        "mark": ["type": "rule", "color": palette.ink, "strokeWidth": 1.5],
        "encoding": ["x": x(columns[1]), "x2": ["field": .string(columns[2])], "y": y(Self.medianAt)],
      ],
      label("run", x: ["value": 0], at: Self.nameAt, ["color": palette.ink, "fontWeight": 600]),
      label("median_label", x: x("edge"), at: Self.medianAt, ["color": palette.ink, "dx": 6]),
      label("p99_label", x: x("tail"), at: Self.tailAt, ["color": palette.muted, "dx": 6]),
    ]
  }

  private func tooltip(_ columns: [String]) -> JSONValue {
    [
      ["field": "run", "type": "nominal", "title": "Run"], figure(columns[0], "Median \(unit.name)"),
      figure(columns[1], "95 % from"), figure(columns[2], "95 % to"), figure(columns[3], "p99 \(unit.name)"),
    ]
  }

  // MARK: Over time

  /// The number of points in a line.
  private static let maximumPieces = 300

  private var overTime: Chart? {
    let long = measured.filter { ($0.steadiness?.envelope.count ?? 0) > 1 }
    guard long.count > 1 else { return nil }
    let axis = TimeAxis(
      seconds: long.compactMap { $0.steadiness?.seconds }.max() ?? 0, isZoomable: palette.isOnPage)
    let column = "p50_\(unit.column)"
    let data = ChartData(
      "medians-over-time", texts: ["run"], numbers: ["start_s", column],
      rows: long.flatMap { measured in
        EnvelopeGroups(measured.steadiness?.envelope ?? [], atMost: Self.maximumPieces)
          .rows([{ $0.p50 * unit.factor }]).map { ([measured.run.label], $0) }
      })
    let hasGaps = long.contains { run in
      EnvelopeGroups(run.steadiness?.envelope ?? [], atMost: Self.maximumPieces).hasGaps
    }
    let medians = long.flatMap { ($0.steadiness?.envelope ?? []).map(\.p50) }
    let isLogarithmic = (medians.max() ?? 1) / max(medians.min() ?? 1, 1e-9) > 6
    return Chart(
      "medians-over-time", title: "Medians over time",
      caption:
        "The median of each run, piece by piece of the time.\(hasGaps ? " Lines break where there were no inferences." : "")",
      data: [data],
      isWide: true, palette: palette,
      body: [
        "height": 240, "data": data.reference,
        "transform": [TimeAxis.time(of: "start_s", as: "t"), axis.text(of: "start_s", as: "when")],
        "layer": .line(
          ["strokeWidth": 1.5, "interpolate": "step-after"],
          parameters: [
            ["name": "shown", "select": ["type": "point", "fields": ["run"]], "bind": "legend"],
            [
              "name": "view", "bind": "scales",
              "select": ["type": "interval", "encodings": ["x"], "zoom": "wheel![event.ctrlKey || event.metaKey]"],
            ],
          ],
          encoding: [
            "x": axis.channel("t", title: true, isZoomed: false),
            "y": [
              "field": .string(column), "type": "quantitative",
              "scale": .scale(isLogarithmic: isLogarithmic, zero: true),
              "axis": .axis(
                "Median latency, \(unit.name)", isLogarithmic: isLogarithmic, ratio: JSONValue.ratio(of: "y")),
            ],
            "tooltip": [
              ["field": "run", "type": "nominal", "title": "Run"],
              ["field": "when", "type": "nominal", "title": "Time"],
              figure(column, "Median \(unit.name)"),
            ],
          ],
          lineOnly: [
            "stroke": [
              "field": "run", "type": "nominal",
              "scale": ["domain": ChartData.names(long.map(\.run.label)), "range": .array(palette.series)],
              "legend": palette.legend(of: long.map(\.run.label), symbol: "stroke"),
            ],
            "opacity": ["condition": ["param": "shown", "value": 1], "value": 0.1],
          ]),
      ])
  }
}
