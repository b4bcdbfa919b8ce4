import AssayCore

/// Rows of text under aligned columns.
struct TextTable {
  enum Alignment { case left, right }

  struct Column {
    let title: String
    let alignment: Alignment
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ row: [String]) { rows.append(row.map(\.printable)) }

  /// Columns separated by two spaces, with a rule below the titles.
  func terminalLines() -> [String] {
    let widths = columns.indices.map { column in
      ([columns[column].title] + rows.map { $0[column] }).map(\.count).max() ?? 0
    }
    let header = line(columns.map(\.title), widths)
    let rule = String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1))
    return [header, rule] + rows.map { line($0, widths) }
  }

  /// A table of GitHub's Markdown.
  func markdownLines() -> [String] {
    func row(_ cells: [String]) -> String {
      "| " + cells.map(Markdown.text).joined(separator: " | ") + " |"
    }
    let rule = "|" + columns.map { $0.alignment == .left ? " --- |" : " ---: |" }.joined()
    return [row(columns.map(\.title)), rule] + rows.map(row)
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = cells.indices.map { column in
      let padding = String(repeating: " ", count: widths[column] - cells[column].count)
      return columns[column].alignment == .left ? cells[column] + padding : padding + cells[column]
    }
    var line = padded.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }
}
