public import AssayCore
import CSV

/// A comparison as text: a table, a sentence for each verdict, then failures, notes and warnings.
struct ComparisonTables {
  let report: ComparisonReport
  private let labels: [String]

  init(_ report: ComparisonReport) {
    self.report = report
    labels = Self.labels(report.cells, areLive: report.interleaving != nil)
  }

  func terminal() -> String {
    var lines = conditions() + table(withBars: true).terminalLines()
    if !sentences().isEmpty { lines += [""] + sentences() }
    for (title, notes) in notes() {
      lines += ["", title]
      for note in notes {
        lines += note.split(separator: "\n").enumerated().map { ($0.offset == 0 ? "  • " : "    ") + $0.element }
      }
    }
    return lines.joined(separator: "\n").printableLines + "\n"
  }

  func markdown() -> String {
    var lines = conditions().map(Markdown.text) + table(withBars: false).markdownLines() + [""]
    lines += (report.gateLines + sentences()).map(Markdown.item)
    for (title, notes) in notes() { lines += ["", "**\(title)**", ""] + notes.map(Markdown.item) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// How the accuracies of cells that classified images differ.
  private func accuracyNotes() -> [String] {
    (report.accuracyDifferences ?? []).map {
      $0.sentence(cell: name($0.cell + 1), reference: name($0.reference + 1))
    }
  }

  // MARK: The parts

  /// On one line, how live cells were measured.
  private func conditions() -> [String] {
    guard let turns = report.interleaving, turns.rounds > 0 else { return [] }
    var parts = [report.host.cpu ?? report.host.architecture, "\(report.host.cores) cores"]
    let threads = Set(report.cells.compactMap { $0.report?.options.threads })
    if threads.count == 1, let count = threads.first { parts.append("\(count) thread\(count == 1 ? "" : "s")") }
    parts.append("\(turns.rounds) rounds of blocks in random order")
    if let block = turns.blockMilliseconds { parts.append("blocks of \(Figures.short(block)) ms") }
    parts.append(Figures.duration(turns.seconds))
    return [parts.joined(separator: " · ").printable, ""]
  }

  private func table(withBars: Bool) -> TextTable {
    let bar = RatioBar(report.comparisons)
    var columns: [TextTable.Column] = [
      .init(title: "#", alignment: .right), .init(title: "Cell", alignment: .left),
      .init(title: "Median ms", alignment: .right), .init(title: "Count", alignment: .right),
      .init(title: "Ratio", alignment: .right), .init(title: "99 % interval", alignment: .left),
      .init(title: "Verdict", alignment: .left),
    ]
    if withBars { columns.append(.init(title: bar.title, alignment: .left)) }
    var table = TextTable(columns)
    for (index, cell) in report.cells.enumerated() {
      let comparison = report.comparisons.first { $0.cell == index + 1 }
      var row = [
        "\(index + 1)", labels[index],
        cell.medianMilliseconds.map(Figures.short) ?? cell.report?.status.rawValue ?? "",
        cell.count > 0 ? "\(cell.count)" : "",
      ]
      if index + 1 == report.reference {
        row += ["1", "", "reference"] + (withBars ? [bar.reference] : [])
      } else {
        row += [
          comparison.map { Figures.ratio($0.ratio) } ?? "", comparison?.wideInterval.map(Figures.ratioRange) ?? "",
          comparison?.verdict.words ?? "",
        ]
        if withBars { row.append(comparison.map(bar.drawing) ?? "") }
      }
      table.add(row)
    }
    return table
  }

  private func sentences() -> [String] {
    report.comparisons.flatMap { comparison in
      [latencySentence(comparison)]
        + [
          comparison.throughputSentence(cell: name(comparison.cell), reference: name(report.reference)).map { "\($0)." }
        ]
        .compactMap(\.self)
    }
  }

  private func latencySentence(_ comparison: CellComparison) -> String {
    let cell = name(comparison.cell)
    let reference = name(report.reference)
    let times = "\(Figures.ratio(comparison.ratio)) times as long as \(reference)"
    let interval = comparison.wideInterval.map { " (99 % interval \(Figures.ratioRange($0)))" } ?? ""
    switch comparison.verdict {
    case .faster: return "\(cell) is faster: it takes \(times)\(interval)."
    case .slower: return "\(cell) is slower: it takes \(times)\(interval)."
    case .sameWithinNoise: return "\(cell) is the same within the noise: it takes \(times)\(interval)."
    case .notEnoughData:
      return "\(cell) cannot be distinguished from \(reference): it takes \(times)\(interval); \(advice)."
    }
  }

  /// What to do if there is not enough data.
  var advice: String {
    switch report.interleaving?.ending {
    // How much runs differ does not depend on their length.
    case nil where report.comparisons.contains { $0.runSpread != nil }:
      "let both take turns (bench --live, or compare of cells)"
    case nil: "measure longer"
    case .precise:
      "measure more precisely, as with --until \(Figures.optionPercent((report.interleaving?.precision ?? 0) / 2))"
    case .timeIsUp, .interrupted, .failed: "measure longer, as with --max-time 300"
    }
  }

  /// A cell in a sentence. Equal operands get their numbers.
  func name(_ number: Int) -> String {
    let label = labels[number - 1]
    return labels.count { $0 == label } == 1 ? label : "\(label) (\(number))"
  }

  /// Operands as they are shown: models and record logs by the shortest paths that tell them apart; saved runs with what they ran.
  static func labels(_ cells: [ComparisonSide], areLive: Bool) -> [String] {
    let models = ModelNames(cells.map { $0.report?.model.path ?? $0.name })
    return cells.map { cell in
      guard let report = cell.report else { return models[cell.name] }
      guard !areLive, let run = report.runID else {
        // What the user wrote behind the model stays.
        let isLive = cell.name.hasPrefix(report.model.path + "@")
        return isLive
          ? models[report.model] + cell.name.dropFirst(report.model.path.count).printable : cell.name.printable
      }
      let who = cell.name == "\(run)" ? "run \(run)" : "\(cell.name.printable) (run \(run))"
      return "\(who), \(models[report.model])@\(report.target)"
    }
  }

  private func notes() -> [(title: String, notes: [String])] {
    let problems = report.cells.enumerated().compactMap { index, cell -> String? in
      guard let found = cell.report, let error = found.error else { return nil }
      let kept = found.recordLog.map { "\nIts records are kept: assay results export \($0.shellQuoted)" } ?? ""
      return "\(name(index + 1)): \(found.status.rawValue). \(error.fullDescription)\(kept)"
    }
    let warnings = report.cells.enumerated().flatMap { index, cell in
      (cell.report?.warnings ?? []).map { warning in
        "\(name(index + 1)): \(warning.finding)" + (warning.advice.map { "\n→ \($0)" } ?? "")
      }
    }
    let all = [
      ("Accuracy, image by image", accuracyNotes()), ("Not measured to the end", problems),
      ("Notes", report.notes.map { $0.sentence(in: report).printable } + spreads() + precisionNote()),
      ("Warnings", (report.interleaving == nil ? [] : report.host.warnings.map(\.text)) + warnings),
    ]
    return all.filter { !$0.1.isEmpty }.map { RunTables.excerpt($0.0, $0.1) }
  }

  private func spreads() -> [String] {
    let spreads = report.comparisons.compactMap(\.runSpread)
    return spreads.enumerated().filter { !spreads[..<$0.offset].contains($0.element) }.map(\.element.sentence)
  }

  private func precisionNote() -> [String] {
    guard let turns = report.interleaving, turns.ending == .timeIsUp else { return [] }
    return [
      "Time was up before every interval was narrower than \(Figures.optionPercent(turns.precision)); see --max-time."
    ]
  }
}

extension ComparisonReport: ReportDocuments {
  public func terminal(on screen: Screen) -> String {
    screen.isVerbose ? ComparisonTables(self).terminal() : ComparisonScreen(self, on: screen).text()
  }

  public func markdown() -> String { ComparisonTables(self).markdown() }

  /// One row per cell.
  public func csv() -> String {
    func figure(_ interval: [Double]?, _ index: Int) -> String? { RunDocuments.text(interval.map { $0[index] }) }
    let columns: [CSVText.Column<(number: Int, cell: ComparisonSide, found: CellComparison?)>] = [
      ("number", { "\($0.number)" }), ("name", { CSVText.name($0.cell.name) }),
      ("reference", { $0.number == self.reference ? "yes" : "no" }), ("status", { $0.cell.report?.status.rawValue }),
      ("error", { $0.cell.report?.error.map { CSVText.name($0.message) } }), ("count", { "\($0.cell.count)" }),
      ("p50_ms", { RunDocuments.text($0.cell.medianMilliseconds) }),
      ("ratio", { RunDocuments.text($0.found?.ratio) }),
      ("ratio_ci95_low", { figure($0.found?.interval, 0) }), ("ratio_ci95_high", { figure($0.found?.interval, 1) }),
      ("verdict", { $0.found?.verdict.rawValue }),
      ("throughput_ratio", { RunDocuments.text($0.found?.throughput?.ratio) }),
      ("throughput_ratio_ci95_low", { figure($0.found?.throughput?.interval, 0) }),
      ("throughput_ratio_ci95_high", { figure($0.found?.throughput?.interval, 1) }),
    ]
    let rows = cells.enumerated().map { index, cell in
      (number: index + 1, cell: cell, found: comparisons.first { $0.cell == index + 1 })
    }
    return CSVText.table(columns, of: rows)
  }
}

extension Verdict {
  var words: String {
    switch self {
    case .faster: "faster"
    case .slower: "slower"
    case .sameWithinNoise: "same within noise"
    case .notEnoughData: "not enough data"
    }
  }
}
