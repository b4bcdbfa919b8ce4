import AssayCore

/// How often cells put the same class first: a row a cell, a numbered column for each.
struct AgreementTable {
  let agreement: AgreementReport
  /// Of the cells, in the order of the table.
  let names: [String]

  static let title = "Same first class, in % of the images"

  func terminalLines(on screen: Screen) -> [String] {
    var table = ScreenTable(
      [.init("#", right: true, rank: 0), .init("CELL", rank: 0)]
        + names.indices.map { .init("\($0 + 1)", right: true, rank: $0 + 1) })
    for row in rows { table.add(row.map { ScreenTable.Cell($0) }) }
    return [Self.title] + table.lines(on: screen)
  }

  /// Full width, in plain text.
  func lines() -> [String] { textTable.terminalLines() }

  func markdownLines() -> [String] { ["**\(Self.title)**", ""] + textTable.markdownLines() }

  private var textTable: TextTable {
    var table = TextTable(
      [.init(title: "#", alignment: .right), .init(title: "Cell", alignment: .left)]
        + names.indices.map { .init(title: "\($0 + 1)", alignment: .right) })
    for row in rows { table.add(row) }
    return table
  }

  private var rows: [[String]] {
    names.indices.map { row in ["\(row + 1)", names[row]] + names.indices.map { share(row: row, column: $0) } }
  }

  private func share(row: Int, column: Int) -> String {
    if row == column { return "·" }
    return agreement.share(row: row, column: column).map { Figures.fixed($0 * 100, decimals: 1) } ?? "–"
  }
}
