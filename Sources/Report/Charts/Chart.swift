import Foundation

/// One chart: title, caption, data, and its Vega-Lite specification.
struct Chart: Hashable, Sendable {
  static let schema = "https://vega.github.io/schema/vega-lite/v6.json"

  /// Unique in a set; the name of its files: `latency`.
  let id: String
  let title: String
  /// What the chart shows, in a sentence or two: the caption, and the text for those who cannot see it.
  let caption: String
  let data: [ChartData]
  /// The specification, without the parts that all charts share.
  let body: JSONValue
  /// Whether the chart takes the whole width of the page.
  let isWide: Bool
  let palette: ChartPalette

  init(
    _ id: String, title: String, caption: String, data: [ChartData], isWide: Bool = false, palette: ChartPalette,
    body: JSONValue
  ) {
    self.id = id
    self.title = title
    self.caption = caption
    self.data = data
    self.isWide = isWide
    self.palette = palette
    self.body = body
  }

  /// The whole specification, for a page.
  var specification: JSONValue { body.merging(common) }

  /// For a file of its own, which has no heading around it. `usermeta.width` is the width of the whole picture; what remains of it for the
  /// views is known only when labels are drawn.
  func picture(_ style: PictureStyle) -> JSONValue {
    let width = style.width.map(Double.init) ?? palette.scaled(isWide ? 960 : 560)
    var members = common
    if style.theme != .paper {
      members["title"] = [
        "text": .string(title), "anchor": "start", "fontSize": .number(palette.scaled(14)), "fontWeight": 600,
        "color": palette.ink, "offset": 12,
      ]
    }
    members["background"] = palette.paper
    // A label at the right edge may be wider in the font of a reader.
    members["padding"] =
      style.theme == .paper ? ["left": 4, "top": 4, "bottom": 4, "right": .number(4 + style.fontSize)] : 16
    members["usermeta"] = ["width": .number(width)]
    // As many labels as fit side by side.
    members["config"] = palette.configuration.merging([
      "axisX": [
        "grid": false, "domainColor": palette.muted, "tickColor": palette.muted,
        "tickCount": .number(max(2, (width / palette.scaled(110)).rounded(.down))),
      ]
    ])
    return body.merging(members)
  }

  private var common: [String: JSONValue] {
    [
      "$schema": .string(Self.schema), "description": .string("\(title). \(caption)"),
      "datasets": .object(Dictionary(uniqueKeysWithValues: data.map { ($0.name, .string($0.csv)) })),
      "config": palette.configuration,
    ]
  }

  /// The specification as JSON, the same at every call.
  static func json(_ specification: JSONValue) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Every value is encodable, and all numbers are finite or null.
    return (try? encoder.encode(specification)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
