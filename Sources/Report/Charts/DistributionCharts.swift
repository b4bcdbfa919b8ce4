import AssayCore
import Glibc

/// Distributions of latencies: of one run, or of several on top of one another.
struct DistributionCharts {
  /// The runs with a distribution.
  let runs: [DrawableRun]
  let unit: LatencyUnit
  let palette: ChartPalette
  /// The number of the run in the ids of its charts; `nil` for all together.
  let number: Int?

  private var isAlone: Bool { runs.count == 1 }
  private func id(_ name: String) -> String { number.map { "\(name)-\($0)" } ?? name }

  var charts: [Chart] {
    let drawn = isAlone ? [histogram(isLogarithmic: false), histogram(isLogarithmic: true)] : []
    return (drawn + [percentiles, cumulative]).compactMap(\.self)
  }

  private var names: [String] { runs.filter { $0.steadiness?.quantiles.isEmpty == false }.map(\.run.label) }

  /// The colours of several runs.
  private var color: [String: JSONValue] {
    guard !isAlone else { return [:] }
    return [
      "stroke": [
        "field": "run", "type": "nominal",
        "scale": ["domain": ChartData.names(names), "range": .array(palette.series)],
        "legend": palette.legend(of: names, symbol: "stroke"),
      ],
      "opacity": ["condition": ["param": "shown", "value": 1], "value": 0.1],
    ]
  }

  private static let legendParameter: JSONValue = [
    "name": "shown", "select": ["type": "point", "fields": ["run"]], "bind": "legend",
  ]
  private static let zoom: JSONValue = [
    "name": "view", "bind": "scales",
    "select": ["type": "interval", "zoom": "wheel![event.ctrlKey || event.metaKey]"],
  ]

  private func latency(
    _ channel: String, _ field: String, isLogarithmic: Bool, scale: JSONValue? = nil
  ) -> JSONValue {
    [
      "field": .string("\(field)_\(unit.column)"), "type": "quantitative",
      "scale": scale ?? .scale(isLogarithmic: isLogarithmic),
      "axis": .axis(
        "Latency, \(unit.name)", isLogarithmic: isLogarithmic, ratio: JSONValue.ratio(of: channel)),
    ]
  }

  // MARK: Histogram

  private func histogram(isLogarithmic: Bool) -> Chart? {
    guard let measured = runs.first, let bins = HistogramBins(measured.summary, measured.steadiness?.density) else {
      return nil
    }
    let data = ChartData(
      "histogram", numbers: ["from_\(unit.column)", "to_\(unit.column)", "count"],
      rows: bins.bins.map { [$0.from * unit.factor, $0.to * unit.factor, Double($0.count)] })
    let x = latency("x", "from", isLogarithmic: bins.isLogarithmic)
    var layers: [JSONValue] = [
      [
        "data": data.reference,
        "params": [Self.zoom],
        "mark": ["type": "rect", "color": palette.series[0], "aria": false, "clip": true],
        "encoding": [
          "x": x, "x2": ["field": .string("to_\(unit.column)")],
          "y": [
            "field": "count", "type": "quantitative",
            "scale": isLogarithmic ? ["type": "log", "domainMin": 0.7, "nice": false] : ["zero": true],
            "axis": .axis(
              "Inferences", isLogarithmic: isLogarithmic, format: "~s", ratio: JSONValue.ratio(of: "y")),
          ],
          "y2": ["datum": isLogarithmic ? 0.7 : 0],
          "tooltip": [
            [
              "field": .string("from_\(unit.column)"), "type": "quantitative", "title": .string("From \(unit.name)"),
              "format": ".5~r",
            ],
            [
              "field": .string("to_\(unit.column)"), "type": "quantitative", "title": .string("To \(unit.name)"),
              "format": ".5~r",
            ],
            ["field": "count", "type": "quantitative", "title": "Inferences", "format": ",d"],
          ],
        ],
      ]
    ]
    var tables = [data]
    let modes = measured.steadiness?.modes ?? []
    if !modes.isEmpty {
      // The name of a mode near the right end stands to its left.
      let end = (bins.bins.last?.to ?? 0) - 0.2 * ((bins.bins.last?.to ?? 0) - bins.bins[0].from)
      let table = ChartData(
        "modes", texts: ["mode"], numbers: ["center_\(unit.column)", "share", "row", "late"],
        rows: modes.enumerated().map { index, mode in
          (
            [Figures.percent(mode.share)],
            [mode.center * unit.factor, mode.share, Double(index), mode.center > end ? 1 : 0]
          )
        })
      tables.append(table)
      layers += modeLayers(table, isLogarithmic: bins.isLogarithmic)
    }
    let title = isLogarithmic ? "Histogram, logarithmic counts" : "Histogram"
    return Chart(
      id(isLogarithmic ? "histogram-log" : "histogram"), title: title,
      caption: isLogarithmic
        ? "Equal heights are equal ratios of counts, so rare latencies show." : bins.sentence(unit, modes: modes.count),
      data: tables, palette: palette, body: ["height": 220, "layer": .array(layers)])
  }

