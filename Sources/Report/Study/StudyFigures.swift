import Analyses
import AssayCore
import Glibc
import Statistics
import Study

/// The figures of a study, by name.
struct StudyFigures {
  let results: StudyResults
  let palette: ChartPalette

  /// - Parameter id: the name of its files.
  /// - Returns: `nil` if there is nothing to show.
  func chart(_ item: StudyOutline.Item, id: String) -> Chart? {
    guard case .figure(let name) = item.content else { return nil }
    return switch name {
    case .accuracyByModel: accuracyByModel(item, id)
    case .timeAgainstAccuracy: timeAgainstAccuracy(item, id)
    case .hostSpeeds: hostSpeeds(item, id)
    case .stressScatter, .stressHistogram: stress(name, item, id)
    }
  }

  /// A chart of the first stress test of a device, as a report of the run alone draws it.
  private func stress(_ name: StudyOutline.FigureName, _ item: StudyOutline.Item, _ id: String) -> Chart? {
    guard let test = results.stressTests.first(where: { item.options.devices.contains($0.device) }) else { return nil }
    let prefix = name == .stressScatter ? "time-" : "histogram-"
    guard let chart = ChartSet([test.run], palette: palette).all.first(where: { $0.id.hasPrefix(prefix) }) else {
      return nil
    }
    return Chart(
      id, title: item.caption ?? "\(chart.title) of \(test.device), \(test.model)", caption: chart.caption,
      data: chart.data, isWide: chart.isWide, palette: palette, body: chart.body)
  }

  /// A row per model, a point per framework.
  private func accuracyByModel(_ item: StudyOutline.Item, _ id: String) -> Chart? {
    let quantity = StudyTables.quantity(item.options.metric)
    let matrix = AccuracyMatrix(results.results(of: item.options.devices), quantity: quantity)
    guard !matrix.models.isEmpty else { return nil }
    let rows = zip(matrix.models, matrix.cells).flatMap { model, cells in
      cells.compactMap { observation in
        observation.flatMap { found in found[quantity].map { ([model, found.tool, found.device], [Optional($0)]) } }
      }
    }
    let data = ChartData("accuracy", texts: ["model", "tool", "device"], numbers: ["accuracy"], rows: rows)
    let best = matrix.models.sorted { first, second in
      func highest(_ model: String) -> Double { rows.filter { $0.0[0] == model }.compactMap { $0.1[0] }.max() ?? 0 }
      return highest(first) > highest(second)
    }
    let y: JSONValue = [
      "field": "model", "type": "nominal", "sort": ChartData.names(best),
      "axis": ["title": .null, "grid": true, "minExtent": 0, "maxExtent": 400, "labelColor": palette.ink],
    ]
    let x: JSONValue = [
      "field": "accuracy", "type": "quantitative", "scale": ["zero": false, "nice": true, "padding": 8],
      "axis": ["title": .string(StudyTables.title(quantity)), "grid": true],
    ]
    return Chart(
      id, title: item.caption ?? "\(StudyTables.title(quantity)) by model and framework",
      caption: "Each row is a model, the most accurate first; each point is what it reaches in one framework.",
      data: [data], isWide: true, palette: palette,
      body: [
        "data": data.reference, "height": .number(palette.scaled(24) * Double(best.count)),
        "layer": [
          [
            "mark": ["type": "rule", "color": palette.muted, "opacity": 0.5, "aria": false],
            "encoding": [
              "y": y, "x": x.merging(["aggregate": "min"]), "x2": ["aggregate": "max", "field": "accuracy"],
            ],
          ],
          [
            "mark": ["type": "point", "filled": true, "opacity": 1],
            "encoding": [
              "y": y, "x": x, "size": Self.sizes("tool", matrix.tools),
              "color": color("tool", matrix.tools, symbol: "circle"),
              "shape": shape("tool", matrix.tools), "tooltip": Self.tooltip(["model", "tool", "device", "accuracy"]),
            ],
          ],
        ],
      ])
  }

