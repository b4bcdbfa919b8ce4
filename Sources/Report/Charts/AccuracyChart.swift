import AssayCore
import Statistics

/// Accuracy against latency. Names stand in a column to the right, where they never touch, each with a line to its point.
struct AccuracyChart {
  let unit: LatencyUnit
  let palette: ChartPalette
  let colors: EngineColors
  private let points: [Point]
  private let height: Double

  private struct Point {
    let run: DrawableRun
    let share: Double
    let interval: [Double]

    var latency: Double { run.summary.p50 }
  }

  /// In pixels of labels of the usual size.
  private static let (smallestHeight, labelHeight) = (260.0, 16.0)

  init(runs: [DrawableRun], unit: LatencyUnit, palette: ChartPalette, colors: EngineColors) {
    self.unit = unit
    self.palette = palette
    self.colors = colors
    points = runs.compactMap { measured in
      guard let top = measured.run.report.accuracy?.top(1), let share = top.share else { return nil }
      return Point(run: measured, share: share, interval: top.interval ?? [share, share])
    }
    height = max(Self.smallestHeight, palette.scaled(Self.labelHeight) * Double(points.count))
  }

  var chart: Chart? {
    guard points.count > 1 else { return nil }
    let front = front
    let latency = "p50_\(unit.column)"
    let data = ChartData(
      "accuracy", texts: ["run", "engine"], numbers: [latency, "top1", "low", "high", "label_at"],
      rows: zip(points, labelPlaces).map { point, place in
        let row = [point.latency * unit.factor, point.share, point.interval[0], point.interval[1], place]
        return ([point.run.run.label, point.run.run.target], row)
      })
    let best = ChartData(
      "pareto", numbers: [latency, "top1"], rows: front.map { [$0.latency * unit.factor, $0.share] })
    let names = front.map(\.run.run.label).joined(separator: ", ")
    return Chart(
      "accuracy", title: "Accuracy against latency",
      caption:
        "To the upper left is better. On the broken line: \(names); no other run is both faster and more accurate. Bars are 95 % intervals.",
      data: [data, best], isWide: true, palette: palette,
      body: ["height": .number(height), "layer": .array(layers(data, best, latency))])
  }

  /// The runs that no other run beats in both speed and accuracy, fastest first.
  private var front: [Point] {
    ParetoFront.indices(costs: points.map(\.latency), gains: points.map(\.share)).map { points[$0] }
  }

  /// The ends of the axis of accuracy, a little beyond the intervals.
  private var range: (low: Double, high: Double) {
    let low = points.map { $0.interval[0] }.min() ?? 0
    let high = points.map { $0.interval[1] }.max() ?? 1
    let room = max(0.05 * (high - low), 0.005)
    return (max(low - room, 0), min(high + room, 1))
  }

  /// Where each name stands, in pixels from the top: beside its point, or as near as the names before it allow.
  private var labelPlaces: [Double] {
    let (low, high) = range
    let step = palette.scaled(Self.labelHeight)
    var places = points.map { height * (high - $0.share) / max(high - low, 1e-9) }
    let order = places.indices.sorted { (places[$0], points[$0].latency) < (places[$1], points[$1].latency) }
    var least = step / 2
    for index in order {
      places[index] = max(places[index], least)
      least = places[index] + step
    }
    var most = height - step / 2
    for index in order.reversed() {
      places[index] = min(places[index], most)
      most = places[index] - step
    }
    return places
  }

  private func layers(_ data: ChartData, _ best: ChartData, _ latency: String) -> [JSONValue] {
    let medians = points.map(\.latency)
    let isLogarithmic = (medians.max() ?? 1) / max(medians.min() ?? 1, 1e-9) > 6
    let (low, high) = range
    let x: JSONValue = [
      "field": .string(latency), "type": "quantitative",
      "scale": JSONValue.scale(isLogarithmic: isLogarithmic).merging(["padding": 16]),
      "axis": .axis(
        "Median latency, \(unit.name)", isLogarithmic: isLogarithmic, ratio: JSONValue.ratio(of: "x")),
    ]
    func y(_ field: String) -> JSONValue {
      [
        "field": .string(field), "type": "quantitative", "scale": ["domain": [.number(low), .number(high)]],
        "axis": ["title": "Top-1", "format": ".0%"],
      ]
    }
    let place: JSONValue = ["value": ["expr": "datum.label_at"]]
    return [
      // From the point to its name.
      [
        "data": data.reference, "mark": ["type": "rule", "color": palette.muted, "opacity": 0.4, "aria": false],
        "encoding": ["x": x, "x2": ["value": "width"], "y": y("top1"), "y2": place],
      ],
      [
        "data": data.reference, "mark": ["type": "rule", "color": palette.muted, "aria": false],
        "encoding": ["x": x, "y": y("low"), "y2": ["field": "high"]],
      ],
      [
        "data": best.reference,
        "mark": [
          "type": "line", "color": palette.muted, "strokeDash": [4, 3], "interpolate": "step-after", "aria": false,
        ], "encoding": ["x": x, "y": y("top1")],
      ],
      [
        "data": data.reference, "params": [EngineColors.parameter],
        "mark": ["type": "circle", "size": 90, "opacity": 1],
        "encoding": [
          "x": x, "y": y("top1"), "fill": colors.channel(symbol: "circle"),
          "opacity": ["condition": ["param": "shown", "value": 1], "value": 0.15],
          "tooltip": [
            ["field": "run", "type": "nominal", "title": "Run"],
            [
              "field": .string(latency), "type": "quantitative", "title": .string("Median \(unit.name)"),
              "format": ".4~r",
            ],
            ["field": "top1", "type": "quantitative", "title": "Top-1", "format": ".1%"],
          ],
        ],
      ],
      [
        "data": data.reference,
        "mark": ["type": "text", "color": palette.ink, "align": "left", "baseline": "middle", "dx": 6, "aria": false],
        "encoding": ["x": ["value": "width"], "y": place, "text": ["field": "run", "type": "nominal"]],
      ],
    ]
  }
}
