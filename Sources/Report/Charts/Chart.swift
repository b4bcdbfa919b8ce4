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

  /// The whole specification.
  ///
  /// - Parameter titled: for a file of its own, which has no heading around it.
  func specification(titled: Bool = false) -> JSONValue {
    var common: [String: JSONValue] = [
      "$schema": .string(Self.schema), "description": .string("\(title). \(caption)"),
      "datasets": .object(Dictionary(uniqueKeysWithValues: data.map { ($0.name, .string($0.csv)) })),
      "config": palette.configuration,
    ]
    if titled {
      common["title"] = [
        "text": .string(title), "anchor": "start", "fontSize": 14, "fontWeight": 600, "color": palette.ink,
        "offset": 12,
      ]
      common["background"] = palette.paper
      common["padding"] = 16
    }
    return titled ? widened.merging(common) : body.merging(common)
  }

  /// With a fixed width, because a file has no page to fill.
  private var widened: JSONValue {
    let width: [String: JSONValue] = ["width": isWide ? 860 : 480]
    guard case .object(let members) = body, case .array(let views) = members["vconcat"] else {
      return body.merging(width)
    }
    return body.merging(["vconcat": .array(views.map { $0.merging(width) })])
  }

  /// The specification as JSON, the same at every call.
  static func json(_ specification: JSONValue) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Every value is encodable, and all numbers are finite or null.
    return (try? encoder.encode(specification)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}
