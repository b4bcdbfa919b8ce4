/// The time axis that all charts of one run share: seconds since its start.
struct TimeAxis {
  /// The whole run, in seconds.
  let seconds: Double
  /// Whether a reader can choose an interval in an overview.
  let isZoomable: Bool
  /// The name of the interval that the reader chose in the overview.
  static let interval = "zoom"

  /// Runs of under two minutes show seconds; under ten minutes, minutes and seconds.
  private var isShort: Bool { seconds < 120 }
  private var showsSeconds: Bool { seconds < 600 }
  var title: String {
    "Time since the start, \(isShort ? "s" : showsSeconds ? "h:min:s" : "h:min")"
  }

  /// The transform of a column of seconds to the milliseconds that the scale needs.
  static func time(of column: String, as name: String) -> JSONValue {
    ["calculate": "datum['\(column)'] * 1000", "as": .string(name)]
  }

  /// The transform of a column of seconds to the text of tooltips: `1:40:05`.
  func text(of column: String, as name: String) -> JSONValue {
    let value = "datum['\(column)']"
    let text = isShort ? "format(\(value), '.4~r') + ' s'" : Self.clock("round(\(value) * 1000)", seconds: "true")
    return ["calculate": .string(text), "as": .string(name)]
  }

  /// A Vega expression: hours and minutes of a value in milliseconds, and seconds if a condition holds.
  private static func clock(_ value: String, seconds condition: String) -> String {
    let minutes = "floor(\(value) / 3600000) + ':' + pad(floor(\(value) / 60000) % 60, 2, '0', 'left')"
    return "\(minutes) + (\(condition) ? ':' + pad(floor(\(value) / 1000) % 60, 2, '0', 'left') : '')"
  }

  /// The channel of a field in milliseconds.
  ///
  /// - Parameter isZoomed: whether it follows the interval of the overview.
  func channel(_ field: String, labels: Bool = true, title: Bool = false, isZoomed: Bool = true) -> JSONValue {
    // Ticks of Vega's scales of time are uneven below a second.
    var scale: [String: JSONValue] = isShort ? ["nice": false, "zero": true] : ["type": "utc", "nice": false]
    if isZoomed && isZoomable { scale["domain"] = ["param": .string(Self.interval), "encoding": "x"] }
    let value = "time(datum.value)"
    let label =
      isShort
      ? "format(datum.value / 1000, '~r')"
      : Self.clock(value, seconds: showsSeconds ? "true" : "\(value) % 60000 != 0")
    return [
      "field": .string(field), "type": isShort ? "quantitative" : "temporal", "scale": .object(scale),
      "axis": [
        "labels": .bool(labels), "ticks": .bool(labels), "domain": .bool(labels), "labelBound": false,
        "title": title ? .string(self.title) : .null,
        "labelExpr": .string(label),
      ],
    ]
  }

  /// The start and end of the run as a table, for an invisible layer that gives every panel the same range.
  var span: ChartData { ChartData("span", numbers: ["time_s"], rows: [[0], [max(seconds, 1e-3)]]) }

  func spanLayer(labels: Bool, title: Bool = false, isZoomed: Bool = true) -> JSONValue {
    [
      "data": span.reference, "transform": [Self.time(of: "time_s", as: "t")],
      "mark": ["type": "point", "opacity": 0, "aria": false, "tooltip": .null],
      "encoding": ["x": channel("t", labels: labels, title: title, isZoomed: isZoomed)],
    ]
  }
}
