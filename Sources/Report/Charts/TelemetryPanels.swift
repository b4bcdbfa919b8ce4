import AssayCore

/// The readings of the sensors: a panel per quantity below the latencies, on the same time axis.
struct TelemetryPanels {
  let axis: TimeAxis
  let palette: ChartPalette
  private let series: TelemetrySeries
  private let quantities: [Sensor.Quantity]

  /// In the order of interest.
  private static let order: [Sensor.Quantity] = [
    .temperature, .clock, .throttled, .power, .utilization, .load, .workerMemory, .memory, .contextSwitches, .steal,
  ]
  /// Shown even if they never change.
  private static let always: Set<Sensor.Quantity> = [.temperature, .clock, .power]
  /// The number of points in a line, each the mean of the samples in a piece of time.
  private static let points = 400
  /// More lines are indistinguishable.
  private static let maximumLines = 6

  init(series: TelemetrySeries?, axis: TimeAxis, palette: ChartPalette) {
    self.axis = axis
    self.palette = palette
    self.series = series ?? TelemetrySeries()
    let series = self.series
    quantities = Self.order.filter { quantity in
      let values = Self.rows(of: quantity, in: series).flatMap { $0.values.compactMap(\.self) }
      guard let low = values.min(), let high = values.max() else { return false }
      return low < high || Self.always.contains(quantity)
    }
  }

  var data: [ChartData] { quantities.map(table) }

  var panels: [JSONValue] {
    quantities.enumerated().map { index, quantity in panel(quantity, isLast: index == quantities.count - 1) }
  }

  // MARK: Data

  private typealias Row = (name: String, values: [Double?])

  private static func rows(of quantity: Sensor.Quantity, in series: TelemetrySeries) -> [Row] {
    zip(series.sensors, series.values).filter { $0.0.quantity == quantity }.map { ($0.0.name, $0.1) }
  }

  /// The lines of a quantity: its sensors, or, of many, the lowest, the mean and the highest.
  private func lines(of quantity: Sensor.Quantity) -> [Row] {
    let rows = Self.rows(of: quantity, in: series)
    guard rows.count > Self.maximumLines else { return rows }
    func combined(_ name: String, _ combine: ([Double]) -> Double?) -> Row {
      (
        name,
        series.seconds.indices.map { index in
          combine(rows.compactMap { index < $0.values.count ? $0.values[index] : nil })
        }
      )
    }
    return [
      combined("highest of \(rows.count)") { $0.max() },
      combined("mean") { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) },
      combined("lowest") { $0.min() },
    ]
  }

  private func column(_ quantity: Sensor.Quantity) -> String { quantity.rawValue }

  private func table(_ quantity: Sensor.Quantity) -> ChartData {
    // Sensors are read before the first inference, too, and after the last.
    let samples = series.seconds.indices.filter { (0...axis.seconds).contains(series.seconds[$0]) }
    let size = max(1, (samples.count + Self.points - 1) / Self.points)
    let rows = lines(of: quantity).flatMap { line in
      stride(from: 0, to: samples.count, by: size).map { first in
        let part = samples[first..<min(first + size, samples.count)]
        let values = part.compactMap { $0 < line.values.count ? line.values[$0] : nil }.filter(\.isFinite)
        // A mean would hide that the clock was held down for a moment.
        let mean = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        let middle = part.reduce(0) { $0 + series.seconds[$1] } / Double(part.count)
        return (texts: [line.name.printable], numbers: [middle, quantity == .throttled ? values.max() : mean])
      }
    }
    return ChartData(column(quantity), texts: ["sensor"], numbers: ["time_s", column(quantity)], rows: rows)
  }

  // MARK: Panels

  private func panel(_ quantity: Sensor.Quantity, isLast: Bool) -> JSONValue {
    let table = table(quantity)
    let names = lines(of: quantity).map(\.name.printable)
    var encoding: [String: JSONValue] = [
      "x": axis.channel("t", labels: isLast, title: isLast && !axis.isZoomable),
      "y": [
        "field": .string(column(quantity)), "type": "quantitative", "scale": scale(quantity),
        "axis": [
          "title": .string(quantity.title), "tickCount": 3,
          "format": quantity.isShare ? "~%" : quantity == .contextSwitches ? "~s" : "~r",
          "labelExpr": "datum.value == 0 ? '0' : datum.label",
        ],
      ],
      "tooltip": [
        ["field": "when", "type": "nominal", "title": "Time"],
        ["field": "sensor", "type": "nominal", "title": "Sensor"],
        [
          "field": .string(column(quantity)), "type": "quantitative", "title": .string(quantity.title),
          "format": quantity.isShare ? ".1%" : ",.4~r",
        ],
      ],
    ]
    var mark: [String: JSONValue] = [
      "type": "line", "strokeWidth": 1.5, "clip": true, "aria": false,
      "interpolate": quantity == .clock || quantity == .throttled ? "step" : "linear",
    ]
    if names.count > 1 {
      encoding["stroke"] = [
        "field": "sensor", "type": "nominal",
        "scale": ["domain": ChartData.names(names), "range": .array(palette.series)],
        "legend": palette.legend(of: names, symbol: "stroke"),
      ]
    } else {
      mark["color"] = palette.series[0]
    }
    let transform: JSONValue = [TimeAxis.time(of: "time_s", as: "t"), axis.text(of: "time_s", as: "when")]
    return [
      "height": 72, "resolve": ["scale": ["color": "independent", "stroke": "independent"]],
      "layer": [
        axis.spanLayer(labels: isLast, title: isLast && !axis.isZoomable),
        [
          "data": table.reference, "transform": transform, "mark": .object(mark), "encoding": .object(encoding),
        ],
        [
          "data": table.reference, "transform": transform,
          "mark": ["type": "point", "filled": true, "size": 90, "opacity": 0, "clip": true, "aria": false],
          "encoding": .object(encoding.filter { $0.key != "stroke" }),
        ],
      ],
    ]
  }

  private func scale(_ quantity: Sensor.Quantity) -> JSONValue {
    switch quantity {
    case .throttled: ["domain": [0, 1], "nice": false]
    case .power, .utilization, .load, .contextSwitches, .steal: ["zero": true]
    case .clock, .temperature, .memory, .workerMemory: ["zero": false]
    }
  }
}

extension Sensor.Quantity {
  /// With its unit, for charts and tables.
  var title: String {
    let name =
      switch self {
      case .clock: "Clock"
      case .temperature: "Temperature"
      case .power: "Power"
      case .memory: "Memory available"
      case .workerMemory: "Memory of the worker"
      case .load: "Load (processes)"
      case .utilization: "Processors in use"
      case .contextSwitches: "Context switches"
      case .steal: "Stolen by the hypervisor"
      case .throttled: "Held down (1 = yes)"
      }
    return unit.isEmpty ? name : "\(name), \(unit)"
  }

  /// Whether values are shares, to be shown in percent.
  var isShare: Bool { self == .utilization || self == .steal }
}
