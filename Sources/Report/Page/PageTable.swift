import AssayCore

/// A table of a page. The script of the page lets a reader sort it and, if it is long, filter it.
struct PageTable {
  struct Column {
    let title: String
    /// Right-aligned, and sorted by value.
    let isNumber: Bool
    /// Of intervals, which stay on one line.
    let isRange: Bool

    init(_ title: String, isNumber: Bool = false, isRange: Bool = false) {
      self.title = title
      self.isNumber = isNumber
      self.isRange = isRange
    }
  }

  struct Cell {
    let html: HTML
    /// What the column is sorted by, if not by its text.
    let value: Double?

    init(_ text: String, _ value: Double? = nil) { self.init(html: "\(text.clipped)", value) }

    init(html: HTML, _ value: Double? = nil) {
      self.html = html
      self.value = value
    }

    fileprivate var isEmpty: Bool { html == .empty }
  }

  private let title: String
  private let columns: [Column]
  /// Whether the first cell of a row names it.
  private let hasRowHeads: Bool
  private var rows: [[Cell]] = []

  init(_ title: String, _ columns: [Column], hasRowHeads: Bool = false) {
    self.title = title
    self.columns = columns
    self.hasRowHeads = hasRowHeads
  }

  mutating func add(_ row: [Cell]) { rows.append(row) }

  /// The table alone, without columns that are empty in every row.
  var html: HTML {
    guard !rows.isEmpty else { return .empty }
    let shown = columns.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    func style(_ column: Int) -> HTML {
      columns[column].isNumber ? " class=\"number\"" : columns[column].isRange ? " class=\"range\"" : .empty
    }
    let head: [HTML] = shown.map { "<th scope=\"col\"\(style($0))>\(columns[$0].title)</th>" }
    let body: [HTML] = rows.map { row in
      let cells: [HTML] = shown.map { column in
        let value: HTML = row[column].value.map { " data-value=\"\(ChartData.text($0))\"" } ?? .empty
        return hasRowHeads && column == 0
          ? "<th scope=\"row\"\(value)>\(row[column].html)</th>"
          : "<td\(style(column))\(value)>\(row[column].html)</td>"
      }
      return "<tr>\(cells)</tr>"
    }
    return
      "<div class=\"table\"><table aria-label=\"\(title)\"><thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table></div>"
  }

  /// Under its title, which folds it.
  func folded(isOpen: Bool = true) -> HTML { rows.isEmpty ? .empty : PageFold.html(title, html, isOpen: isOpen) }
}

extension String {
  /// One printable line of a length that a page has room for.
  var clipped: String {
    let line = printable
    return line.count > 1000 ? "\(line.prefix(1000))…" : line
  }
}

/// A part of a page that its title folds.
enum PageFold {
  static func html(_ title: String, _ content: HTML, isOpen: Bool = true) -> HTML {
    "<details\(isOpen ? " open" : "")><summary>\(title)</summary>\(content)</details>"
  }
}
