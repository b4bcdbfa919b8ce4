import AssayCore

/// The share of each mode over time: when a device ran at which speed.
struct ModeActivity {
  let data: ChartData
  private let names: [String]
  private let axis: TimeAxis
  private let palette: ChartPalette
  /// The maximum number of bars; pieces of time are merged to reach it.
  private static let maximumPieces = 240

  /// `nil` if the latencies have one mode.
  init?(report: SteadinessReport, unit: LatencyUnit, axis: TimeAxis, palette: ChartPalette) {
    guard report.modes.count > 1, !report.envelope.isEmpty else { return nil }
    self.axis = axis
    self.palette = palette
    names = report.modes.map { Self.name($0, unit) }
    data = ChartData(
      "modes", texts: ["mode"], numbers: ["start_s", "end_s", "share", "from_share", "to_share"],
      rows: EnvelopeGroups(report.envelope, atMost: Self.maximumPieces).groups.flatMap { pieces in
        let total = pieces.reduce(0) { $0 + report.envelope[$1].count }
        var below = 0.0
        return report.modes.map { mode in
          let inMode = pieces.reduce(0.0) { sum, piece in
            sum + (piece < mode.activity.count ? mode.activity[piece] : 0) * Double(report.envelope[piece].count)
          }
          let share = total > 0 ? inMode / Double(total) : 0
          defer { below += share }
          return (
            texts: [Self.name(mode, unit)],
            numbers: [
              report.envelope[pieces.lowerBound].start, report.envelope[pieces.upperBound - 1].end, share, below,
              below + share,
            ]
          )
        }
      })
  }

  /// `36.1 ms (11.9 %)`
  static func name(_ mode: LatencyMode, _ unit: LatencyUnit) -> String {
    "\(unit.text(mode.center)) (\(Figures.percent(mode.share)))"
  }

  var panel: JSONValue {
    [
      "height": 72,
      "layer": [
        axis.spanLayer(labels: false),
        [
          "data": data.reference,
          "transform": [
            TimeAxis.time(of: "start_s", as: "t"), TimeAxis.time(of: "end_s", as: "u"),
            axis.text(of: "start_s", as: "when"),
          ],
          "mark": ["type": "rect", "clip": true, "aria": false],
          "encoding": [
            "x": axis.channel("t", labels: false), "x2": ["field": "u"],
            "y": [
              "field": "from_share", "type": "quantitative", "scale": ["domain": [0, 1], "nice": false],
              "axis": ["title": "Share of each mode", "format": ".0%", "tickCount": 3],
            ],
            "y2": ["field": "to_share"],
            "fill": [
              "field": "mode", "type": "nominal",
              "scale": ["domain": .strings(names), "range": .array(palette.series)],
              "legend": palette.legend(of: names, symbol: "square", ["symbolStrokeWidth": 0]),
            ],
            "tooltip": [
              ["field": "when", "type": "nominal", "title": "Time"],
              ["field": "mode", "type": "nominal", "title": "Mode"],
              ["field": "share", "type": "quantitative", "title": "Share", "format": ".1%"],
            ],
          ],
        ],
      ],
    ]
  }
}
