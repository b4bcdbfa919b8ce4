import AssayCore

/// The top of a page: what was measured, the result in one line, and its figures.
struct PageHeader {
  let runs: [ReportedRun]

  init(_ runs: [ReportedRun]) { self.runs = runs }

  var title: String {
    if let run = runs.first, runs.count == 1 { return run.title }
    let models = Set(runs.map(\.report.model.path))
    return models.count == 1
      ? "\(ModelReference(path: models.first ?? "").name.printable): \(runs.count) runs" : "\(runs.count) runs compared"
  }

  var html: HTML {
    """
    <header>
    <div class="bar"><span class="brand">Assay</span><button id="theme" type="button" aria-label="Light or dark">Theme: auto</button></div>
    <h1>\(title)</h1>
    <p class="verdict">\(verdict)</p>
    <p class="where">\(place)</p>
    \(runs.count == 1 ? HTML(runs.map { RunSection($0).answer }) : overview)
    </header>
    """
  }

  private var verdict: String {
    if let run = runs.first, runs.count == 1 { return RunSection(run).verdict }
    let measured = runs.compactMap(DrawableRun.init).sorted { $0.summary.p50 < $1.summary.p50 }
    guard let fastest = measured.first, let slowest = measured.last, measured.count > 1, fastest.summary.p50 > 0 else {
      return "There are no latencies to compare."
    }
    let ratio = Figures.short(slowest.summary.p50 / fastest.summary.p50)
    let unit = LatencyUnit(fitting: [fastest.summary.p50])
    return
      "Fastest is \(fastest.run.title) with a median of \(unit.text(fastest.summary.p50)); \(slowest.run.title) takes \(ratio) times as long."
  }

  /// Machines and dates.
  private var place: String {
    var seen: Set<String> = []
    let hosts = runs.compactMap(\.host?.shortName.printable).filter { seen.insert($0).inserted }
    let dates = runs.compactMap(\.created).sorted().map { $0.prefix(16).replacing("T", with: " ") }
    let when = dates.first.map { first in
      first == dates.last ? "\(first) UTC" : "\(first) to \(dates.last ?? first) UTC"
    }
    return
      (hosts.prefix(3) + (hosts.count > 3 ? ["and \(hosts.count - 3) more machines"] : []) + (when.map { [$0] } ?? [])
      + origins)
      .joined(separator: " · ")
  }

  private static let maximumRows = 500

  /// What the page leaves out.
  private var limits: HTML {
    guard runs.count > ReportPage.maximumRuns else { return .empty }
    let rest = runs.count > Self.maximumRows ? ", this table the first \(Self.maximumRows)" : ""
    return """
      <p class="note">Charts and tables show the first \(ReportPage.maximumRuns) of \(Figures.grouped(runs.count)) runs\(rest). For others, name fewer runs.</p>
      """
  }

  /// The commits and notes of the runs, each once.
  private var origins: [String] { RunOrigin.texts(runs.map(\.report)) }

  /// A row per run, if there are several.
  private var overview: HTML {
    let excerpt = Excerpt(first: runs, limit: Self.maximumRows)
    let rows: [HTML] = excerpt.shown.map { run in
      let isDetailed = run.number <= ReportPage.maximumRuns
      let title: HTML = isDetailed ? "<a href=\"#run-\(run.number)\">\(run.title)</a>" : "\(run.title)"
      let summary = run.summary
      let unit = LatencyUnit(fitting: summary.map { [$0.p50] } ?? [])
      let accuracy = run.report.accuracy?.top(1)?.share.map(Figures.percent) ?? ""
      return """
        <tr><th scope="row">\(title)</th><td>\(run.target)</td>
        <td class="number">\(summary.map { unit.text($0.p50) } ?? "–")</td><td class="number">\(summary?.p99.map(unit.text) ?? "–")</td>
        <td class="number">\(summary.map { Figures.grouped($0.count) } ?? "–")</td><td class="number">\(accuracy)</td>
        <td>\(RunSection(run).words)</td></tr>
        """
    }
    return """
      <div class="table"><table>
      <thead><tr><th scope="col">Run</th><th scope="col">Target</th><th scope="col" class="number">Median</th>
      <th scope="col" class="number">p99</th><th scope="col" class="number">Inferences</th><th scope="col" class="number">Top-1</th>
      <th scope="col">In a word</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>\(limits)
      """
  }
}
