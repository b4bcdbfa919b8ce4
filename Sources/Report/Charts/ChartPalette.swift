/// The colours of charts. On a page they are variables of its style sheet, so that light, dark and print need no redrawing; in files they are fixed.
struct ChartPalette: Hashable, Sendable {
  let ink: JSONValue
  let muted: JSONValue
  let grid: JSONValue
  let paper: JSONValue
  /// The median, and single series.
  let main: JSONValue
  /// The upper tail.
  let tail: JSONValue
  /// Level shifts and other marks.
  let mark: JSONValue
  /// Runs, sensors, modes.
  let series: [JSONValue]
  /// Few to many; steps of equal lightness in OKLab.
  let heat: [JSONValue]

  /// Variables of the report's style sheet.
  static let page = ChartPalette(
    ink: "var(--ink)", muted: "var(--muted)", grid: "var(--grid)", paper: "var(--paper)", main: "var(--main)",
    tail: "var(--tail)", mark: "var(--mark)", series: (1...8).map { "var(--series-\($0))" },
    heat: (1...8).map { "var(--heat-\($0))" })

  /// For files, which are mostly put on white.
  static let light = ChartPalette(
    ink: "#1c2128", muted: "#5d6673", grid: "#e7eaee", paper: "#ffffff", main: "#e8590c", tail: "#5b3b8c",
    mark: "#a3284f",
    series: ["#2f6db5", "#c2570c", "#00856a", "#8453a0", "#b3394f", "#7d6c00", "#0a7f9c", "#5d6673"],
    heat: ["#a6f1f5", "#6fd7e9", "#3bbbde", "#099dcf", "#057eba", "#1c619e", "#25457b", "#222d56"])

  /// A legend in the row of the axis title, `offset` pixels from the left; above it on a narrow page.
  static func legend(at left: Int, _ members: [String: JSONValue]) -> JSONValue {
    JSONValue.object(members).merging([
      "orient": "none", "direction": "horizontal", "legendX": .number(Double(left)), "legendY": -22,
    ])
  }

  /// What all charts share: type, grid, and no frame.
  var configuration: JSONValue {
    let font: JSONValue = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
    return [
      "background": "transparent", "font": font, "view": ["stroke": .null],
      "axis": [
        "labelColor": muted, "titleColor": muted, "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": 400,
        "gridColor": grid, "domainColor": grid, "tickColor": grid, "tickSize": 4, "labelPadding": 4,
        "labelFlush": false,
        "titlePadding": 8,
      ],
      "axisX": ["grid": false, "domainColor": muted, "tickColor": muted],
      // All axes of latency begin at the same place, so that views on top of one another are aligned; their titles lie above them.
      "axisY": [
        "domain": false, "ticks": false, "tickCount": 5, "minExtent": 46, "maxExtent": 46, "titleAngle": 0,
        "titleAlign": "left", "titleBaseline": "bottom", "titleX": -46, "titleY": -8,
      ],
      "legend": [
        "labelColor": ink, "titleColor": muted, "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": 400,
        "symbolStrokeWidth": 2, "labelLimit": 320, "orient": "top", "offset": 24, "columnPadding": 14,
      ],
      "text": ["color": ink, "fontSize": 11], "rule": ["color": muted],
    ]
  }
}