  /// A point per result, a line per device, and the front of the best.
  private func timeAgainstAccuracy(_ item: StudyOutline.Item, _ id: String) -> Chart? {
    let quantity = StudyTables.quantity(item.options.metric)
    let analysis = TimeAgainstAccuracy(results.results(of: item.options.devices), quantity: quantity)
    let points = analysis.series.flatMap(\.points)
    guard points.count > 1 else { return nil }
    func row(_ observation: Observation) -> (texts: [String], numbers: [Double?]) {
      (
        [observation.model, observation.framework, observation.device],
        [observation[.latency], observation[quantity]]
      )
    }
    let texts = ["model", "framework", "device"]
    let data = ChartData("results", texts: texts, numbers: ["latency_ms", "accuracy"], rows: points.map(row))
    let front = ChartData(
      "front", texts: texts, numbers: ["latency_ms", "accuracy", "side"],
      rows: zip(analysis.front, Self.sides(analysis.front)).map { observation, side in
        let (texts, numbers) = row(observation)
        return (texts, numbers + [side])
      })
    let lines = ChartData(
      "lines", texts: ["device"], numbers: ["latency_ms", "accuracy"], rows: analysis.series.flatMap(Self.ends))
    let devices = analysis.series.map(\.device)
    let x: JSONValue = [
      "field": "latency_ms", "type": "quantitative", "scale": ["type": "log", "nice": false, "padding": 24],
      "axis": .axis(
        "\(results.statistic.adjective) inference time, ms", isLogarithmic: true, ratio: JSONValue.ratio(of: "x")),
    ]
    let y: JSONValue = [
      "field": "accuracy", "type": "quantitative", "scale": ["zero": false, "nice": true, "padding": 8],
      "axis": ["title": .string(StudyTables.title(quantity))],
    ]
    let color = color("device", devices, symbol: "circle")
    let best = analysis.front.map { "\($0.model) on \($0.device)" }
    return Chart(
      id, title: item.caption ?? "Inference time against \(quantity == .top1 ? "top-1" : "top-5") accuracy",
      caption: """
        To the upper left is better. Lines are least squares of accuracy over the logarithm of the time. On the broken line are the \
        results that none beats in both: \(StudyTables.list(best)).
        """,
      data: [data, front, lines], isWide: true, palette: palette,
      body: [
        "height": 340,
        "layer": [
          [
            "data": front.reference,
            "mark": [
              "type": "line", "color": palette.muted, "strokeDash": [4, 3], "interpolate": "step-after", "aria": false,
            ],
            "encoding": ["x": x, "y": y],
          ],
          [
            "data": lines.reference, "mark": ["type": "line", "strokeWidth": 1.5, "opacity": 0.8, "aria": false],
            "encoding": ["x": x, "y": y, "color": color],
          ],
          [
            "data": data.reference, "mark": ["type": "point", "filled": true, "size": 80, "opacity": 1],
            "encoding": [
              "x": x, "y": y, "color": color, "shape": shape("device", devices),
              "tooltip": Self.tooltip(["model", "framework", "device", "latency_ms", "accuracy"]),
            ],
          ],
          label(front, x, y, ["dy": .number(palette.scaled(-11)), "align": Self.align, "dx": Self.shift]),
        ],
      ])
  }

  /// On which side of its point a name stands: of two that are near each other, the faster to the left, the slower to the right.
  private static func sides(_ front: [Observation]) -> [Double] {
    let places = front.map { log10($0[.latency] ?? 1) }
    return places.indices.map { index in
      if index + 1 < places.count, places[index + 1] - places[index] < nearness { return -1 }
      if index > 0, places[index] - places[index - 1] < nearness { return 1 }
      return 0
    }
  }

  /// Decades between points whose names would touch.
  private static let nearness = 0.12
  private static let align: JSONValue = ["expr": "datum.side < 0 ? 'right' : datum.side > 0 ? 'left' : 'center'"]
  private static let shift: JSONValue = ["expr": "6 * datum.side"]

  /// Where a fitted line begins and ends.
  private static func ends(_ series: TimeAgainstAccuracy.Series) -> [(texts: [String], numbers: [Double?])] {
    let times = series.points.compactMap { $0[.latency] }
    guard let line = series.line, let first = times.min(), let last = times.max() else { return [] }
    return [first, last].map { time in
      ([series.device], [time, line.intercept + line.slope * log10(time)])
    }
  }

