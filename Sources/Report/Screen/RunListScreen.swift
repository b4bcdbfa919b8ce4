import AssayCore

/// Saved runs for a person: a line a run, with the columns that tell the runs apart.
struct RunListScreen {
  private let runs: [RunSummary]
  private let models: ModelNames
  private let isOfOneYear: Bool

  init(_ runs: [RunSummary]) {
    self.runs = runs
    models = ModelNames(runs.map(\.path))
    isOfOneYear = Set(runs.map { $0.created.prefix(4) }).count == 1
  }

  /// A column with its texts. Empty ones are left out by the table, and so are those that are the same in every row.
  private typealias Column = (column: ScreenTable.Column, isAlwaysShown: Bool, cell: (RunSummary) -> ScreenTable.Cell)

  func lines(on screen: Screen) -> [String] {
    let shown = columns.filter { column in
      column.isAlwaysShown || runs.count == 1 || Set(runs.map { column.cell($0).text }).count > 1
    }
    var table = ScreenTable(shown.map(\.column))
    for run in runs { table.add(shown.map { $0.cell(run) }) }
    return table.lines(on: screen)
  }

  private var columns: [Column] {
    [
      (.init("RUN", right: true, rank: 0), true, { .init("\($0.id)") }),
      (.init("WHEN (UTC)", rank: 4), true, { .init(when($0)) }),
      (.init("KIND", rank: 6), false, { .init($0.kind.rawValue) }),
      (.init("MODEL", rank: 0), true, { .init(models[$0.path]) }),
      (.init("TARGET", rank: 1), true, { .init(Target(engine: $0.engine, device: $0.device).description.printable) }),
      (.init("VERSION", rank: 8), false, { .init($0.version?.printable ?? "") }),
      (.init("THREADS", right: true, rank: 3), false, { .init("\($0.threads)") }),
      (.init("BATCH", right: true, rank: 3), false, { .init($0.batch.map { "\($0)" } ?? "") }),
      (.init("MEDIAN ms", right: true, rank: 0), true, Self.median),
      (.init("± 95 %", right: true, rank: 9), true, { .init(Self.margin($0)) }),
      (.init("p99", right: true, rank: 7), true, { .init($0.p99.map { Figures.significant($0) } ?? "") }),
      (.init("TOP-1", right: true, rank: 2), true, { .init($0.top1.map(Figures.percent) ?? "") }),
      (.init("HOST", rank: 5), false, { .init($0.host.printable) }),
      (.init("TAGS", rank: 2), true, { .init($0.tags.joined(separator: ", ")) }),
      (.init("COMMIT", rank: 3), false, { .init($0.commit ?? "") }),
      (.init("NOTE", rank: 3), false, { .init($0.note?.printable ?? "") }),
    ]
  }

  /// Without a year that all runs share, there is room for another column.
  private func when(_ run: RunSummary) -> String {
    let minute = RunList.minute(run.created)
    return isOfOneYear && runs.count > 1 ? String(minute.dropFirst(5)) : minute
  }

  private static func median(_ run: RunSummary) -> ScreenTable.Cell {
    switch run.status {
    case .ok: .init(run.median.map { Figures.significant($0) } ?? "", .bold)
    case .failed: .init(run.status.rawValue, .red)
    case .unsupported, .interrupted: .init(run.status.rawValue, .yellow)
    }
  }

  private static func margin(_ run: RunSummary) -> String {
    guard let low = run.medianLow, let high = run.medianHigh, let median = run.median else { return "" }
    return Figures.margin([low, high], of: median)
  }
}
