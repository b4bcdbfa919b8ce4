import AssayCore

/// Cells that classified images.
extension RunScreen {
  /// `500 images of 500 classes`, how they were prepared, and how labels count.
  func dataFacts(_ accuracy: AccuracyReport) -> [String] {
    let reports = report.cells.compactMap(\.accuracy)
    var facts = ["\(accuracy.preparedCount) images"]
    if case .folders(let folders) = accuracy.dataset.labels { facts[0] += " of \(folders.classes) classes" }
    if let prepared = common(reports.map { Self.geometry($0.preprocessing) }), !prepared.isEmpty {
      facts.append(prepared)
    }
    if let offset = common(reports.map(\.labelOffset)), offset != 0 {
      facts.append("labels \(offset > 0 ? "+" : "−") \(abs(offset))" + (offset == 1 ? " (background)" : ""))
    }
    return facts
  }

  /// The first two steps of a preprocessing, which change the geometry: `shorter side to 256, centre crop 224`.
  private static func geometry(_ preprocessing: String) -> String {
    let steps = preprocessing.drop { $0 != ":" }.dropFirst(2)
    return steps.split(separator: ",").prefix(2).joined(separator: ",")
  }

  func accuracyTable() -> ScreenTable {
    let ranks = report.cells.lazy.compactMap { $0.accuracy?.top.map(\.k) }.first { !$0.isEmpty } ?? [1]
    let shares = ranks.enumerated().map { index, k in
      ScreenTable.Column("TOP-\(k)\(index == 0 ? " (95 %)" : "")", right: index > 0, rank: index == 0 ? 0 : 2)
    }
    var table = ScreenTable(
      identityColumns() + shares + [
        .init("MEDIAN ms", right: true, rank: limitsP99 ? 3 : 1), .init("p90", right: true, rank: 6),
        .init("p99", right: true, rank: limitsP99 ? 1 : 5), .init("IMAGES/s", right: true, rank: 3),
        goalColumn, .init("DISTRIBUTION", rank: 9),
      ])
    for cell in report.cells {
      let latency = cell.latency
      table.add(
        identity(cell) + ranks.enumerated().map { index, k in share(cell, k, isFirst: index == 0) } + [
          .init(latency.map { Figures.significant($0.p50) } ?? ""),
          .init(latency?.p90.map { Figures.significant($0) } ?? ""),
          .init(latency?.p99.map { Figures.significant($0) } ?? ""),
          .init(cell.accuracy?.imagesPerSecond.map { Figures.significant($0) } ?? ""), goal(cell),
          .init(latency.map { Figures.blocks($0.histogram.counts) } ?? ""),
        ])
    }
    return table
  }

  private var limitsP99: Bool {
    (report.goals ?? []).contains { if case .maximumLatency(.p99, _) = $0 { true } else { false } }
  }

  /// `44.4 % (40 – 49)`
  private func share(_ cell: CellReport, _ k: Int, isFirst: Bool) -> ScreenTable.Cell {
    guard let top = cell.accuracy?.top(k), let share = top.share else { return isFirst ? status(cell) : "" }
    guard isFirst else { return .init(Figures.percent(share)) }
    let interval = top.interval.map { " (\($0.map { Figures.fixed($0 * 100, decimals: 0) }.joined(separator: " – ")))" }
    return .init(Figures.percent(share) + (interval ?? ""), .bold)
  }

  /// What is probably misread, unreadable images, and which differences are more than chance.
  func accuracyLines() -> [String] {
    let measured = report.cells.compactMap { cell in cell.accuracy.map { (cell: cell, accuracy: $0) } }
    let misread = measured.flatMap { item in
      item.accuracy.otherReadings.flatMap { other in
        warning(
          "probably misread: with \(other.reading), \(other.otherCorrect) of the first \(other.images) images are right, "
            + "not \(other.correct) (\(name(item.cell))); if so, \(other.advice)")
      }
    }
    let unreadable = measured.map(\.accuracy).max { $0.unreadableCount < $1.unreadableCount }
    let skipped = unreadable.map { accuracy in
      guard let first = accuracy.unreadable.first else { return [String]() }
      let count = accuracy.unreadableCount
      return warning(
        "\(count) image\(count == 1 ? "" : "s") could not be read, as \(first.path.printable): \(first.reason.printable)"
      )
    }
    return misread + (skipped ?? []) + differences() + agreement()
  }

  private func agreement() -> [String] {
    guard let agreement = report.agreement else { return [] }
    let names = agreement.cells.map { name(report.cells[$0]) }
    return [""] + AgreementTable(agreement: agreement, names: names).terminalLines(on: screen)
  }

  private static let differenceLimit = 3

  private func differences() -> [String] {
    let all = (report.accuracyDifferences ?? []).filter { $0.k == report.accuracyDifferences?.first?.k }
    let real = all.filter(\.isMoreThanChance)
    let shown = real.prefix(Self.differenceLimit).map { difference in
      "\(name(report.cells[difference.cell])): top-\(difference.k) \(Figures.points(difference.difference)) points against "
        + "\(name(report.cells[difference.reference])) (\(Figures.pValue(difference.pValue)))"
    }
    let hidden = real.count - shown.count
    let more = hidden > 0 ? ["\(hidden) more difference\(hidden == 1 ? " is" : "s are") more than chance: -v"] : []
    let rest = all.count - real.count
    let none =
      rest == 0
      ? []
      : [
        real.isEmpty
          ? "No difference in accuracy is more than chance." : "No other difference in accuracy is more than chance."
      ]
    return (shown + more + none).flatMap { screen.wrap($0) }
  }
}
