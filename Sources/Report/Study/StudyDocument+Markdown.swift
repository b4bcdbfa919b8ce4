import AssayCore

extension StudyDocument {
  /// GitHub's Markdown.
  ///
  /// - Parameter pictures: the folder with a picture of each figure, as the reader of the file reaches it; `nil` for none.
  public func markdown(pictures: String?) -> String {
    var lines = ["# \(Markdown.text(title))", ""]
    if let about { lines += [Markdown.text(about), ""] }
    for section in sections {
      lines += ["## \(Markdown.text(section.title))", ""]
      if let text = section.text { lines += [Markdown.text(text), ""] }
      for part in section.parts {
        switch part {
        case .table(let table): lines += table.markdownLines() + [""]
        case .figure(let figure): lines += Self.lines(figure, pictures: pictures)
        case .missing: break
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func lines(_ figure: Figure, pictures: String?) -> [String] {
    guard let chart = figure.chart(.page) else { return [] }
    let picture = pictures.map { ["![Figure \(figure.number)](<\($0)/\(figure.id).svg>)", ""] } ?? []
    return picture + [
      "**Figure \(Markdown.text(figure.number)).** \(Markdown.text(chart.title)). \(Markdown.text(chart.caption))", "",
    ]
  }
}

extension StudyTable {
  /// Heading, table, footnotes and notes.
  func markdownLines() -> [String] {
    func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
    var lines = ["**Table \(Markdown.text(number)).** \(Markdown.text(caption))", ""]
    lines.append(row(columns.map { Markdown.text($0.fullTitle) }))
    lines.append("|" + columns.map { $0.isNumber ? " ---: |" : " --- |" }.joined())
    lines += rows.map { cells in
      row(
        cells.map { cell in
          let text = cell.isBest ? "**\(Markdown.text(cell.text))**" : Markdown.text(cell.text)
          return text + cell.footnotes.map { "<sup>\(Self.letter($0))</sup>" }.joined()
        })
    }
    if !footnotes.isEmpty || !notes.isEmpty { lines.append("") }
    lines += footnotes.enumerated().map { "<sup>\(Self.letter($0))</sup> \(Markdown.text($1))  " }
    lines += notes.map { "\(Markdown.text($0))  " }
    return lines
  }
}
