import AssayCore
public import Study

/// A study as a chapter: sections of text, numbered tables and figures, for any format.
public struct StudyDocument {
  struct Section {
    let title: String
    let text: String?
    let parts: [Part]
  }

  enum Part {
    case table(StudyTable)
    case figure(Figure)
    /// What has no results: its name, and what is missing.
    case missing(String)
  }

  struct Figure {
    let number: String
    let item: StudyOutline.Item
    let results: StudyResults

    /// The name of its files: `figure-5.5`.
    var id: String { "figure-\(number)" }

    func chart(_ palette: ChartPalette) -> Chart? {
      StudyFigures(results: results, palette: palette).chart(item, id: id)
    }
  }

  let title: String
  let about: String?
  let sections: [Section]

  public init(_ study: StudyFile, results: StudyResults) {
    title = study.title ?? study.name
    about = study.about
    var numbers = Numbers(study.outline)
    let tables = StudyTables(results: results)
    sections = study.outline.sections.map { section in
      let parts = section.items.map { item -> Part in
        if case .figure(let name) = item.content {
          let probe = StudyFigures(results: results, palette: .page).chart(item, id: "probe")
          guard probe != nil else { return .missing("figure \(name.rawValue)") }
          return .figure(Figure(number: item.number ?? numbers.nextFigure(), item: item, results: results))
        }
        guard var table = tables.table(item) else { return .missing(Self.name(item.content)) }
        table.number = item.number ?? numbers.number(of: item.content)
        return .table(table)
      }
      return Section(title: section.title, text: section.text, parts: parts)
    }
  }

  private static func name(_ content: StudyOutline.Content) -> String {
    switch content {
    case .table(let name): "table \(name.rawValue)"
    case .figure(let name): "figure \(name.rawValue)"
    case .published(let number): "published table \(number)"
    }
  }

  /// What the outline asks for and no result answers, such as published tables without `--published`; each name once.
  public var missing: [String] {
    var seen: Set<String> = []
    return sections.flatMap(\.parts).compactMap { if case .missing(let name) = $0 { name } else { nil } }
      .filter { seen.insert($0).inserted }
  }

  var tables: [StudyTable] {
    sections.flatMap(\.parts).compactMap { if case .table(let table) = $0 { table } else { nil } }
  }

  var figures: [Figure] {
    sections.flatMap(\.parts).compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
  }

  /// The figures as Vega-Lite specifications by name, for files of their own.
  public func pictures(style: PictureStyle) -> [(name: String, json: String)] {
    figures.compactMap { figure in
      figure.chart(.picture(style)).map { (figure.id, Chart.json($0.picture(style))) }
    }
  }

  /// Numbers for what has none: a row of its own, beside numbers that the study gives.
  private struct Numbers {
    private let prefix: String
    private let taken: Set<String>
    private var tables = 0
    private var figures = 0

    init(_ outline: StudyOutline) {
      let items = outline.sections.flatMap(\.items)
      taken = Set(
        items.compactMap { item -> String? in
          if case .published(let number) = item.content { item.number ?? number } else { item.number }
        })
      prefix = items.contains { $0.number != nil } ? "A." : ""
    }

    mutating func number(of content: StudyOutline.Content) -> String {
      if case .published(let number) = content { return number }
      tables = next(after: tables)
      return "\(prefix)\(tables)"
    }

    mutating func nextFigure() -> String {
      figures = next(after: figures)
      return "\(prefix)\(figures)"
    }

    /// The next count that is no number that the study gives.
    private func next(after count: Int) -> Int {
      var next = count + 1
      while taken.contains("\(prefix)\(next)") { next += 1 }
      return next
    }
  }
}