  private func modeLayers(_ table: ChartData, isLogarithmic: Bool) -> [JSONValue] {
    let x = latency("x", "center", isLogarithmic: isLogarithmic)
    func label(_ rim: [String: JSONValue]) -> JSONValue {
      let mark: JSONValue = [
        "type": "text", "color": palette.mark,
        "y": ["expr": .string("4 + \(ChartData.text(palette.scaled(14))) * datum.row")], "baseline": "top",
        "align": ["expr": "datum.late ? 'right' : 'left'"], "dx": ["expr": "datum.late ? -4 : 4"], "fontWeight": 600,
        "aria": false,
      ]
      return [
        "data": table.reference, "mark": mark.merging(rim),
        "encoding": ["x": x, "text": ["field": "mode", "type": "nominal"]],
      ]
    }
    return [
      [
        "data": table.reference,
        "mark": ["type": "rule", "color": palette.mark, "strokeDash": [4, 3], "clip": true, "aria": false],
        "encoding": ["x": x],
      ],
      label(["stroke": palette.paper, "strokeWidth": 4, "strokeJoin": "round"]), label([:]),
    ]
  }

  // MARK: Quantiles

  /// The runs with an analysis.
  private func quantiles(_ name: String, _ rows: (QuantilePoint) -> [Double?]?, columns: [String]) -> ChartData {
    ChartData(
      name, texts: ["run"], numbers: columns,
      rows: runs.flatMap { measured in
        (measured.steadiness?.quantiles ?? []).compactMap { point in rows(point).map { ([measured.run.label], $0) } }
      })
  }

  private var hasQuantiles: Bool { !names.isEmpty }

  /// Latency against the share of inferences that are slower, as HdrHistogram draws it: each decade is a nine.
  private var percentiles: Chart? {
    guard hasQuantiles else { return nil }
    let data = quantiles(
      "percentiles",
      { point in
        point.probability < 1
          ? [1 / (1 - point.probability), point.probability * 100, point.latency * unit.factor] : nil
      },
      columns: ["one_in", "percentile", "latency_\(unit.column)"])
    let rarest = runs.flatMap { $0.steadiness?.quantiles.map(\.probability) ?? [] }.filter { $0 < 1 }.max() ?? 0
    let decades = (0...Int((-log10(1 - rarest)).rounded(.up))).map { pow(10, Double($0)) }
    let label: JSONValue =
      "datum.value == 1 ? '0' : format(100 * (1 - 1 / datum.value), '.9~r')"
    let sentence = runs.compactMap { measured in
      measured.summary.p99.map { "\(isAlone ? "" : measured.run.label + ": ")p99 \(unit.text($0))" }
    }.joined(separator: ", ")
    return Chart(
      id("percentiles"), title: "Percentiles",
      caption: "Each step to the right is ten times rarer.\(sentence.isEmpty ? "" : " " + sentence + ".")",
      data: [data], palette: palette,
      body: [
        "height": 220, "data": data.reference,
        "layer": .line(
          ["strokeWidth": 2, "color": palette.series[0]],
          parameters: isAlone ? [Self.zoom] : [Self.legendParameter, Self.zoom],
          encoding: [
            "x": [
              "field": "one_in", "type": "quantitative", "scale": ["type": "log", "domainMin": 1, "nice": false],
              "axis": [
                "title": "Percentile, % (log scale)", "values": .numbers(decades),
                "tickCount": .number(Double(decades.count)), "labelExpr": label,
              ],
            ],
            "y": latency("y", "latency", isLogarithmic: latencyIsLogarithmic),
            "tooltip": tooltip(["field": "percentile", "type": "quantitative", "title": "Percentile", "format": ".7~r"]
            ),
          ], lineOnly: color),
      ])
  }

  /// The share of inferences up to each latency.
  private var cumulative: Chart? {
    guard hasQuantiles else { return nil }
    let data = quantiles(
      "cumulative", { [$0.probability, $0.latency * unit.factor] }, columns: ["share", "latency_\(unit.column)"])
    let ends = runs.flatMap { run in
      (run.steadiness?.quantiles ?? []).filter { (0.0005...0.9991).contains($0.probability) }
    }
    .map { $0.latency * unit.factor }
    var scale = JSONValue.scale(isLogarithmic: latencyIsLogarithmic)
    if let low = ends.min(), let high = ends.max(), low < high {
      scale = scale.merging(["domain": .numbers([low, high])])
    }
    return Chart(
      id("cumulative"), title: "Cumulative distribution",
      caption: "How many of the inferences took at most so long, up to the slowest in a thousand.", data: [data],
      palette: palette,
      body: [
        "height": 220, "data": data.reference,
        "layer": .line(
          ["strokeWidth": 2, "color": palette.series[0]],
          parameters: isAlone ? [Self.zoom] : [Self.legendParameter, Self.zoom],
          encoding: [
            "x": latency("x", "latency", isLogarithmic: latencyIsLogarithmic, scale: scale),
            "y": [
              "field": "share", "type": "quantitative", "scale": ["domain": [0, 1], "nice": false],
              "axis": ["title": "Inferences at most so slow", "format": ".0%"],
            ],
            "order": ["field": "share", "type": "quantitative"],
            "tooltip": tooltip(["field": "share", "type": "quantitative", "title": "Share", "format": ".4~%"]),
          ], lineOnly: color),
      ])
  }

  private var latencyIsLogarithmic: Bool {
    let lows = runs.compactMap { $0.steadiness?.quantiles.first?.latency }
    let highs = runs.compactMap { $0.steadiness?.quantiles.last?.latency }
    guard let low = lows.min(), let high = highs.max(), low > 0 else { return false }
    return high / low > 6
  }

  private func tooltip(_ last: JSONValue) -> JSONValue {
    let figure: JSONValue = [
      "field": .string("latency_\(unit.column)"), "type": "quantitative", "title": .string("Latency \(unit.name)"),
      "format": ".5~r",
    ]
    return isAlone ? [figure, last] : [["field": "run", "type": "nominal", "title": "Run"], figure, last]
  }
}
