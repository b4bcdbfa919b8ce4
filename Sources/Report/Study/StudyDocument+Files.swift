import AssayCore
import CSV

extension StudyDocument {
  /// Every table as CSV, by the name of its file.
  public func csvFiles() -> [(name: String, text: String)] {
    tables.map { table in
      let head = CSVText.line(table.columns.map(\.fullTitle))
      return (
        "table-\(table.number).csv", head + table.rows.map { CSVText.line($0.map { CSVText.name($0.text) }) }.joined()
      )
    }
  }

  /// `report.tex`, and a file per table that another document can input. They need the packages booktabs, caption, graphicx and threeparttable.
  ///
  /// - Parameter pictures: the folder with a PDF of each figure, as LaTeX reaches it; `nil` for none.
  public func latexFiles(pictures: String?) -> [(name: String, text: String)] {
    var lines = [
      "\\documentclass[a4paper]{article}",
      "\\usepackage[T1]{fontenc}", "\\usepackage[utf8]{inputenc}", "\\usepackage[margin=22mm]{geometry}",
      "\\usepackage{booktabs,caption,graphicx,textcomp,threeparttable}", "\\title{\(LaTeX.text(title))}", "\\date{}",
      "\\begin{document}", "\\maketitle",
    ]
    if let about { lines.append(LaTeX.text(about)) }
    for section in sections {
      lines += ["", "\\section{\(LaTeX.text(section.title))}"]
      if let text = section.text { lines.append(LaTeX.text(text)) }
      for part in section.parts {
        switch part {
        case .table(let table): lines.append("\\input{table-\(table.number)}")
        case .figure(let figure): lines += Self.latex(figure, pictures: pictures)
        case .missing: break
        }
      }
    }
    lines += ["\\end{document}", ""]
    return [("report.tex", lines.joined(separator: "\n"))] + tables.map { ("table-\($0.number).tex", $0.latex()) }
  }

  private static func latex(_ figure: Figure, pictures: String?) -> [String] {
    guard let pictures, let chart = figure.chart(.page) else { return [] }
    return [
      "\\begin{figure}[htbp]", "  \\centering",
      "  \\includegraphics[width=\\linewidth]{\(pictures)/\(figure.id).pdf}",
      "  \\caption*{Figure \(LaTeX.text(figure.number)). \(LaTeX.text(chart.title)). \(LaTeX.text(chart.caption))}",
      "\\end{figure}",
    ]
  }
}

extension StudyTable {
  /// A floating table in the style of booktabs.
  fileprivate func latex() -> String {
    let alignment = columns.map { $0.isNumber ? "r" : "l" }.joined()
    let body = rows.map { cells in
      cells.map { cell in
        let text = cell.isBest ? "\\textbf{\(LaTeX.text(cell.text))}" : LaTeX.text(cell.text)
        return text + cell.footnotes.map { "\\tnote{\(Self.letter($0))}" }.joined()
      }.joined(separator: " & ") + " \\\\"
    }
    let remarks =
      footnotes.enumerated().map { "  \\item[\(Self.letter($0))] \(LaTeX.text($1))" }
      + notes.map { "  \\item \(LaTeX.text($0))" }
    var lines = ["\\begin{table}[htbp]", "\\centering\\small", "\\begin{threeparttable}"]
    lines.append("\\caption*{Table \(LaTeX.text(number)). \(LaTeX.text(caption))}")
    lines += ["\\begin{tabular}{\(alignment)}", "\\toprule"] + heads + ["\\midrule"] + body
    lines += ["\\bottomrule", "\\end{tabular}"]
    if !remarks.isEmpty { lines += ["\\begin{tablenotes}\\footnotesize"] + remarks + ["\\end{tablenotes}"] }
    return (lines + ["\\end{threeparttable}", "\\end{table}", ""]).joined(separator: "\n")
  }

  private var heads: [String] {
    let titles = columns.map { LaTeX.text($0.title) }.joined(separator: " & ") + " \\\\"
    guard columns.contains(where: { $0.group != nil }) else { return [titles] }
    let groups = spans.map { span in
      let count = span.columns.count
      guard let group = span.group else { return String(repeating: " & ", count: count - 1) }
      return "\\multicolumn{\(count)}{c}{\(LaTeX.text(group))}"
    }
    return [groups.joined(separator: " & ") + " \\\\", titles]
  }
}

/// Text in LaTeX that stays text.
enum LaTeX {
  static func text(_ text: String) -> String {
    text.printable.map { character in
      switch character {
      case "\\": "\\textbackslash{}"
      case "&", "%", "$", "#", "_", "{", "}": "\\\(character)"
      case "~": "\\textasciitilde{}"
      case "^": "\\textasciicircum{}"
      case "<": "\\textless{}"
      case ">": "\\textgreater{}"
      case "≤": "$\\leq$"
      case "±": "$\\pm$"
      case "×": "$\\times$"
      case "−": "$-$"
      case "²": "$^2$"
      case "–": "--"
      case "…": "\\dots{}"
      default: String(character)
      }
    }.joined()
  }
}
