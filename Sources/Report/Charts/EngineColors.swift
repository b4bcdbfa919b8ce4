/// Each engine has one colour in all charts of a report.
struct EngineColors {
  private let engines: [String]
  private let palette: ChartPalette
  /// Names that already tell the engine need no legend.
  private let areNamed: Bool

  init(runs: [DrawableRun], palette: ChartPalette) {
    var seen: Set<String> = []
    engines = runs.map(\.run.target).filter { seen.insert($0).inserted }
    areNamed = runs.allSatisfy { $0.run.label == $0.run.target }
    self.palette = palette
  }

  /// Hides the other engines when one is chosen in the legend.
  static let parameter: JSONValue = [
    "name": "shown", "select": ["type": "point", "fields": ["engine"]], "bind": "legend",
  ]

  /// The channel of the column `engine`.
  func channel(symbol: String) -> JSONValue {
    [
      "field": "engine", "type": "nominal",
      "scale": ["domain": ChartData.names(engines), "range": .array(palette.series)],
      "legend": engines.count > 1 && !areNamed ? palette.legend(of: engines, symbol: symbol) : .null,
    ]
  }
}
