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
    return ([bars, pareto, overTime] + distributions).compactMap(\.self)
  }

  private var engines: [String] {
    var seen: Set<String> = []
    return measured.map(\.run.target).filter { seen.insert($0).inserted }
  }

  /// Each engine has one colour in all charts; the legend names the engines of these runs.
  private func engineColor(of runs: [DrawableRun], legend: JSONValue) -> JSONValue {
    let legend =
      legend == .null
      ? legend
      : legend.merging(["values": ChartData.names(engines.filter { name in runs.contains { $0.run.target == name } })])
    return [
      "field": "engine", "type": "nominal",
      "scale": ["domain": ChartData.names(engines), "range": .array(palette.series)],
      "legend": legend,
    ]
  }

  private func figure(_ field: String, _ title: String) -> JSONValue {
    ["field": .string(field), "type": "quantitative", "title": .string(title), "format": ".4~r"]
  }

  // MARK: Bars

  private var bars: Chart {
    let sorted = measured.sorted { $0.summary.p50 < $1.summary.p50 }
    let columns = ["p50", "low", "high", "p99", "label_at"].map { "\($0)_\(unit.column)" }
    let data = ChartData(
      "medians", texts: ["run", "engine", "label"], numbers: columns,
      rows: sorted.map { measured in
        let summary = measured.summary
        let interval = summary.medianInterval
        return (
          [measured.run.title, measured.run.target, unit.text(summary.p50)],
          [summary.p50, interval?.first, interval?.last, summary.p99, max(summary.p50, summary.p99 ?? 0)].map {
            $0.map { $0 * unit.factor }
          }
        )
      })
    let y: JSONValue = [
      "field": "run", "type": "nominal", "sort": .null,
      "axis": [
        "title": .null, "labelLimit": 170, "minExtent": 0, "maxExtent": 190, "labelColor": palette.ink,
      ],
    ]
    func x(_ field: String) -> JSONValue {
      [
        "field": .string(field), "type": "quantitative", "scale": ["zero": true],
        "axis": ["title": .string("Latency, \(unit.name)"), "format": "~r", "grid": true, "tickCount": 6],
      ]
    }
    let tooltip: JSONValue = [
      ["field": "run", "type": "nominal", "title": "Run"], figure(columns[0], "Median \(unit.name)"),
      figure(columns[1], "95 % from"), figure(columns[2], "95 % to"), figure(columns[3], "p99 \(unit.name)"),
    ]
    let legend: JSONValue = engines.count > 1 ? ["title": .null, "symbolType": "square"] : .null
    let fastest = sorted.first.map { "Fastest: \($0.run.title), \(unit.text($0.summary.p50))." } ?? ""
    return Chart(
      "medians", title: "Medians", caption: "\(fastest) Bars are medians with their 95 % intervals, ticks are p99.",
      data: [data],
      isWide: true, palette: palette,
      body: [
        "height": ["step": 30], "usermeta": ["margin": 200], "data": data.reference,
        "layer": [
          [
            "params": [["name": "shown", "select": ["type": "point", "fields": ["engine"]], "bind": "legend"]],
            "mark": ["type": "bar", "height": ["band": 0.62], "cornerRadiusEnd": 2],
            "encoding": [
              "x": x(columns[0]), "y": y, "fill": engineColor(of: measured, legend: legend), "tooltip": tooltip,
              "opacity": ["condition": ["param": "shown", "value": 0.9], "value": 0.2],
            ],
          ],
          [
            "mark": ["type": "rule", "color": palette.ink, "strokeWidth": 1.5],
            "encoding": ["x": x(columns[1]), "x2": ["field": .string(columns[2])], "y": y],
          ],
          [
            "mark": ["type": "tick", "color": palette.tail, "thickness": 2, "height": ["band": 0.5]],
            "encoding": ["x": x(columns[3]), "y": y, "tooltip": tooltip],
          ],
          [
            "mark": ["type": "text", "align": "left", "dx": 6, "color": palette.ink],
            "encoding": ["x": x(columns[4]), "y": y, "text": ["field": "label", "type": "nominal"]],
          ],
        ],
      ])
  }

  // MARK: Accuracy against latency

  private var pareto: Chart? {
    let points = measured.compactMap { measured in
      measured.run.report.accuracy.flatMap { accuracy in
        accuracy.top(1).flatMap { top in top.share.map { (measured: measured, share: $0, interval: top.interval) } }
      }
    }
    guard points.count > 1 else { return nil }
    // A run is best if no other is both faster and more accurate.
    let front = points.filter { point in
      !points.contains { other in
        other.share >= point.share && other.measured.summary.p50 <= point.measured.summary.p50
          && (other.share, -other.measured.summary.p50) > (point.share, -point.measured.summary.p50)
      }
    }.sorted { $0.measured.summary.p50 < $1.measured.summary.p50 }
    let latency = "p50_\(unit.column)"
    let data = ChartData(
      "accuracy", texts: ["run", "engine"], numbers: [latency, "top1", "low", "high"],
      rows: points.map {
        (
          [$0.measured.run.title, $0.measured.run.target],
          [$0.measured.summary.p50 * unit.factor, $0.share, $0.interval?.first, $0.interval?.last]
        )
      })
    let best = ChartData(
      "pareto", numbers: [latency, "top1"], rows: front.map { [$0.measured.summary.p50 * unit.factor, $0.share] })
    let medians = points.map(\.measured.summary.p50)
    let isLogarithmic = (medians.max() ?? 1) / max(medians.min() ?? 1, 1e-9) > 6
    let x: JSONValue = [
      "field": .string(latency), "type": "quantitative",
      "scale": JSONValue.scale(isLogarithmic: isLogarithmic, zero: true).merging(["padding": 24]),
      "axis": .axis("Median latency, \(unit.name)", isLogarithmic: isLogarithmic),
    ]
    // Names of the slow half stand to the left of their points, within the picture.
    let middle = (Quantiles.median(medians) ?? 0) * unit.factor
    let isLate = "datum['\(latency)'] >= \(ChartData.text(middle))"
    func y(_ field: String) -> JSONValue {
      [
        "field": .string(field), "type": "quantitative", "scale": ["zero": false, "padding": 12],
        "axis": ["title": "Top-1", "format": ".0%"],
      ]
    }
    return Chart(
      "accuracy", title: "Accuracy against latency",
      caption:
        "To the upper left is better. On the line: \(front.map(\.measured.run.title).joined(separator: ", ")); no other run is both faster and more accurate.",
      data: [data, best], isWide: true, palette: palette,
      body: [
        "height": 260,
        "layer": [
          [
            "data": best.reference,
            "mark": [
              "type": "line", "color": palette.muted, "strokeDash": [4, 3], "interpolate": "step-after", "aria": false,
            ], "encoding": ["x": x, "y": y("top1")],
          ],
          [
            "data": data.reference, "mark": ["type": "rule", "color": palette.muted, "aria": false],
            "encoding": ["x": x, "y": y("low"), "y2": ["field": "high"]],
          ],
          [
            "data": data.reference,
            "params": [["name": "shown", "select": ["type": "point", "fields": ["engine"]], "bind": "legend"]],
            "mark": ["type": "circle", "size": 110, "opacity": 1],
            "encoding": [
              "x": x, "y": y("top1"),
              "fill": engineColor(of: points.map(\.measured), legend: ["title": .null, "symbolType": "circle"]),
              "opacity": ["condition": ["param": "shown", "value": 1], "value": 0.15],
              "tooltip": [
                ["field": "run", "type": "nominal", "title": "Run"], figure(latency, "Median \(unit.name)"),
                ["field": "top1", "type": "quantitative", "title": "Top-1", "format": ".1%"],
              ],
            ],
          ],
          [
            "data": data.reference,
            "mark": [
              "type": "text", "color": palette.muted, "limit": 220, "dy": -10, "aria": false,
              "align": ["expr": .string("\(isLate) ? 'right' : 'left'")], "dx": ["expr": .string("\(isLate) ? -8 : 8")],
            ],
            "encoding": ["x": x, "y": y("top1"), "text": ["field": "run", "type": "nominal"]],
          ],
        ],
      ])
  }

  // MARK: Over time

  /// The number of points in a line.
  private static let maximumPieces = 300

  private var overTime: Chart? {
    let long = measured.filter { ($0.steadiness?.envelope.count ?? 0) > 1 }
    guard long.count > 1 else { return nil }
    let axis = TimeAxis(seconds: long.compactMap { $0.steadiness?.seconds }.max() ?? 0)
    let column = "p50_\(unit.column)"
    let data = ChartData(
      "medians-over-time", texts: ["run"], numbers: ["start_s", column],
      rows: long.flatMap { measured in
        let pieces = measured.steadiness?.envelope ?? []
        let step = (pieces.count + Self.maximumPieces - 1) / Self.maximumPieces
        return stride(from: 0, to: pieces.count, by: step).map { index in
          ([measured.run.title], [pieces[index].start, pieces[index].p50 * unit.factor])
        }
      })
    let medians = long.flatMap { ($0.steadiness?.envelope ?? []).map(\.p50) }
    let isLogarithmic = (medians.max() ?? 1) / max(medians.min() ?? 1, 1e-9) > 6
    return Chart(
      "medians-over-time", title: "Medians over time", caption: "The median of each run, piece by piece of the time.",
      data: [data],
      isWide: true, palette: palette,
      body: [
        "height": 240, "data": data.reference,
        "transform": [TimeAxis.time(of: "start_s", as: "t"), axis.text(of: "start_s", as: "when")],
        "layer": .line(
          ["strokeWidth": 1.5],
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
              "axis": .axis("Median latency, \(unit.name)", isLogarithmic: isLogarithmic),
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
              "scale": ["domain": ChartData.names(long.map(\.run.title)), "range": .array(palette.series)],
              "legend": ["title": .null, "symbolType": "stroke", "columns": 2],
            ],
            "opacity": ["condition": ["param": "shown", "value": 1], "value": 0.1],
          ]),
      ])
  }
}
