import AssayCore

/// A table that fits a screen: where it is too narrow, the least important columns go, then long names lose their middle.
struct ScreenTable {
  struct Column {
    let title: String
    let isRight: Bool
    /// The lowest stays longest; 0 always.
    let rank: Int

    init(_ title: String, right isRight: Bool = false, rank: Int) {
      self.title = title
      self.isRight = isRight
      self.rank = rank
    }
  }

  struct Cell: ExpressibleByStringLiteral {
    var text: String
    var style: Screen.Style?

    init(_ text: String, _ style: Screen.Style? = nil) {
      self.text = text.printable
      self.style = style
    }

    init(stringLiteral text: String) { self.init(text) }
  }

  private let columns: [Column]
  private var rows: [[Cell]] = []

  /// The narrowest that a shortened name becomes.
  private static let shortestName = 12

  init(_ columns: [Column]) { self.columns = columns }

  mutating func add(_ row: [Cell]) { rows.append(row) }

  /// The titles, then the rows, columns separated by two spaces.
  func lines(on screen: Screen) -> [String] {
    // What is empty in every row says nothing.
    var shown = columns.indices.filter { column in rows.contains { !$0[column].text.isEmpty } }
    var widths = columns.indices.map { column in
      ([columns[column].title] + rows.map { $0[column].text }).map(\.count).max() ?? 0
    }
    func excess() -> Int { shown.reduce(-2) { $0 + widths[$1] + 2 } - screen.columns }
    while excess() > 0, let last = shown.max(by: { columns[$0].rank <= columns[$1].rank }), columns[last].rank > 0 {
      shown.removeAll { $0 == last }
    }
    if excess() > 0, let widest = shown.filter({ !columns[$0].isRight }).max(by: { widths[$0] < widths[$1] }) {
      widths[widest] = max(widths[widest] - excess(), Self.shortestName)
    }
    let titles = shown.map { Cell(columns[$0].title, .faint) }
    return [line(titles, shown, widths, screen)]
      + rows.map { row in line(shown.map { row[$0] }, shown, widths, screen) }
  }

  private func line(_ cells: [Cell], _ shown: [Int], _ widths: [Int], _ screen: Screen) -> String {
    var line = zip(cells, shown).map { cell, column in
      let text = Screen.shorten(cell.text, to: widths[column])
      let space = String(repeating: " ", count: widths[column] - text.count)
      let painted = screen.paint(text, cell.style)
      return columns[column].isRight ? space + painted : painted + space
    }.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }
}
