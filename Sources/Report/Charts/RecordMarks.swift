import AssayCore
import Glibc

/// The inferences of a run as marks: dots if there are few, otherwise cells of a grid, shaded by count.
struct RecordMarks {
  private let view: LatencyView
  private let unit: LatencyUnit
  private let palette: ChartPalette
  /// One table: of inferences, or of cells.
  private let table: ChartData?
  private let areSingle: Bool
  /// The highest count of a cell.
  private let highest: Int

  /// - Parameter maximumCells: the number of marks that a browser draws quickly.
  init(
    run: ReportedRun, report: SteadinessReport, view: LatencyView, unit: LatencyUnit, palette: ChartPalette,
    maximumCells: Int
  ) {
    self.view = view
    self.unit = unit
    self.palette = palette
    let grid = report.density?.coarsened(to: maximumCells)
    let highest = grid?.counts.lazy.flatMap(\.self).max() ?? 1
    self.highest = highest
    areSingle = run.points != nil
    table =
      if let points = run.points {
        ChartData(
          "inferences", numbers: ["start_s", "latency_\(unit.column)"],
          rows: points.map { [$0.seconds, $0.milliseconds * unit.factor] })
      } else {
        grid.map { Self.cells(of: $0, unit: unit, levels: palette.heat.count, highest: highest) }
      }
  }

  var data: [ChartData] { table.map { [$0] } ?? [] }

  func layers(_ axis: TimeAxis, y: (String) -> JSONValue) -> [JSONValue] {
    guard let table else { return [] }
    if areSingle {
      return [
        [
          "data": table.reference, "transform": [TimeAxis.time(of: "start_s", as: "t")],
          "mark": [
            "type": "circle", "size": 14, "opacity": 0.6, "color": palette.series[0], "clip": true, "aria": false,
          ],
          "encoding": ["x": axis.channel("t"), "y": y("latency")],
        ]
      ]
    }
    return [
      [
        "data": table.reference,
        "transform": [TimeAxis.time(of: "start_s", as: "t"), TimeAxis.time(of: "end_s", as: "u")],
        "mark": ["type": "rect", "clip": true, "aria": false, "tooltip": .null],
        "encoding": [
          "x": axis.channel("t"), "x2": ["field": "u"], "y": y("from"), "y2": ["field": .string("to_\(unit.column)")],
          "fill": [
            "field": "level", "type": "ordinal",
            "scale": ["domain": .numbers((0..<palette.heat.count).map(Double.init)), "range": .array(palette.heat)],
            // Below the time axis: the lines have the place above.
            "legend": [
              "title": "Inferences in a cell, at least", "orient": "bottom", "direction": "horizontal",
              "symbolType": "square", "symbolStrokeWidth": 0, "symbolSize": 140, "columnPadding": 6, "columns": 8,
              "offset": 8, "labelExpr": .string("\(levelNames)[datum.value]"),
            ],
          ],
        ],
      ]
    ]
  }

  // MARK: Density

  /// The step of a count, among steps of equal ratio from 1 to the highest count.
  private static func level(_ count: Int, of levels: Int, highest: Int) -> Int {
    min(Int(log(Double(count)) / log(Double(highest) + 1) * Double(levels)), levels - 1)
  }

  /// The lowest counts of the steps, as an array of JavaScript.
  private var levelNames: String {
    let steps = Double(palette.heat.count)
    let names = palette.heat.indices.map { pow(Double(highest) + 1, Double($0) / steps).rounded(.up) }
    return "[\(names.map { "'\(Figures.count(Int($0)))'" }.joined(separator: ","))]"
  }

  private static func cells(of grid: LatencyDensity, unit: LatencyUnit, levels: Int, highest: Int) -> ChartData {
    var rows: [[Double?]] = []
    for (column, counts) in grid.counts.enumerated() {
      for (row, count) in counts.enumerated() where count > 0 {
        rows.append([
          grid.timeEdges[column], grid.timeEdges[column + 1], grid.latencyEdges[row] * unit.factor,
          grid.latencyEdges[row + 1] * unit.factor, Double(count), Double(level(count, of: levels, highest: highest)),
        ])
      }
    }
    return ChartData(
      "density", numbers: ["start_s", "end_s", "from_\(unit.column)", "to_\(unit.column)", "count", "level"], rows: rows
    )
  }
}

extension LatencyDensity {
  /// A grid with a limited number of nonempty cells: pairs of columns are merged until there are few enough.
  func coarsened(to limit: Int) -> LatencyDensity {
    var grid = self
    while grid.counts.count > 50, grid.counts.lazy.flatMap(\.self).count(where: { $0 > 0 }) > limit {
      let starts = stride(from: 0, to: grid.counts.count, by: 2)
      let counts = starts.map { first in
        first + 1 < grid.counts.count ? zip(grid.counts[first], grid.counts[first + 1]).map(+) : grid.counts[first]
      }
      let edges = starts.map { grid.timeEdges[$0] } + [grid.timeEdges[grid.counts.count]]
      grid = LatencyDensity(timeEdges: edges, latencyEdges: grid.latencyEdges, counts: counts)
    }
    return grid
  }
}
