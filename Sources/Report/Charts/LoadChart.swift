import AssayCore

/// Latency against the rate at which queries arrive.
struct LoadChart {
  let load: LoadReport
  let unit: LatencyUnit
  let palette: ChartPalette
  /// Of the run, for the id of the chart.
  let number: Int

  var chart: Chart {
    let columns = ["rate", "p50_\(unit.column)", "p99_\(unit.column)", "dropped"]
    let data = ChartData(
      "load", numbers: columns,
      rows: load.curve.map {
        [$0.rate, $0.p50.map { $0 * unit.factor }, $0.p99.map { $0 * unit.factor }, Double($0.dropped)]
      })
    let latencies = load.curve.compactMap(\.p99)
    let isLogarithmic = (latencies.max() ?? 1) > 20 * (load.curve.compactMap(\.p50).min() ?? 1)
    let tooltip: JSONValue = .array(
      [
        ("rate", "Queries a second"), (columns[1], "Median, \(unit.name)"), (columns[2], "p99, \(unit.name)"),
        ("dropped", "Dropped"),
      ]
      .map { field, title in
        ["field": .string(field), "type": "quantitative", "title": .string(title), "format": ".4~r"]
      })
    func line(_ field: String, _ color: JSONValue) -> JSONValue {
      [
        "data": data.reference,
        "mark": ["type": "line", "point": true, "color": color, "strokeWidth": 2, "aria": false],
        "encoding": [
          "x": ["field": "rate", "type": "quantitative", "axis": .axis("Queries a second", isLogarithmic: false)],
          "y": [
            "field": .string(field), "type": "quantitative", "scale": .scale(isLogarithmic: isLogarithmic),
            "axis": .axis("Latency, \(unit.name)", isLogarithmic: isLogarithmic, ratio: JSONValue.ratio(of: "y")),
          ],
          "tooltip": tooltip,
        ],
      ]
    }
    let breaks = ChartData("load-break", numbers: ["rate"], rows: load.breaksAt.map { [[$0]] } ?? [])
    let layers: [JSONValue] = [
      line(columns[1], palette.main), line(columns[2], palette.tail),
      [
        "data": breaks.reference, "mark": ["type": "rule", "color": palette.mark, "strokeDash": [4, 4]],
        "encoding": ["x": ["field": "rate", "type": "quantitative"]],
      ],
    ]
    let breaking =
      load.breaksAt.map { " It breaks at about \(Figures.significant($0)) a second, the dashed line." } ?? ""
    return Chart(
      "load-\(number)", title: "Latency against rate",
      caption: "The lower line is the median of the queries that arrived at a rate, the upper one p99.\(breaking)",
      data: [data, breaks], isWide: true, palette: palette, body: ["height": 260, "layer": .array(layers)])
  }
}