  /// The speeds of each model on two hosts, with the regression and the line of no difference.
  private func hostSpeeds(_ item: StudyOutline.Item, _ id: String) -> Chart? {
    let impact = StudyTables(results: results).impact(item.options)
    guard impact.rows.count > 1 else { return nil }
    let data = ChartData(
      "speeds", texts: ["model"], numbers: ["first", "second"],
      rows: impact.rows.map { ([$0.model], [$0.speeds.first, $0.speeds.second]) })
    let end = impact.rows.map(\.speeds.first).max() ?? 1
    func line(_ name: String, _ slope: Double, _ intercept: Double) -> ChartData {
      ChartData(name, numbers: ["first", "second"], rows: [[0, intercept], [end, intercept + slope * end]])
    }
    let same = line("same", 1, 0)
    let fitted = impact.line.map { line("fitted", $0.slope, $0.intercept) }
    let x: JSONValue = [
      "field": "first", "type": "quantitative", "scale": ["domainMin": 0, "padding": 16],
      "axis": ["title": .string("Speed on \(impact.firstHost), 1/ms")],
    ]
    let y: JSONValue = [
      "field": "second", "type": "quantitative", "scale": ["domainMin": 0],
      "axis": ["title": .string("Speed on \(impact.secondHost), 1/ms")],
    ]
    var layers: [JSONValue] = [
      [
        "data": same.reference, "mark": ["type": "line", "color": palette.muted, "strokeDash": [4, 3], "aria": false],
        "encoding": ["x": x, "y": y],
      ]
    ]
    if let fitted {
      layers.append([
        "data": fitted.reference,
        "mark": ["type": "line", "color": palette.series[0], "strokeWidth": 2, "aria": false],
        "encoding": ["x": x, "y": y],
      ])
    }
    layers += [
      [
        "data": data.reference,
        "mark": ["type": "point", "filled": true, "size": 80, "opacity": 1, "color": palette.series[0]],
        "encoding": ["x": x, "y": y, "tooltip": Self.tooltip(["model", "first", "second"])],
      ],
      label(data, x, y, ["dy": .number(palette.scaled(14)), "align": "center"]),
    ]
    let regression = impact.line.map { StudyTables.sentence($0, impact) + " " } ?? ""
    return Chart(
      id, title: item.caption ?? "Speed of \(impact.device) on two hosts",
      caption: "\(regression)The broken line is where both hosts are equally fast.",
      data: [data, same] + (fitted.map { [$0] } ?? []), palette: palette,
      body: ["height": 280, "layer": .array(layers)])
  }

  // MARK: Parts

  /// Names of models at their points, readable over lines.
  private func label(
    _ data: ChartData, _ x: JSONValue, _ y: JSONValue, _ place: [String: JSONValue]
  ) -> JSONValue {
    [
      "data": data.reference,
      "layer": .array(
        [["stroke": palette.paper, "strokeWidth": 4, "strokeJoin": "round"], ["color": palette.ink]].map {
          (style: [String: JSONValue]) in
          let mark: JSONValue = ["type": "text", "aria": false]
          return [
            "mark": mark.merging(place).merging(style),
            "encoding": ["x": x, "y": y, "text": ["field": "model", "type": "nominal"]],
          ]
        }),
    ]
  }

  private func color(_ field: String, _ names: [String], symbol: String) -> JSONValue {
    [
      "field": .string(field), "type": "nominal",
      "scale": ["domain": ChartData.names(names), "range": .array(palette.series)],
      "legend": palette.legend(of: names, symbol: symbol),
    ]
  }

  /// Shapes tell series apart in print without colours.
  private func shape(_ field: String, _ names: [String]) -> JSONValue {
    [
      "field": .string(field), "type": "nominal",
      "scale": [
        "domain": ChartData.names(names),
        "range": [
          "circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left",
        ],
      ], "legend": palette.legend(of: names, symbol: "circle"),
    ]
  }

  /// Later series are smaller, so that points of equal values all show.
  private static func sizes(_ field: String, _ names: [String]) -> JSONValue {
    let steps = Double(max(names.count - 1, 1))
    return [
      "field": .string(field), "type": "nominal", "legend": .null,
      "scale": [
        "domain": ChartData.names(names),
        "range": .numbers(names.indices.map { 190 - 130 * Double($0) / steps }),
      ],
    ]
  }

  private static func tooltip(_ fields: [String]) -> JSONValue {
    .array(
      fields.map {
        [
          "field": .string($0),
          "type": .string(["latency_ms", "accuracy", "first", "second"].contains($0) ? "quantitative" : "nominal"),
        ]
      })
  }
}
