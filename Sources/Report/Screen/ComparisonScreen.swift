import AssayCore

/// What a person sees first of a comparison: the answer, one line a cell, and what changes the answer.
struct ComparisonScreen {
  private let report: ComparisonReport
  private let screen: Screen
  private let labels: [String]

  init(_ report: ComparisonReport, on screen: Screen) {
    self.report = report
    self.screen = screen
    labels = Self.labels(report)
  }

  func text() -> String {
    let warnings = warnings()
    let digest = WarningDigest(host: warnings.host, cells: warnings.cells)
    var lines = report.comparisons.flatMap { answer($0) }
    lines += table().lines(on: screen)
    lines += failures()
    lines += accuracyLines()
    lines += report.noteSentences().flatMap { screen.wrap($0) }
    lines += digest.lines.flatMap { text in screen.wrap("! \(text)").map { screen.paint($0, .yellow) } }
    lines += screen.wrap(ending(digest))
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: The answer

  private func answer(_ comparison: CellComparison) -> [String] {
    let text = comparison.sentence(cell: name(comparison.cell), reference: name(report.reference), of: report)
    let style: Screen.Style? =
      switch comparison.verdict {
      case .faster: .green
      case .slower: .red
      case .sameWithinNoise, .notEnoughData: .bold
      }
    let throughput = comparison.throughputSentence(cell: name(comparison.cell), reference: name(report.reference))
    return screen.wrap(text).map { screen.paint($0, style) } + (throughput.map { screen.wrap($0) } ?? [])
  }

  private func table() -> ScreenTable {
    let bar = RatioBar(report.comparisons)
    var table = ScreenTable([
      .init("CELL", rank: 0), .init("MEDIAN ms", right: true, rank: 0), .init("RATIO", right: true, rank: 1),
      .init("99 %", rank: 2), .init("SAMPLES/s", right: true, rank: 1), .init("COUNT", right: true, rank: 4),
      .init(bar.title, rank: 3),
    ])
    for (index, cell) in report.cells.enumerated() {
      let comparison = report.comparisons.first { $0.cell == index + 1 }
      let isReference = index + 1 == report.reference
      table.add([
        .init(labels[index]),
        cell.medianMilliseconds.map { .init(Figures.significant($0), .bold) }
          ?? .init(cell.report?.status.rawValue ?? "", .red),
        .init(isReference ? "1" : comparison.map { Figures.significant($0.ratio) } ?? ""),
        .init(
          comparison?.wideInterval.map { $0.map { Figures.significant($0) }.joined(separator: " – ") }
            ?? (isReference ? "reference" : "")),
        .init(cell.report.flatMap { $0.streams == nil ? nil : $0.rate.map { Figures.significant($0.samples) } } ?? ""),
        .init(cell.count > 0 ? "\(cell.count)" : ""),
        .init(isReference ? bar.reference : comparison.map(bar.drawing) ?? ""),
      ])
    }
    return table
  }

  // MARK: What changes the answer

  private func failures() -> [String] {
    report.cells.enumerated().flatMap { index, cell -> [String] in
      guard let found = cell.report, let error = found.error else { return [] }
      return screen.failure(of: name(index + 1), found.status, error)
    }
  }

  private func accuracyLines() -> [String] {
    (report.accuracyDifferences ?? []).filter(\.isMoreThanChance).flatMap { difference in
      screen.wrap(
        "\(name(difference.cell + 1)): top-\(difference.k) \(Figures.points(difference.difference)) points against "
          + "\(name(difference.reference + 1)) (\(Figures.pValue(difference.pValue)))")
    }
  }

  private func warnings() -> (host: [Warning], cells: [(name: String, warnings: [Warning])]) {
    let cells = report.cells.enumerated().map { index, cell in (name(index + 1), cell.report?.warnings ?? []) }
    return (report.interleaving == nil ? [] : report.host.warnings, cells)
  }

  private func ending(_ digest: WarningDigest) -> String {
    let runs = report.cells.compactMap { $0.report?.runID }
    let saved = runs.isEmpty || report.interleaving == nil ? "" : "Runs \(RunScreen.ranges(runs)). "
    return saved + digest.more(on: runs)
  }

  /// A cell in a sentence. Equal operands get their numbers.
  private func name(_ number: Int) -> String {
    let label = labels[number - 1]
    return labels.count { $0 == label } == 1 ? label : "\(label) (\(number))"
  }

  /// Operands by what tells them apart: of one model on two engines `litert` and `openvino`, of stored runs `run 12 (litert)`.
  private static func labels(_ report: ComparisonReport) -> [String] {
    let isLive = report.interleaving != nil
    let full = ComparisonTables.labels(report.cells, areLive: isLive)
    let parts = full.map { $0.split(separator: "@", maxSplits: 1).map(String.init) }
    let sides = report.cells.map(\.report)
    let haveOneModel = Set(sides.map { $0?.model.path }).count == 1 && sides.allSatisfy { $0 != nil }
    if isLive {
      let canShorten = haveOneModel && parts.allSatisfy { $0.count == 2 } && Set(full).count == full.count
      return canShorten ? parts.map { $0[1] } : full
    }
    let haveOneTarget = Set(sides.map { $0?.target }).count == 1
    let models = ModelNames(sides.compactMap { $0?.model })
    return zip(sides, full).map { side, full in
      guard let side, let run = side.runID else { return full }
      if haveOneModel { return haveOneTarget ? "run \(run)" : "run \(run) (\(side.target))".printable }
      return "run \(run) (\(models[side.model])@\(side.target))".printable
    }
  }
}
