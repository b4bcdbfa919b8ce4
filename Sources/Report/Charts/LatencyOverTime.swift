import AssayCore
import Statistics

/// Every inference of one run over time, with the sensors of the machine aligned below.
struct LatencyOverTime {
  let run: ReportedRun
  let report: SteadinessReport
  let summary: LatencySummary
  let unit: LatencyUnit
  let palette: ChartPalette
  private let axis: TimeAxis
  private let view: LatencyView
  private let records: RecordMarks
  private let envelope: ChartData
  /// The points of lines: with very many pieces, the medians of a few neighbours.
  private let outline: ChartData
  private static let maximumPoints = 400
  private static let maximumShifts = 50

  init(
    _ run: ReportedRun, _ report: SteadinessReport, _ summary: LatencySummary, unit: LatencyUnit, palette: ChartPalette,
    maximumCells: Int
  ) {
    self.run = run
    self.report = report
    self.summary = summary
    self.unit = unit
    self.palette = palette
    axis = TimeAxis(seconds: report.seconds, isZoomable: palette.isOnPage)
    view = LatencyView(report, summary)
    records = RecordMarks(
      run: run, report: report, view: view, unit: unit, palette: palette, maximumCells: maximumCells)
    envelope = ChartData(
      "envelope",
      numbers: ["start_s", "end_s", "count"] + ["min", "p50", "p99", "max"].map { "\($0)_\(unit.column)" },
      rows: report.envelope.map { piece in
        [piece.start, piece.end, Double(piece.count)]
          + [piece.minimum, piece.p50, piece.p99, piece.maximum].map { $0 * unit.factor }
      })
    outline = Self.outline(of: report.envelope, unit: unit)
  }

  var chart: Chart {
    let telemetry = TelemetryPanels(series: run.telemetry, axis: axis, palette: palette)
    let modes = ModeActivity(report: report, unit: unit, axis: axis, palette: palette)
    let panels = [modes?.panel].compactMap(\.self) + telemetry.panels
    // Only a page can zoom.
    let stack = [latencyPanel(isLast: panels.isEmpty)] + panels + (axis.isZoomable ? [overview] : [])
    return Chart(
      "time-\(run.number)", title: "Latency over time", caption: caption,
      data: [axis.span, envelope, outline] + records.data + shiftData + slowStartData + [modes?.data].compactMap(\.self)
        + telemetry.data,
      isWide: true, palette: palette,
      body: [
        "vconcat": .array(stack), "spacing": 14, "resolve": ["scale": ["color": "independent", "fill": "independent"]],
      ])
  }

  private var caption: String {
    let drawn = run.points != nil ? "Each dot is an inference." : "Colour shows how many inferences lie there."
    let hidden = view.hidden(unit).map { " \($0)" } ?? ""
    let shifts = Excerpt(first: shifts.map { Self.label($0) }, limit: 8)
    let marks = shifts.shown + [shifts.rest].compactMap(\.self)
    let marked = marks.isEmpty ? "" : " Marked: \(marks.joined(separator: ", "))."
    let joined =
      report.envelope.count > Self.maximumPoints ? " Lines join several pieces of time; the pointer shows each." : ""
    let gaps =
      EnvelopeGroups(report.envelope, atMost: Self.maximumPoints).hasGaps
      ? " Lines break where there were no inferences." : ""
    return
      "\(drawn)\(joined)\(gaps) Median \(unit.text(summary.p50)).\(marked)\(hidden)"
  }

  // MARK: Data

  private var shifts: [LevelShift] { Excerpt(evenly: report.shifts, limit: Self.maximumShifts).shown }

  private static func outline(of pieces: [EnvelopePiece], unit: LatencyUnit) -> ChartData {
    ChartData(
      "lines", numbers: ["start_s", "p50_\(unit.column)", "p99_\(unit.column)"],
      rows: EnvelopeGroups(pieces, atMost: maximumPoints).rows([
        { $0.p50 * unit.factor }, { $0.p99 * unit.factor },
      ]))
  }

