import AssayCore

extension StudyDocument {
  /// A page that loads nothing.
  ///
  /// - Parameter bundle: the JavaScript of Vega, Vega-Lite and Vega-Embed.
  public func html(bundle: String) -> String {
    let contents: [HTML] = sections.enumerated().map { index, section in
      "<li><a href=\"#section-\(index + 1)\">\(section.title)</a></li>"
    }
    let body: [HTML] = sections.enumerated().map { index, section in
      """
      <section id="section-\(index + 1)" class="chapter">
      <h2>\(section.title)</h2>
      \(section.text.map { "<p class=\"prose\">\($0)</p>" } ?? .empty)
      \(section.parts.map(Self.html))
      </section>
      """
    }
    return PageShell(
      title: title,
      body: """
        <header>
        \(PageHeader.bar)
        <h1>\(title)</h1>
        \(about.map { "<p class=\"verdict\">\($0)</p>" } ?? .empty)
        <nav><ol class="contents">\(contents)</ol></nav>
        </header>
        \(body)
        """
    ).html(bundle: bundle)
  }

  private static func html(_ part: Part) -> HTML {
    switch part {
    case .table(let table): return table.html
    case .figure(let figure):
      guard let chart = figure.chart(.page) else { return .empty }
      return PageCharts.grid([chart.numbered("Figure \(figure.number)")])
    case .missing: return .empty
    }
  }
}

extension Chart {
  /// The same under a title with its number.
  fileprivate func numbered(_ number: String) -> Chart {
    Chart(id, title: "\(number). \(title)", caption: caption, data: data, isWide: isWide, palette: palette, body: body)
  }
}

extension StudyTable {
  /// With its caption above and its footnotes below.
  fileprivate var html: HTML {
    let body: [HTML] = rows.map { cells in
      let cells: [HTML] = cells.enumerated().map { index, cell in
        let marks: HTML = HTML(
          verbatim: cell.footnotes.map { "<sup>\(Self.letter($0))</sup>" }.joined())
        let text: HTML = cell.isBest ? "<b>\(cell.text.clipped)</b>" : "\(cell.text.clipped)"
        if index == 0 { return "<th scope=\"row\">\(text)\(marks)</th>" }
        return "<td\(columns[index].isNumber ? HTML(verbatim: " class=\"number\"") : .empty)>\(text)\(marks)</td>"
      }
      return "<tr>\(cells)</tr>"
    }
    let remarks: [HTML] =
      footnotes.enumerated().map { "<p><sup>\(Self.letter($0))</sup> \($1)</p>" } + notes.map { "<p>\($0)</p>" }
    return """
      <div class="tabular" id="table-\(number)">
      <h3><span class="ordinal">Table \(number).</span> \(caption)</h3>
      <div class="table"><table aria-label="\(caption)" data-plain><thead>\(head)</thead><tbody>\(body)</tbody></table></div>
      \(remarks.isEmpty ? .empty : "<div class=\"remarks\">\(remarks)</div>")
      </div>
      """
  }

  /// One row of headings, or two where columns share some.
  private var head: HTML {
    func cell(_ column: Column, rows: Int) -> HTML {
      let style: HTML = column.isNumber ? " class=\"number\"" : .empty
      return "<th scope=\"col\" rowspan=\"\(rows)\"\(style)>\(column.title)</th>"
    }
    guard columns.contains(where: { $0.group != nil }) else { return "<tr>\(columns.map { cell($0, rows: 1) })</tr>" }
    var upper: [HTML] = []
    for span in spans {
      if let group = span.group {
        upper.append("<th scope=\"colgroup\" colspan=\"\(span.columns.count)\" class=\"group\">\(group)</th>")
      } else {
        upper += span.columns.map { cell($0, rows: 2) }
      }
    }
    return "<tr>\(upper)</tr><tr>\(columns.filter { $0.group != nil }.map { cell($0, rows: 1) })</tr>"
  }

  /// Neighbouring columns with the same shared heading.
  var spans: [(group: String?, columns: [Column])] {
    var spans: [(group: String?, columns: [Column])] = []
    for column in columns {
      if let last = spans.last, last.group == column.group {
        spans[spans.count - 1].columns.append(column)
      } else {
        spans.append((column.group, [column]))
      }
    }
    return spans
  }
}
