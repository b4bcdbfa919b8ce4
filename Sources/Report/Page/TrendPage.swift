public import AssayCore

/// The history of cells as one HTML file that loads nothing.
public struct TrendPage {
  private let report: TrendReport
  private let bundle: String

  /// - Parameter bundle: the JavaScript of Vega, Vega-Lite and Vega-Embed.
  public init(_ report: TrendReport, bundle: String) {
    self.report = report
    self.bundle = bundle
  }

  public func html() -> String {
    let models = Set(report.cells.map(\.model)).sorted().map(\.printable).joined(separator: ", ")
    let title = "\(report.metric.rawValue) of \(models) over time"
    let sections = HTML(report.cells.enumerated().map { section($1, number: $0 + 1) })
    return PageShell(
      title: title,
      body: """
        <header>
        \(PageHeader.bar)
        <h1>\(title)</h1>
        </header>
        \(sections)
        """
    ).html(bundle: bundle)
  }

  private func section(_ cell: CellTrend, number: Int) -> HTML {
    let sentences: [HTML] = cell.sentences(about: report.metric).map { "<li>\($0)</li>" }
    let unit = report.unit.map { " (\($0))" } ?? ""
    var table = PageTable(
      "Runs",
      [
        .init("Run"), .init("When (UTC)"), .init("\(report.metric.rawValue)\(unit)", isNumber: true), .init("Commit"),
        .init("Note"),
      ], hasRowHeads: true)
    for run in cell.runs.reversed() {
      table.add([
        .init("\(run.run)", Double(run.run)), .init(RunList.minute(run.created)),
        .init(report.metric.text(run.value), run.value), .init(run.commit ?? ""), .init(run.note ?? ""),
      ])
    }
    return """
      <section>
      <h2>\(report.title(of: cell))</h2>
      <ul>\(sentences)</ul>
      \(PageCharts.grid([TrendChart(cell, report.metric, number: number).chart(.page)]))
      \(table.html)
      </section>
      """
  }
}

/// A metric of the runs of a cell, with lines where its level changed.
struct TrendChart {
  private let cell: CellTrend
  private let metric: RunMetric
  private let number: Int

  init(_ cell: CellTrend, _ metric: RunMetric, number: Int) {
    self.cell = cell
    self.metric = metric
    self.number = number
  }

  func chart(_ palette: ChartPalette) -> Chart {
    let runs = ChartData(
      "trend-\(number)", texts: ["when", "commit"], numbers: ["run", "value"],
      rows: cell.runs.map { ([$0.created, $0.commit ?? ""], [Double($0.run), $0.value]) })
    let changes = ChartData(
      "trend-changes-\(number)", numbers: ["run"],
      rows: (cell.changes ?? []).map { [(Double($0.before.run) + Double($0.after.run)) / 2] })
    let axis: JSONValue = ["title": "Run", "format": "d", "tickMinStep": 1]
    let x: JSONValue = [
      "field": "run", "type": "quantitative", "axis": axis, "scale": ["zero": false, "nice": false],
    ]
    let title = metric.rawValue + (metric.unit.map { " (\($0))" } ?? "")
    let y: JSONValue = [
      "field": "value", "type": "quantitative", "title": .string(title), "scale": ["zero": false],
    ]
    let tooltip: JSONValue = [
      ["field": "run"], ["field": "when"], ["field": "commit"], ["field": "value", "title": .string(title)],
    ]
    return Chart(
      "trend-\(number)", title: "\(metric.rawValue) by run",
      caption:
        "Each point is a run of this cell on this machine; a vertical line stands where the level changed and stayed.",
      data: [runs, changes], isWide: true, palette: palette,
      body: [
        "height": 240,
        "layer": [
          [
            "data": runs.reference, "mark": ["type": "line", "point": ["color": palette.main], "color": palette.main],
            "encoding": ["x": x, "y": y, "tooltip": tooltip],
          ],
          [
            "data": changes.reference, "mark": ["type": "rule", "strokeDash": [4, 4], "color": palette.mark],
            "encoding": ["x": x],
          ],
        ],
      ])
  }
}
