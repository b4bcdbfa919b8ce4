import AssayCore

/// The top of a page: what was measured, the result in a few lines, what changes it, and its figures.
struct PageHeader {
  private let runs: [ReportedRun]
  private let compared: ComparedRuns

  init(_ runs: [ReportedRun], _ compared: ComparedRuns) {
    self.runs = runs
    self.compared = compared
  }

  /// The name of the program and the button for light and dark, of every page.
  static let bar: HTML =
    "<div class=\"bar\"><span class=\"brand\">Assay</span><button id=\"theme\" type=\"button\" aria-label=\"Light or dark\">Theme: auto</button></div>"

  var title: String {
    if let run = runs.first, runs.count == 1 { return run.title }
    let models = Set(runs.map(\.report.model.path))
    return models.count == 1
      ? "\(ModelReference(path: models.first ?? "").name.printable): \(runs.count) runs" : "\(runs.count) runs compared"
  }

  var html: HTML {
    let verdicts: [HTML] = verdicts.map { "<p class=\"verdict\">\($0.printable)</p>" }
    let noise: [HTML] = noise.map { "<li>\($0.printable)</li>" }
    return """
      <header>
      \(Self.bar)
      <h1>\(title)</h1>
      \(verdicts)
      <p class="where">\(place)</p>
      \(noise.isEmpty ? .empty : "<ul class=\"noise\" aria-label=\"What changes the answer\">\(noise)</ul>")
      \(runs.count == 1 ? HTML(runs.map { RunSection($0).answer }) : OverviewTable(runs, compared).html)
      \(notes)
      \(compared.accuracies.folded())
      </header>
      """
  }

  // MARK: The answer

  /// More sentences than this would be read by nobody; the table has every ratio.
  private static let verdictLimit = 4

  private var verdicts: [String] {
    if let run = runs.first, runs.count == 1 { return [RunSection(run).verdict] + changes }
    let streams = streams
    let sentences = streams.isEmpty ? compared.sentences : streams
    let hidden = sentences.count - Self.verdictLimit
    let noun = streams.isEmpty ? "ratio" : "target"
    let shown =
      sentences.prefix(Self.verdictLimit).map { "\($0)." }
      + (hidden > 0 ? ["\(hidden) more \(noun)\(hidden == 1 ? " is" : "s are") in the table."] : [])
    return shown + changes.prefix(Self.verdictLimit) + (streams.isEmpty ? best : [])
  }

  /// Of runs that all have streams, what each model does best on each target.
  private var streams: [String] {
    guard runs.allSatisfy({ $0.report.spec.measure.kind == .streams }), let report = RunReport(withFrontiersOf: runs)
    else { return [] }
    let names = ModelNames(report.cells.map(\.model))
    let hasModels = Set(report.cells.map(\.model.path)).count > 1
    return (report.frontiers ?? []).compactMap { frontier in
      let cell = report.cells[frontier.cells[0]]
      return StreamFrontierText(frontier: frontier, report: report).sentence.map {
        "\(hasModels ? "\(names[cell.model]) on " : "")\(cell.target): \($0)"
      }
    }
  }

  /// Which runs changed since the baseline.
  private var changes: [String] {
    let changed = runs.filter { run in
      run.change?.comparison.map { $0.verdict == .slower || $0.verdict == .faster } ?? false
    }
    guard let baseline = runs.lazy.compactMap(\.change?.baseline).first?.printable else { return [] }
    guard !changed.isEmpty || runs.contains(where: { $0.change?.comparison != nil }) else {
      return ["There is nothing in \(baseline) to compare with."]
    }
    guard !changed.isEmpty else { return ["No change since \(baseline) is more than noise."] }
    return changed.compactMap { run in
      run.change?.comparison.map { found in
        let range = found.wideRange.map { ", 99 %: \($0)" } ?? ""
        return
          "\(runs.count == 1 ? "Since" : "\(run.label), since") \(baseline): \(found.change), \(found.verdict.words) (ratio \(Figures.significant(found.ratio))\(range))."
      }
    }
  }

  /// The fastest and the most accurate run. Models that differ in what they do have no ratio.
  private var best: [String] {
    let measured = runs.compactMap(DrawableRun.init)
    guard let fastest = measured.min(by: { $0.summary.p50 < $1.summary.p50 }) else {
      return accurate ?? ["There are no latencies to compare."]
    }
    guard !compared.haveLatencies || accurate != nil else { return [] }
    let unit = LatencyUnit(fitting: [fastest.summary.p50])
    return ["Fastest: \(fastest.run.label), median \(unit.text(fastest.summary.p50))."] + (accurate ?? [])
  }

  private var accurate: [String]? {
    let shares = runs.compactMap { run in run.report.accuracy?.top(1)?.share.map { (run: run, share: $0) } }
    guard let best = shares.max(by: { $0.share < $1.share }), shares.count > 1 else { return nil }
    let interval = best.run.report.accuracy?.top(1)?.interval.map { " (95 %: \(Figures.percentRange($0)))" } ?? ""
    let ties = shares.filter { $0.share == best.share }.map(\.run.label).joined(separator: ", ")
    return ["Most accurate: \(ties), top-1 \(Figures.percent(best.share))\(interval)."]
  }

  // MARK: Where, and how far to trust it

  /// Machines, what all runs have in common, and dates.
  private var place: String {
    var seen: Set<String> = []
    let hosts = runs.compactMap(\.host?.shortName.printable).filter { seen.insert($0).inserted }
    let dates = runs.compactMap(\.created).sorted().map { $0.prefix(16).replacing("T", with: " ") }
    let when = dates.first.map { first in
      first == dates.last ? "\(first) UTC" : "\(first) to \(dates.last ?? first) UTC"
    }
    let heads = runs.map { RunHead($0).facts }
    // What differs stands in the table.
    let common = (heads.first ?? []).filter { fact in heads.allSatisfy { $0.contains(fact) } }
    return
      (hosts.prefix(3) + (hosts.count > 3 ? ["and \(hosts.count - 3) more machines"] : []) + common
      + (when.map { [$0] } ?? []))
      .joined(separator: " · ")
  }

  private var noise: [String] {
    let cells = runs.map { (name: $0.label, warnings: ($0.host?.warnings ?? []) + $0.report.warnings) }
    let digest = WarningDigest(host: [], cells: cells)
    return digest.lines + (digest.isNoisy ? ["Trust medians only."] : [])
  }

  private var notes: HTML {
    let lines: [HTML] = compared.notes.map { "<li>\($0.printable)</li>" }
    return lines.isEmpty ? .empty : PageFold.html("What the compared runs differ in", "<ul>\(lines)</ul>")
  }
}

/// What the head of a page says of a run besides its figures.
struct RunHead {
  let engine: String?
  /// In the order in which they are shown.
  let facts: [String]

  init(_ run: ReportedRun) {
    let version = run.report.engine.version.map { " \(RunLabels.version($0))" } ?? ""
    let options = run.report.options
    engine = run.isForeign ? nil : run.target + version
    facts = [
      engine,
      options.threads > 0 && !run.isForeign ? options.parallelText(of: run.report.spec.measure) : nil,
      run.commit.map { "commit \($0)" }, run.note,
    ].compactMap(\.self)
  }
}
