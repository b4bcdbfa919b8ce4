import AssayCore

/// What a person sees first of a run: what was measured, one line a cell, and what changes the answer.
struct RunScreen {
  let report: RunReport
  let screen: Screen
  private let models: ModelNames
  /// The end of all names, which tells nothing: `.tflite`.
  private let suffix: String

  init(_ report: RunReport, on screen: Screen) {
    self.report = report
    self.screen = screen
    models = ModelNames(report.cells.map(\.model))
    let suffixes = Set(report.cells.map { Self.suffix(of: $0.model.path) })
    suffix = suffixes.count == 1 ? suffixes.first ?? "" : ""
  }

  func text() -> String {
    let digest = WarningDigest(
      host: report.host.warnings, cells: report.cells.map { (name($0), $0.warnings) })
    // Where nothing was measured, only the reasons matter.
    guard report.cells.contains(where: { $0.latency != nil || $0.accuracy != nil }) else {
      return (failures() + saved()).joined(separator: "\n") + "\n"
    }
    var lines = verdicts() + header(digest.lines.first)
    lines += table().lines(on: screen)
    lines += measuresStreams ? streamsLines() : []
    lines += answer() + failures() + findings()
    lines += report.executions(name: name).flatMap { screen.wrap($0) }
    if measuresAccuracy { lines += accuracyLines() }
    if runsScenario { lines += scenarioLines() }
    if runsLoad { lines += loadLines() }
    lines += digest.lines.dropFirst().flatMap { warning($0) }
    lines += ending(digest)
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Above the table

  /// Whether long runs held.
  private func verdicts() -> [String] {
    report.cells.flatMap { cell in
      guard let steadiness = cell.steadiness else { return [String]() }
      let prefix = report.cells.count > 1 ? "\(name(cell)): " : ""
      let style: Screen.Style =
        switch steadiness.hold {
        case .held: .green
        case .broken: .red
        case .tooShort: .yellow
        }
      return screen.wrap(prefix + SteadinessText.verdict(steadiness)).map { screen.paint($0, style) }
    }
  }

  /// What all cells have in common, with the first warning beside it or below.
  private func header(_ warning: String?) -> [String] {
    let text = facts().joined(separator: " · ").printable
    guard let warning else { return screen.wrap(text) }
    let room = screen.columns - text.count - warning.count - 2
    guard room >= 3 else { return screen.wrap(text) + self.warning(warning) }
    return [text + String(repeating: " ", count: room) + screen.paint("! \(warning)", .yellow)]
  }

  private func facts() -> [String] {
    var facts: [String] = []
    let cells = report.cells
    if !hasSeveralModels, let cell = cells.first { facts.append(models[cell.model]) }
    if let accuracy = cells.lazy.compactMap(\.accuracy).first {
      facts += dataFacts(accuracy)
    } else if let inputs = common(cells.map(\.spec.inputs)) {
      facts.append(["random", "given"].contains(inputs) ? "\(inputs) inputs" : "images of \(inputs.printable)")
    }
    if let batch = common(cells.map(\.options.batch)) ?? nil { facts.append("batch \(batch)") }
    if !measuresStreams, let parallel = common(cells.map { $0.options.parallelText(of: $0.spec.measure) }) {
      facts.append(parallel)
    }
    let host = cells.first?.host ?? report.host
    facts.append(host.shortName.printable)
    return facts
  }

  func warning(_ text: String) -> [String] {
    screen.wrap("! \(text)").map { screen.paint($0, .yellow) }
  }

  // MARK: The table

  var measuresAccuracy: Bool { report.cells.contains { $0.spec.measure.kind == .accuracy } }
  var hasSeveralModels: Bool { Set(report.cells.map(\.model.path)).count > 1 }
  private var hasConversions: Bool { report.cells.contains { $0.model.conversion != nil } }
  var hasSeveralThreads: Bool { Set(report.cells.map(\.options.threads)).count > 1 }
  var hasSeveralTargets: Bool { Set(report.cells.map(target)).count > 1 }

  /// The columns that tell cells apart.
  func identityColumns() -> [ScreenTable.Column] {
    var columns: [ScreenTable.Column] = []
    if hasSeveralModels { columns.append(.init("MODEL", rank: 0)) }
    columns.append(.init("TARGET", rank: hasSeveralModels && !hasSeveralTargets ? 8 : 0))
    if hasSeveralThreads { columns.append(.init("THREADS", right: true, rank: 1)) }
    if hasConversions { columns.append(.init("CONVERTED", rank: 0)) }
    return columns
  }

  func identity(_ cell: CellReport) -> [ScreenTable.Cell] {
    var cells: [ScreenTable.Cell] = []
    if hasSeveralModels { cells.append(.init(model(cell))) }
    cells.append(.init(target(cell)))
    if hasSeveralThreads { cells.append(.init("\(cell.options.threads)")) }
    if hasConversions { cells.append(.init(cell.model.conversion?.text ?? "")) }
    return cells
  }

  /// `openvino:gpu 2026.4.1`, the version without the number of its build.
  private func target(_ cell: CellReport) -> String {
    // Several models need the room.
    let version = hasSeveralModels ? nil : cell.engine.version?.prefix { $0 != "-" && $0 != "+" }
    return (cell.target.description + (version.map { " \($0)" } ?? "")).printable
  }

  func status(_ cell: CellReport) -> ScreenTable.Cell {
    .init(cell.status.rawValue, cell.status == .failed ? .red : .yellow)
  }

  private func table() -> ScreenTable {
    if measuresStreams { return streamsTable() }
    if runsScenario { return scenarioTable() }
    if runsLoad { return loadTable() }
    return measuresAccuracy ? accuracyTable() : latencyTable()
  }

  private func latencyTable() -> ScreenTable {
    let hasBatches = report.cells.contains { $0.rate.map { $0.samples != $0.inferences } ?? false }
    var table = ScreenTable(
      identityColumns() + [
        .init("MEDIAN ms", right: true, rank: 0), .init("± 95 %", right: true, rank: 4),
        .init("p90", right: true, rank: 5), .init("p99", right: true, rank: 3),
        .init("LOAD", right: true, rank: 6), .init(hasBatches ? "SAMPLES/s" : "INF/s", right: true, rank: 7),
        goalColumn, .init("", rank: 2), .init("DISTRIBUTION", rank: 9),
      ])
    let fastest = report.cells.count > 1 ? report.cells.compactMap(\.latency?.p50).min() : nil
    for cell in report.cells {
      let latency = cell.latency
      table.add(
        identity(cell) + [
          latency.map { .init(Figures.significant($0.p50), .bold) } ?? status(cell), .init(margin(of: latency)),
          .init(latency?.p90.map { Figures.significant($0) } ?? ""),
          .init(latency?.p99.map { Figures.significant($0) } ?? ""),
          .init(cell.loadMilliseconds.map(Figures.roughTime) ?? ""),
          .init(cell.rate.map { Figures.significant($0.samples) } ?? ""), goal(cell),
          standing(of: cell, against: fastest),
          .init(latency.map { Figures.blocks($0.histogram.counts) } ?? ""),
        ])
    }
    return table
  }

  private func margin(of latency: LatencySummary?) -> String {
    guard let latency, let interval = latency.medianInterval else { return "" }
    return Figures.margin(interval, of: latency.p50)
  }

  private func standing(of cell: CellReport, against fastest: Double?) -> ScreenTable.Cell {
    guard let median = cell.latency?.p50, let fastest, fastest > 0 else { return "" }
    return median == fastest
      ? .init("fastest", .green) : .init("\(Figures.significant(median / fastest)) × slower")
  }

  /// Empty, and so left out, where there are no goals.
  var goalColumn: ScreenTable.Column { .init("GOAL", rank: 0) }

  func goal(_ cell: CellReport) -> ScreenTable.Cell {
    .init(GoalText.column(cell), cell.meetsGoals ? .green : .yellow)
  }

  // MARK: Below the table

  /// Which cell to take, where that was asked: within the goals, or of several numbers of threads.
  private func answer() -> [String] {
    if report.frontiers != nil { return [] }
    if let sentence = GoalText.sentence(report, name: fullName) {
      return screen.wrap(sentence).map { screen.paint($0, report.missesGoals ? .red : .green) }
    }
    guard hasSeveralThreads, !measuresAccuracy else { return [] }
    var seen: Set<String> = []
    let paths = report.cells.map(\.model.path).filter { seen.insert($0).inserted }
    let fastest = paths.compactMap { path in
      report.cells.filter { $0.model.path == path && $0.latency != nil }
        .min { ($0.latency?.p50 ?? 0) < ($1.latency?.p50 ?? 0) }
    }
    return fastest.isEmpty ? [] : screen.wrap("Fastest: \(fastest.map(fullName).joined(separator: "; ")).")
  }

  /// Why cells have no figures, cells with the same advice together.
  private func failures() -> [String] {
    var groups: [(cells: [CellReport], error: AssayError)] = []
    for cell in report.cells {
      guard let error = cell.error else { continue }
      let known = groups.firstIndex { group in
        cell.status == .unsupported && group.cells[0].status == .unsupported && group.error.advice == error.advice
      }
      if let known { groups[known].cells.append(cell) } else { groups.append(([cell], error)) }
    }
    return groups.flatMap { group in
      let (cell, others) = (group.cells[0], group.cells.count - 1)
      let who = name(cell) + (others > 0 ? " and \(others) more" : "")
      return screen.failure(of: who, cell.status, group.error)
    }
  }

  /// How steady long runs were.
  private func findings() -> [String] {
    report.cells.flatMap { cell in
      let prefix = report.cells.count > 1 ? "\(name(cell)): " : ""
      let found = Excerpt(first: cell.steadiness.map(SteadinessText.details) ?? [], limit: 50)
      return (found.shown + [found.rest].compactMap(\.self)).flatMap { screen.wrap(prefix + $0) }
    }
  }

  private func saved() -> [String] {
    let runs = report.cells.compactMap(\.runID)
    return runs.isEmpty ? [] : ["Run\(runs.count == 1 ? "" : "s") \(Self.ranges(runs))."]
  }

  /// Where the runs are, and what else there is to see.
  private func ending(_ digest: WarningDigest) -> [String] {
    let runs = report.cells.compactMap(\.runID)
    let parts = (runs.isEmpty ? ["Not saved."] : saved()) + (digest.isNoisy ? ["Noisy: trust medians only."] : [])
    let more = digest.more(on: runs)
    let (first, all) = (parts.joined(separator: " "), (parts + [more]).joined(separator: " "))
    return all.count <= screen.columns ? [all] : screen.wrap(first) + screen.wrap(more)
  }

  /// Ids with runs of consecutive ones drawn together: `14, 15`, `3 – 9`.
  static func ranges(_ ids: [Int64]) -> String {
    var groups: [[Int64]] = []
    for id in ids {
      if let last = groups.last?.last, id == last + 1 {
        groups[groups.count - 1].append(id)
      } else {
        groups.append([id])
      }
    }
    return groups.map { group in
      group.count > 2 ? "\(group[0]) – \(group[group.count - 1])" : group.map(String.init).joined(separator: ", ")
    }.joined(separator: ", ")
  }

  /// A cell in a sentence, by what tells it from the others.
  func name(_ cell: CellReport) -> String {
    guard report.cells.count > 1 else { return model(cell) }
    let model = hasSeveralModels ? model(cell) : nil
    let target = hasSeveralTargets || !hasSeveralModels ? cell.target.description.printable : nil
    return [model, target].compactMap(\.self).joined(separator: " on ") + threads(of: cell)
  }

  /// A cell in an answer, which stands alone: with its target, whatever the others are.
  private func fullName(_ cell: CellReport) -> String {
    "\(hasSeveralModels ? "\(model(cell)) on " : "")\(cell.target)".printable + threads(of: cell)
  }

  private func threads(of cell: CellReport) -> String {
    if measuresStreams { return " with \(cell.options.streamsText)" }
    return hasSeveralThreads ? " with \(Figures.threads(cell.options.threads))" : ""
  }

  private static func suffix(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return name.lastIndex(of: ".").map { String(name[$0...]) } ?? ""
  }

  func model(_ cell: CellReport) -> String {
    let name = models[cell.model]
    return hasSeveralModels && name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : name
  }

  /// What all values are; `nil` where they differ.
  func common<Value: Hashable>(_ values: [Value]) -> Value? {
    Set(values).count == 1 ? values[0] : nil
  }
}
