import AssayCore

/// A row per run: what was measured, its figures, and how it compares.
struct OverviewTable {
  private let runs: [ReportedRun]
  private let compared: ComparedRuns

  private static let maximumRows = 500

  init(_ runs: [ReportedRun], _ compared: ComparedRuns) {
    self.runs = runs
    self.compared = compared
  }

  var html: HTML {
    let baseline = runs.lazy.compactMap(\.change?.baseline).first
    var table = PageTable(
      "Runs",
      [
        .init("Run"), .init("Engine"), .init("Converted"), .init("Streams", isNumber: true),
        .init("Threads", isNumber: true), .init("Commit"), .init("Note"),
        .init("Median", isNumber: true), .init("p99", isNumber: true), .init("Ratio", isNumber: true),
        .init("99 %", isRange: true), .init("Verdict"),
        .init(baseline.map { "Since \($0.printable)" } ?? "", isNumber: true), .init("Inferences", isNumber: true),
        .init("Top\u{2011}1", isNumber: true), .init("95 %", isRange: true),
        .init("Images/s, with decoding", isNumber: true),
        .init("In a word"),
      ], hasRowHeads: true)
    for run in runs.prefix(Self.maximumRows) {
      table.add(identity(run) + latencies(run) + comparison(run) + [change(run)] + counts(run))
    }
    return "\(table.html)\(limits)"
  }

  /// What the page leaves out.
  private var limits: HTML {
    guard runs.count > ReportPage.maximumRuns else { return .empty }
    let rest = runs.count > Self.maximumRows ? ", this table the first \(Self.maximumRows)" : ""
    return """
      <p class="note">Charts and tables show the first \(ReportPage.maximumRuns) of \(Figures.grouped(runs.count)) runs\(rest). For others, name fewer runs.</p>
      """
  }

  /// Whether each inference is an image of the same set.
  private var countsImages: Bool { runs.allSatisfy { $0.report.accuracy != nil } }

  private func identity(_ run: ReportedRun) -> [PageTable.Cell] {
    let head = RunHead(run)
    let threads = run.isForeign ? nil : run.report.options.threads
    // What all have in common stands above the table.
    func cell(_ fact: (ReportedRun) -> String?, _ value: Double? = nil) -> PageTable.Cell {
      Set(runs.map(fact)).count > 1 ? .init(fact(run) ?? "", value) : .init("")
    }
    let isDetailed = run.number <= ReportPage.maximumRuns
    return [
      .init(html: isDetailed ? "<a href=\"#run-\(run.number)\">\(run.label)</a>" : "\(run.label)"),
      .init(head.engine ?? ""), .init(run.report.model.conversion?.text ?? ""),
      cell({ $0.isForeign ? nil : "\($0.report.options.streams)" }, Double(run.report.options.streams)),
      cell({ $0.isForeign ? nil : "\($0.report.options.threads)" }, threads.map(Double.init)),
      cell(\.report.origin?.shortCommit?.printable),
      cell(\.note),
    ]
  }

  private func latencies(_ run: ReportedRun) -> [PageTable.Cell] {
    let unit = LatencyUnit(fitting: run.summary.map { [$0.p50] } ?? [])
    return [run.summary?.p50, run.summary?.p99].map { $0.map { .init(unit.text($0), $0) } ?? .init("") }
  }

  private func comparison(_ run: ReportedRun) -> [PageTable.Cell] {
    switch compared.standing(of: run) {
    case nil: [.init(""), .init(""), .init("")]
    case .reference: [.init("1", 1), .init(""), .init("reference")]
    case .compared(let found):
      [
        .init(Figures.significant(found.ratio), found.ratio), .init(found.wideRange ?? "", found.wideInterval?.first),
        .init(found.verdict.words),
      ]
    }
  }

  /// The change since the baseline, with its interval.
  private func change(_ run: ReportedRun) -> PageTable.Cell {
    guard let change = run.change else { return .init("") }
    guard let found = change.comparison else { return .init("has none") }
    return .init("\(found.change), \(found.verdict.words)", found.ratio)
  }

  private func counts(_ run: ReportedRun) -> [PageTable.Cell] {
    let top = run.report.accuracy?.top(1)
    let rate = run.report.accuracy?.imagesPerSecond
    return [
      countsImages ? .init("") : run.summary.map { .init(Figures.grouped($0.count), Double($0.count)) } ?? .init(""),
      top?.share.map { .init(Figures.percent($0), $0) } ?? .init(""),
      .init(
        top?.interval.map { $0.map { Figures.fixed($0 * 100, decimals: 1) }.joined(separator: " – ") } ?? "",
        top?.interval?.first),
      rate.map { .init(Figures.significant($0), $0) } ?? .init(""), .init(RunSection(run).words),
    ]
  }
}
