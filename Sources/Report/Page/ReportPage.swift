import AssayCore
import Foundation

/// One file that shows runs to people: findings first, then charts, then tables. It needs no network and no other file.
public struct ReportPage {
  /// More have no charts and tables of their own, which would make the page too large.
  static let maximumRuns = 40

  private let runs: [ReportedRun]
  /// Those with charts and tables.
  private let detailed: [ReportedRun]
  private let compared: ComparedRuns
  private let charts: ChartSet
  private let bundle: String

  /// - Parameters:
  ///   - runs: at least one.
  ///   - comparisons: what the saved runs among them are beside one another.
  ///   - bundle: the JavaScript of Vega, Vega-Lite and Vega-Embed.
  public init(_ runs: [ReportedRun], comparisons: RunComparisons = RunComparisons(), bundle: String) {
    self.runs = runs.numbered()
    compared = ComparedRuns(comparisons, of: self.runs)
    self.bundle = bundle
    detailed = Array(self.runs.prefix(Self.maximumRuns))
    charts = ChartSet(detailed, palette: .page)
  }

  /// The charts as Vega-Lite specifications by name, for files of their own.
  public static func pictures(_ runs: [ReportedRun], style: PictureStyle) -> [(name: String, json: String)] {
    ChartSet(runs.numbered(), palette: .picture(style)).all.map { ($0.id, Chart.json($0.picture(style))) }
  }

  public func html() -> String {
    let header = PageHeader(runs, compared)
    return PageShell(title: header.title, body: "\(header.html)\n\(comparison)\n\(sections)").html(bundle: bundle)
  }

  private var comparison: HTML {
    charts.together.isEmpty ? .empty : "<section>\(PageCharts.grid(charts.together))</section>"
  }

  private var sections: HTML {
    HTML(
      zip(detailed, charts.each).map { run, charts in
        let heading: HTML = runs.count > 1 ? "<h2>\(run.title)</h2>\(RunSection(run).answer)" : .empty
        return """
          <section id="run-\(run.number)">
          \(heading)
          \(run.summary == nil || run.steadiness == nil ? RunSection(run).withoutRecords : .empty)
          \(PageCharts.grid(charts))
          \(RunSection(run).tables)
          </section>
          """
      })
  }
}

/// Figures of a page, each with its specification beside it.
enum PageCharts {
  static func grid(_ charts: [Chart]) -> HTML {
    charts.isEmpty ? .empty : "<div class=\"charts\">\(charts.map(figure))</div>"
  }

  private static func figure(_ chart: Chart) -> HTML {
    """
    <figure class="\(chart.isWide ? "wide" : "half")" id="\(chart.id)">
    <h3>\(chart.title)</h3>
    <div class="chart" role="img" aria-label="\(chart.title). \(chart.caption)"></div>
    <figcaption><p>\(chart.caption)</p><p class="downloads"></p></figcaption>
    <script type="application/json">\(HTML.script(json: Chart.json(chart.specification)))</script>
    </figure>
    """
  }
}

extension [ReportedRun] {
  /// Each with its number, and with a title and a label that no other has.
  func numbered() -> [ReportedRun] {
    let labels = RunLabels(self).labels
    let models = ModelNames(filter { !$0.isForeign }.map(\.report.model))
    var seen: [String: Int] = [:]
    return enumerated().map { index, run in
      var run = run
      run.number = index + 1
      run.label = labels[index]
      let name = run.report.model.name
      // Two files of one name are two models.
      if !run.isForeign, run.title.hasPrefix("\(name) ") {
        run.title = models[run.report.model] + run.title.dropFirst(name.count)
      }
      run.title = run.title.printable
      seen[run.title, default: 0] += 1
      if let count = seen[run.title], count > 1 { run.title += " (\(count))" }
      return run
    }
  }
}