  private var shiftData: [ChartData] {
    guard !shifts.isEmpty else { return [] }
    return [
      ChartData(
        "shifts", texts: ["label", "cause"],
        numbers: ["at_s", "at_low_s", "at_high_s", "from_\(unit.column)", "to_\(unit.column)", "row"],
        rows: zip(shifts, labelRows).map { shift, row in
          (
            [Self.label(shift), shift.cause?.text ?? ""],
            [shift.at, shift.atRange.first ?? shift.at, shift.atRange.last ?? shift.at]
              + [shift.from, shift.to].map { $0 * unit.factor } + [Double(row)]
          )
        })
    ]
  }

  /// The row of the label of each shift: the first in which no other is near.
  private var labelRows: [Int] {
    var taken: [[ClosedRange<Double>]] = []
    return shifts.map { shift in
      let room = Self.labelShare * axis.seconds
      let range = isLate(shift.at) ? shift.at - room...shift.at : shift.at...shift.at + room
      let row = taken.firstIndex { row in !row.contains { $0.overlaps(range) } } ?? taken.count
      if row == taken.count { taken.append([]) }
      taken[row].append(range)
      return row
    }
  }

  /// The share of a narrow picture that a label takes.
  private static let labelShare = 0.35
  /// Labels of late shifts stand to the left of them.
  private func isLate(_ seconds: Double) -> Bool { seconds > (1 - Self.labelShare) * axis.seconds }

  private var slowStartData: [ChartData] {
    report.slowStart.map { [ChartData("slow-start", numbers: ["start_s", "end_s"], rows: [[0, $0.endsAt]])] } ?? []
  }

  private static func label(_ shift: LevelShift) -> String {
    "\(shift.statistic.name) \(shift.change < 0 ? "−" : "+")\(Figures.roundPercent(shift.change))"
  }

  // MARK: Panels

  /// The noise is drawn first, and what was found in it above.
  private func latencyPanel(isLast: Bool) -> JSONValue {
    let layers: [JSONValue] =
      [axis.spanLayer(labels: true, title: isLast)] + slowStartLayer + records.layers(axis, y: y) + [lines]
      + shiftLayers
      + [hover]
    return ["height": 300, "layer": .array(layers)]
  }

  private func y(_ field: String) -> JSONValue {
    [
      "field": .string("\(field)_\(unit.column)"), "type": "quantitative", "scale": view.scale(unit),
      "axis": .axis(
        "Latency, \(unit.name)", isLogarithmic: view.isLogarithmic, ratio: ChartData.text(view.high / view.low)),
    ]
  }

  /// The p99 of each piece of the time, and above it the median.
  private var lines: JSONValue {
    let fields = ["p50_\(unit.column)", "p99_\(unit.column)"]
    return [
      "data": outline.reference,
      "transform": [
        TimeAxis.time(of: "start_s", as: "t"),
        ["fold": .strings(fields.reversed()), "as": ["line", "value_\(unit.column)"]],
      ],
      "params": [["name": "shown", "select": ["type": "point", "fields": ["line"]], "bind": "legend"]],
      "mark": ["type": "line", "interpolate": "step-after", "clip": true, "aria": false],
      "encoding": [
        "x": axis.channel("t"), "y": y("value"),
        "strokeWidth": [
          "condition": ["test": .string("datum.line == '\(fields[0])'"), "value": 1.75], "value": 0.8,
        ],
        "stroke": [
          "field": "line", "type": "nominal",
          "scale": ["domain": .strings(fields), "range": [palette.main, palette.tail]],
          "legend": palette.legend(
            of: ["median", "p99"], symbol: "stroke",
            ["labelExpr": "slice(datum.label, 0, 3) == 'p50' ? 'median' : 'p99'"]),
        ],
        "opacity": ["condition": ["param": "shown", "value": 1], "value": 0.08],
      ],
    ]
  }

