public import AssayCore

/// A run as text: a table of its cells, then failures, findings and warnings.
public struct RunTables {
  let report: RunReport
  let models: ModelNames

  public init(_ report: RunReport) {
    self.report = report
    models = ModelNames(report.cells.map(\.model))
  }

  public func terminal() -> String {
    var lines = [conditions(), ""] + table().terminalLines()
    for (title, notes) in notes() {
      lines += ["", title] + notes.flatMap { indent($0) }
    }
    if let agreement { lines += ["", AgreementTable.title] + agreement.lines() }
    let saved = report.cells.compactMap { $0.runID.map(String.init) }
    if !saved.isEmpty { lines += ["", "Saved as run \(saved.joined(separator: ", "))"] }
    return lines.joined(separator: "\n").printableLines + "\n"
  }

  public func markdown() -> String {
    var lines = [Markdown.text(conditions()), ""] + table().markdownLines()
    for (title, notes) in notes() { lines += ["", "**\(title)**", ""] + notes.map(Markdown.item) }
    if let agreement { lines += [""] + agreement.markdownLines() }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: The parts

  private var agreement: AgreementTable? {
    report.agreement.map { found in AgreementTable(agreement: found, names: found.cells.map { name(report.cells[$0]) })
    }
  }

  /// What all cells have in common, on one line.
  private func conditions() -> String {
    let host = report.host
    var parts = [host.cpu ?? host.architecture, "\(host.cores) cores"]
    if let spec = report.cells.first?.spec {
      let options = spec.options
      if !hasSeveralThreads, !measuresStreams { parts.append(options.parallelText(of: spec.measure)) }
      if let batch = options.batch { parts.append("batch \(batch)") }
      parts.append(spec.measure.images.map { "images of \($0.source.folder)" } ?? "random inputs, seed \(options.seed)")
    }
    if let timing = report.cells.lazy.compactMap(\.accuracy?.timing).first {
      parts.append("\(timing.rawValue) timing")
    }
    return parts.joined(separator: " · ").printable
  }

  private var hasConversions: Bool { report.cells.contains { $0.model.conversion != nil } }
  private var hasSeveralThreads: Bool { Set(report.cells.map(\.options.threads)).count > 1 }

  /// The columns that tell cells apart.
  func identityColumns() -> [TextTable.Column] {
    let threads: [TextTable.Column] = hasSeveralThreads ? [.init(title: "Threads", alignment: .right)] : []
    let conversions: [TextTable.Column] = hasConversions ? [.init(title: "Converted", alignment: .left)] : []
    return [.init(title: "Model", alignment: .left), .init(title: "Target", alignment: .left)] + threads + conversions
  }

  /// None without goals.
  func goalColumns() -> [TextTable.Column] {
    report.goals == nil ? [] : [.init(title: "Goal", alignment: .left)]
  }

  func goal(_ cell: CellReport) -> [String] { report.goals == nil ? [] : [GoalText.column(cell)] }

  private var measuresAccuracy: Bool { report.cells.contains { $0.spec.measure.kind == .accuracy } }

  var measuresStreams: Bool { report.cells.contains { $0.spec.measure.kind == .streams } }

  private func table() -> TextTable {
    if measuresStreams { return streamsTable() }
    return measuresAccuracy ? accuracyTable() : latencyTable()
  }

  private func latencyTable() -> TextTable {
    // An inference is a sample, unless inputs are batches.
    let hasBatches = report.cells.contains { $0.rate.map { $0.samples != $0.inferences } ?? false }
    let samples: [TextTable.Column] = hasBatches ? [.init(title: "Samples/s", alignment: .right)] : []
    var table = TextTable(
      identityColumns() + [
        .init(title: "Median ms", alignment: .right), .init(title: "95 % interval", alignment: .left),
        .init(title: "p90", alignment: .right), .init(title: "p99", alignment: .right),
        .init(title: "First ms", alignment: .right), .init(title: "Load ms", alignment: .right),
        .init(title: "Inf/s", alignment: .right),
      ] + samples + [.init(title: "Count", alignment: .right)] + goalColumns() + [
        .init(title: "Distribution", alignment: .left)
      ])
    for cell in report.cells {
      let latency = cell.latency
      let interval = latency?.medianInterval.map { "\(Figures.short($0[0])) – \(Figures.short($0[1]))" }
      var row = identity(cell)
      row += [figure(latency?.p50, of: cell), interval ?? "", figure(latency?.p90), figure(latency?.p99)]
      row += [figure(cell.firstInferenceMilliseconds), figure(cell.loadMilliseconds), figure(cell.rate?.inferences)]
      if hasBatches { row.append(figure(cell.rate?.samples)) }
      row += [latency.map { String($0.count) } ?? ""] + goal(cell)
      row.append(latency.map { Figures.blocks($0.histogram.counts) } ?? "")
      table.add(row)
    }
    return table
  }

  func identity(_ cell: CellReport) -> [String] {
    [models[cell.model], cell.target.description + (cell.engine.version.map { " \($0)" } ?? "")]
      + (hasSeveralThreads ? ["\(cell.options.threads)"] : [])
      + (hasConversions ? [cell.model.conversion?.text ?? ""] : [])
  }

  /// The main figure of a cell, or why there is none.
  func figure(_ value: Double?, of cell: CellReport) -> String {
    value.map(Figures.short) ?? cell.status.rawValue
  }

  func figure(_ value: Double?) -> String { value.map(Figures.short) ?? "" }

  private func notes() -> [(title: String, notes: [String])] {
    let cells = report.cells
    let problems = cells.compactMap { cell in
      cell.error.map { error in
        let kept = cell.recordLog.map { "\nIts records are kept: assay results export \($0.shellQuoted)" } ?? ""
        return "\(name(cell)): \(cell.status.rawValue). \(error.fullDescription)\(kept)"
      }
    }
    let all =
      [("Not measured", problems), ("Streams", streamNotes()), ("Goals", goalSentence()), ("Findings", findings())]
      + accuracyNotes() + [
        ("Scenario", scenarios()), ("Load", loads()),
        ("What engines made of the models", report.executions(name: name)),
        ("Left out", tooFew()), ("Warnings", report.host.warnings.map(\.text) + warnings()),
      ]
    return all.filter { !$0.1.isEmpty }.map { Self.excerpt($0.0, $0.1) }
  }

  static func excerpt(_ title: String, _ notes: [String]) -> (title: String, notes: [String]) {
    let excerpt = Excerpt(first: notes, limit: 200)
    return (title + excerpt.note, excerpt.shown)
  }

  private func goalSentence() -> [String] {
    [GoalText.sentence(report, name: name)].compactMap(\.self)
  }

  /// How steady long runs were.
  private func findings() -> [String] {
    report.cells.flatMap { cell in
      let prefix = report.cells.count > 1 ? "\(name(cell)): " : ""
      return cell.steadiness.map(SteadinessText.lines)?.map { prefix + $0 } ?? []
    }
  }

  /// The rules of each cell, and what it gave.
  private func scenarios() -> [String] {
    report.cells.compactMap { cell in
      guard let measure = cell.spec.measure.scenario else { return nil }
      return ([ScenarioText.conditions(measure)] + (ScenarioText(cell)?.sentences ?? [])).joined(separator: "\n")
    }
  }

  /// How queries arrived, and what each cell made of them.
  private func loads() -> [String] {
    report.cells.compactMap { cell in
      guard case .load(let measure) = cell.spec.measure else { return nil }
      return ([LoadText.conditions(measure)] + (LoadText(cell)?.sentences ?? [])).joined(separator: "\n")
    }
  }

  /// Which percentiles are left out, and of which cells.
  private func tooFew() -> [String] {
    let measured = report.cells.compactMap { cell in cell.latency.map { (cell, $0.tooFewFor) } }
    let needs = Set(measured.flatMap { $0.1.map { Need(percentile: $0.key, count: $0.value) } })
    return needs.sorted { $0.count < $1.count }.map { need in
      let short = measured.filter { $0.1[need.percentile] != nil }
      let cells =
        switch short.count {
        case measured.count: ""
        case ...2: ": \(short.map { name($0.0) }.joined(separator: ", "))"
        default: ": \(short.count) of \(measured.count) cells have fewer"
        }
      return "\(need.percentile.replacing("_", with: ".")) needs \(need.count) inferences\(cells)"
    }
  }

  private struct Need: Hashable {
    let percentile: String
    let count: Int
  }

  /// The warnings of cells, followed by their common advice.
  private func warnings() -> [String] {
    let all = report.cells.flatMap { cell in cell.warnings.map { (cell: cell, warning: $0) } }
    return unique(all.map { $0.warning.advice ?? "" }).map { advice in
      let excerpt = Excerpt(first: all.filter { ($0.warning.advice ?? "") == advice }, limit: 100)
      let findings = excerpt.shown.map { "\(name($0.cell)): \($0.warning.finding)" } + [excerpt.rest].compactMap(\.self)
      return (findings + (advice.isEmpty ? [] : ["→ \(advice)"])).joined(separator: "\n")
    }
  }

  func name(_ cell: CellReport) -> String {
    "\(models[cell.model]) on \(cell.target)"
      + (measuresStreams
        ? " with \(cell.options.streamsText)"
        : hasSeveralThreads ? " with \(Figures.threads(cell.options.threads))" : "")
  }

  func unique(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }

  private func indent(_ note: String) -> [String] {
    note.split(separator: "\n").enumerated().map { ($0.offset == 0 ? "  • " : "    ") + $0.element }
  }
}
