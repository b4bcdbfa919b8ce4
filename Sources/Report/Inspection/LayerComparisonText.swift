public import AssayCore

/// Two profiles of one model side by side, for a terminal.
public struct LayerComparisonText {
  private let report: InspectionReport
  private let engines: (first: EngineInspection, second: EngineInspection)
  private let comparison: LayerComparison
  private let names: [String]
  private let width: Int

  /// - Parameters:
  ///   - report: with what both engines made of the model.
  ///   - names: of the two, as they were given.
  public init?(_ report: InspectionReport, _ comparison: LayerComparison, names: [String], width: Int) {
    guard let engines = report.engines, engines.count == 2, names.count == 2 else { return nil }
    self.report = report
    self.engines = (engines[0], engines[1])
    self.comparison = comparison
    self.names = names
    self.width = width
  }

  public func text() -> String {
    let heads = zip(["A", "B"], zip(names, [engines.first, engines.second])).map { letter, cell in
      "\(letter)  \(cell.0.printable) · \(cell.1.version.printable) on \(cell.1.device.printable)"
        + (cell.1.profile.map { "\n   \($0.sentence)" } ?? "")
    }
    return (heads + [""] + table + legend).joined(separator: "\n") + "\n"
  }

  private var table: [String] {
    var table = TextTable([
      .init(title: "Layers of the file", alignment: .left), .init(title: "A ms", alignment: .right),
      .init(title: "B ms", alignment: .right), .init(title: "B − A", alignment: .right),
      .init(title: "B / A", alignment: .right), .init(title: "A runs", alignment: .left),
      .init(title: "B runs", alignment: .left),
    ])
    for row in comparison.rows {
      table.add(
        [title(row)] + figures(row.first, row.second) + [parts(of: row, engines.first), parts(of: row, engines.second)])
    }
    table.add(["(inserted)"] + figures(comparison.insertedFirst, comparison.insertedSecond) + ["", ""])
    let first = Self.sum(comparison.rows.map(\.first) + [comparison.insertedFirst])
    let second = Self.sum(comparison.rows.map(\.second) + [comparison.insertedSecond])
    table.add(["Sum"] + figures(first, second) + ["", ""])
    return table.terminalLines()
  }

  /// The first layer, and how many more.
  private func title(_ row: LayerComparison.Row) -> String {
    let operations = row.layers.map { report.layers[$0].operation }
    let shown = Excerpt(first: operations, limit: 3)
    let name = Screen.shorten(report.layers[row.layers[0]].title, to: max(width / 4, 20))
    return "\(shown.shown.joined(separator: "+"))\(shown.rest.map { " \($0)" } ?? "") \(name)"
  }

  /// Of those that were timed.
  private static func sum(_ times: [Double?]) -> Double? {
    let known = times.compactMap(\.self)
    return known.isEmpty ? nil : known.reduce(0, +)
  }

  private func figures(_ first: Double?, _ second: Double?) -> [String] {
    let times = [first, second].map { $0.map { Figures.fixed($0, decimals: 3) } ?? "" }
    guard let first, let second else { return times + ["", ""] }
    let difference = second - first
    let sign = difference < 0 ? "−" : "+"
    return times + [
      sign + Figures.fixed(abs(difference), decimals: 3), first > 0 && second > 0 ? Figures.ratio(second / first) : "",
    ]
  }

  /// What an engine runs for a row: `FusedConv`, `Convolution bf16`.
  private func parts(of row: LayerComparison.Row, _ engine: EngineInspection) -> String {
    let places = Set(row.layers.compactMap { engine.fates[$0].into }).sorted()
    let words = places.map { place in
      [engine.layers[place].operation, engine.layers[place].precision].compactMap(\.self).joined(separator: " ")
    }
    let shown = Excerpt(first: words, limit: 2)
    return shown.shown.joined(separator: ", ") + (shown.rest.map { " \($0)" } ?? "")
  }

  private var legend: [String] {
    ["", "Medians over single inferences, without an interval: for a verdict on the whole, leave out --layers."]
  }
}
