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
  /// Of labels, in pixels. Distances grow with it.
  var fontSize = PictureStyle.defaultFontSize
  /// Whether a page draws the charts, where a reader can zoom.
  var isOnPage = false

  /// Variables of the report's style sheet.
  static let page = ChartPalette(
    ink: "var(--ink)", muted: "var(--muted)", grid: "var(--grid)", paper: "var(--paper)", main: "var(--main)",
    tail: "var(--tail)", mark: "var(--mark)", series: (1...8).map { "var(--series-\($0))" },
    heat: (1...8).map { "var(--heat-\($0))" }, isOnPage: true)

  /// Of a file.
  static func picture(_ style: PictureStyle) -> ChartPalette {
    var palette =
      switch style.theme {
      case .light: light
      case .dark: dark
      case .paper: paper
      }
    palette.fontSize = style.fontSize
    return palette
  }

  private static let light = ChartPalette(
    ink: "#1c2128", muted: "#5d6673", grid: "#e7eaee", paper: "#ffffff", main: "#e8590c", tail: "#5b3b8c",
    mark: "#a3284f",
    series: ["#2f6db5", "#c2570c", "#00856a", "#8453a0", "#b3394f", "#7d6c00", "#0a7f9c", "#5d6673"],
    heat: ["#a6f1f5", "#6fd7e9", "#3bbbde", "#099dcf", "#057eba", "#1c619e", "#25457b", "#222d56"])

  private static let dark = ChartPalette(
    ink: "#e8ebf0", muted: "#9aa4b2", grid: "#262c35", paper: "#14171c", main: "#ff8c42", tail: "#c9b6ff",
    mark: "#ff7da4",
    series: ["#79b1f9", "#f0a060", "#46c6aa", "#c598e7", "#f08d95", "#cdbb4e", "#56c4dd", "#9aa4b2"],
    heat: ["#2e3a64", "#2d5389", "#1b70aa", "#008fc2", "#00aed1", "#3ccbda", "#7ae5e2", "#b4fced"])

  private static let paper = ChartPalette(
    ink: "#000000", muted: "#000000", grid: "#e0e0e0", paper: "#ffffff", main: light.main, tail: light.tail,
    mark: light.mark, series: light.series, heat: light.heat)

  /// A distance that fits labels of the usual size, for labels of this size.
  func scaled(_ pixels: Double) -> Double { (pixels * fontSize / PictureStyle.defaultFontSize).rounded() }

  /// The legend of a row of names, in as many columns as fit a phone.
  func legend(of names: [String], symbol: String, _ members: [String: JSONValue] = [:]) -> JSONValue {
    let longest = Double(names.map(\.count).max() ?? 0)
    let columns = max(1, min(6, Int(Self.narrowest / (longest * 6.5 + 32))))
    return JSONValue.object([
      "title": .null, "symbolType": .string(symbol), "columns": .number(Double(columns)),
    ]).merging(members)
  }

  /// The width of a chart on a phone.
  private static let narrowest = 300.0

  /// What all charts share: type, grid, and no frame.
  var configuration: JSONValue {
    let font: JSONValue = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
    let size = JSONValue.number(fontSize)
    let extent = scaled(Self.axisExtent)
    return [
      "background": "transparent", "font": font, "view": ["stroke": .null],
      "axis": [
        "labelColor": muted, "titleColor": muted, "labelFontSize": size, "titleFontSize": size,
        "titleFontWeight": 400, "gridColor": grid, "domainColor": grid, "tickColor": grid, "tickSize": 4,
        "labelPadding": .number(scaled(4)), "labelFlush": false, "titlePadding": 8,
        // Every other label goes until none touch, so that those that stay are evenly spaced.
        "labelOverlap": "parity", "labelSeparation": 6,
      ],
      "axisX": ["grid": false, "domainColor": muted, "tickColor": muted],
      // All axes of latency begin at the same place, so that views on top of one another are aligned; their titles lie above them.
      "axisY": [
        "domain": false, "ticks": false, "tickCount": 5, "minExtent": .number(extent), "maxExtent": .number(extent),
        "titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom", "titleX": .number(-extent),
        "titleY": .number(-scaled(9)),
      ],
      "legend": [
        "labelColor": ink, "titleColor": muted, "labelFontSize": size, "titleFontSize": size, "titleFontWeight": 400,
        "symbolStrokeWidth": 2, "labelLimit": .number(scaled(280)), "titleLimit": .number(scaled(280)),
        "orient": "top",
        // Above the title of the axis.
        "offset": .number(scaled(25)), "columnPadding": 14,
      ],
      "text": ["color": ink, "fontSize": size], "rule": ["color": muted],
    ]
  }

  /// The room for the labels of a vertical axis.
  static let axisExtent = 46.0
}
