public import AssayCore

/// The history of cells on a terminal: a line of blocks, the newest runs, and where the level changed.
public struct TrendText {
  private let report: TrendReport
  private let width: Int

  /// Runs that are listed one by one.
  private static let listed = 20

  public init(_ report: TrendReport, width: Int) {
    self.report = report
    self.width = width
  }

  public func text() -> String { report.cells.map(section).joined(separator: "\n") }

  private func section(_ cell: CellTrend) -> String {
    let values = cell.runs.map(\.value)
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let blocks = Figures.sparkline(values.suffix(max(width - 2, 20)).map { $0 })
    let range = low == high ? number(low) : "\(number(low)) – \(number(high))"
    let first = cell.runs.first.map { RunList.minute($0.created) } ?? ""
    let last = cell.runs.last.map { RunList.minute($0.created) } ?? ""
    var lines = [
      "\(report.title(of: cell)) · \(report.metric.rawValue)", "  \(blocks)",
      "  \(range)\(report.unit.map { " \($0)" } ?? "") in \(cell.runs.count) run\(cell.runs.count == 1 ? "" : "s")"
        + (first == last ? ", \(first) UTC" : ", \(first) to \(last) UTC"),
    ]
    lines += table(cell).terminalLines().map { "  \($0)" }
    if cell.runs.count > Self.listed {
      lines.append("  The newest \(Self.listed) of \(cell.runs.count); --json has all.")
    }
    return (lines + cell.sentences(about: report.metric).map { "  \($0)" }).joined(separator: "\n") + "\n"
  }

  private func table(_ cell: CellTrend) -> TextTable {
    let notes = cell.runs.contains { $0.note != nil }
    let commits = cell.runs.contains { $0.commit != nil }
    var columns: [TextTable.Column] = [
      .init(title: "Run", alignment: .right), .init(title: "When (UTC)", alignment: .left),
      .init(title: report.metric.rawValue + (report.unit.map { " \($0)" } ?? ""), alignment: .right),
    ]
    if commits { columns.append(.init(title: "Commit", alignment: .left)) }
    if notes { columns.append(.init(title: "Note", alignment: .left)) }
    var table = TextTable(columns)
    for run in cell.runs.suffix(Self.listed) {
      let origin = [commits ? run.commit ?? "" : nil, notes ? run.note?.printable ?? "" : nil].compactMap(\.self)
      table.add([String(run.run), RunList.minute(run.created), number(run.value)] + origin)
    }
    return table
  }

  private func number(_ value: Double) -> String { report.metric.text(value) }
}

extension RunMetric {
  /// A value without its unit: `1.234`, `70.2 %`.
  func text(_ value: Double) -> String { self == .top1 ? Figures.percent(value) : Figures.short(value) }
}

extension TrendReport {
  /// `net.tflite on litert · 2 threads · AMD EPYC`, with the start of its identity where another cell has the same title.
  func title(of cell: CellTrend) -> String {
    let isUnique = cells.count { $0.title == cell.title } == 1
    return isUnique ? cell.title : "\(cell.title) · cell \(cell.cellID.prefix(8))"
  }
}

extension CellTrend {
  fileprivate var title: String {
    let batch = batch.map { ["batch \($0)"] } ?? []
    let kind = kind == .bench ? [] : [kind.rawValue]
    return (["\(model.printable) on \(target)"] + kind + [Figures.threads(threads)] + batch + [host.printable]).joined(
      separator: " · ")
  }

  /// What changed and when, or why nothing can be said.
  func sentences(about metric: RunMetric) -> [String] {
    guard let changes else {
      return [
        "Too few runs to tell a change from noise: \(runs.count) of \(neededRuns). Only runs of the same cell on the same machine count."
      ]
    }
    if changes.isEmpty { return ["No lasting change of \(metric.rawValue) in \(runs.count) runs."] }
    return changes.map { change in
      let word = change.change > 0 ? "rose" : "fell"
      let range = change.interval.map { Figures.roundPercent($0) }
      let ends = change.change > 0 ? range : range.reversed()
      return
        "\(metric.rawValue) \(word) by \(Figures.roundPercent(change.change)) (95 %: \(ends.joined(separator: " – "))) between \(change.before.name) and \(change.after.name)."
    }
  }
}

extension TrendPoint {
  /// `run 31 (7b499800)`
  fileprivate var name: String { "run \(run)" + (commit.map { " (\($0))" } ?? "") }
}