  /// Shows the figures of the piece under the pointer.
  private var hover: JSONValue {
    func figure(_ field: String, _ title: String) -> JSONValue {
      ["field": .string("\(field)_\(unit.column)"), "type": "quantitative", "title": .string(title), "format": ".4~r"]
    }
    return [
      "data": envelope.reference,
      "transform": [
        TimeAxis.time(of: "start_s", as: "t"), TimeAxis.time(of: "end_s", as: "u"),
        axis.text(of: "start_s", as: "when"),
      ],
      "params": [["name": "hover", "select": ["type": "point", "on": "pointerover", "clear": "pointerout"]]],
      "mark": ["type": "rect", "clip": true, "aria": false, "fill": palette.ink],
      "encoding": [
        "x": axis.channel("t"), "x2": ["field": "u"],
        "opacity": ["condition": ["param": "hover", "empty": false, "value": 0.14], "value": 0],
        "tooltip": [
          ["field": "when", "type": "nominal", "title": "Time"], figure("p50", "Median \(unit.name)"),
          figure("p99", "p99 \(unit.name)"), figure("min", "Fastest \(unit.name)"),
          figure("max", "Slowest \(unit.name)"),
          ["field": "count", "type": "quantitative", "title": "Inferences", "format": ",d"],
        ],
      ],
    ]
  }

  private var slowStartLayer: [JSONValue] {
    slowStartData.map { data in
      [
        "data": data.reference,
        "transform": [TimeAxis.time(of: "start_s", as: "t"), TimeAxis.time(of: "end_s", as: "u")],
        "mark": ["type": "rect", "color": palette.muted, "opacity": 0.15, "clip": true, "aria": false],
        "encoding": ["x": axis.channel("t"), "x2": ["field": "u"]],
      ]
    }
  }

  private var shiftLayers: [JSONValue] {
    guard let data = shiftData.first else { return [] }
    let source: [String: JSONValue] = [
      "data": data.reference,
      "transform": [
        TimeAxis.time(of: "at_s", as: "t"), TimeAxis.time(of: "at_low_s", as: "low"),
        TimeAxis.time(of: "at_high_s", as: "high"),
      ],
    ]
    func label(_ source: [String: JSONValue], _ rim: [String: JSONValue]) -> JSONValue {
      let isLate = "datum.at_s > \(ChartData.text(axis.seconds * (1 - Self.labelShare)))"
      let mark: JSONValue = [
        "type": "text", "color": palette.mark, "fontWeight": 600, "baseline": "top", "clip": true,
        "y": ["expr": .string("5 + \(ChartData.text(palette.scaled(16))) * datum.row")],
        "aria": false,
        "align": ["expr": .string("\(isLate) ? 'right' : 'left'")], "dx": ["expr": .string("\(isLate) ? -5 : 5")],
      ]
      return JSONValue.object(source).merging([
        "mark": mark.merging(rim),
        "encoding": ["x": axis.channel("t"), "text": ["field": "label", "type": "nominal"]],
      ])
    }
    return [
      JSONValue.object(source).merging([
        "mark": ["type": "rect", "color": palette.mark, "opacity": 0.14, "clip": true, "aria": false],
        "encoding": ["x": axis.channel("low"), "x2": ["field": "high"]],
      ]),
      JSONValue.object(source).merging([
        "mark": ["type": "rule", "color": palette.mark, "strokeWidth": 1.25, "strokeDash": [5, 3], "clip": true],
        "encoding": ["x": axis.channel("t")],
      ]),
      // A rim keeps the words readable over dense records.
      label(source, ["stroke": palette.paper, "strokeWidth": 4, "strokeJoin": "round"]), label(source, [:]),
    ]
  }

  /// The whole run in small. The panels above show the part that is selected here.
  private var overview: JSONValue {
    [
      "name": "overview", "height": 34,
      "layer": [
        axis.spanLayer(labels: true, title: true, isZoomed: false).merging([
          "params": [
            [
              "name": .string(TimeAxis.interval),
              "select": [
                "type": "interval", "encodings": ["x"],
                "mark": ["fill": palette.main, "fillOpacity": 0.16, "stroke": palette.main],
              ],
            ]
          ]
        ]),
        [
          "data": outline.reference, "transform": [TimeAxis.time(of: "start_s", as: "t")],
          "mark": [
            "type": "line", "interpolate": "step-after", "strokeWidth": 1, "color": palette.muted, "clip": true,
            "aria": false,
          ],
          "encoding": [
            "x": axis.channel("t", title: true, isZoomed: false),
            "y": y("p50").merging(["axis": ["labels": false, "grid": false, "title": "Drag here to zoom"]]),
          ],
        ],
      ],
    ]
  }
}
