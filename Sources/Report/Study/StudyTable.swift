import AssayCore

/// A numbered table of a study, before it has a format.
struct StudyTable: Hashable, Sendable {
  struct Column: Hashable, Sendable {
    /// The heading that it shares with its neighbours, such as a device.
    let group: String?
    let title: String
    let isNumber: Bool

    init(_ title: String, group: String? = nil, isNumber: Bool = false) {
      self.title = title
      self.group = group
      self.isNumber = isNumber
    }

    /// The heading in a format without shared ones.
    var fullTitle: String { group.map { "\($0): \(title)" } ?? title }
  }

  struct Cell: Hashable, Sendable {
    let text: String
    /// Indices in `footnotes`.
    var footnotes: [Int] = []
    /// The best of its column.
    var isBest = false
  }

  /// `5.1`
  var number = ""
  var caption: String
  let columns: [Column]
  var rows: [[Cell]] = []
  /// Those that cells refer to, in order: a, b, c …
  private(set) var footnotes: [String] = []
  /// What is to be said of the table as a whole.
  var notes: [String] = []

  init(_ caption: String, _ columns: [Column]) {
    self.caption = caption
    self.columns = columns
  }

  /// The letter of a footnote.
  static func letter(_ index: Int) -> String {
    let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)
    return index < letters.count ? letters[index] : letters[index / letters.count - 1] + letters[index % letters.count]
  }

  mutating func add(_ row: [Cell]) { rows.append(row) }

  /// A cell with a footnote; equal footnotes are one.
  mutating func cell(_ text: String, footnote: String) -> Cell {
    if let index = footnotes.firstIndex(of: footnote) { return Cell(text: text, footnotes: [index]) }
    footnotes.append(footnote)
    return Cell(text: text, footnotes: [footnotes.count - 1])
  }

  /// A number as its source prints it, or what is printed instead with its reason.
  mutating func cell(_ value: ObservedValue?) -> Cell {
    switch value {
    case .number(let number, let decimals): Cell(text: Figures.fixed(number, decimals: decimals))
    case .absent(let text, let reason): reason.isEmpty ? Cell(text: text) : cell(text, footnote: Self.sentence(reason))
    case nil: Cell(text: "–")
    }
  }

  private static func sentence(_ reason: String) -> String {
    reason.prefix(1).uppercased() + reason.dropFirst() + (reason.hasSuffix(".") ? "" : ".")
  }

  /// Adds a footnote to the cell of a row, by its first cell, and of a column.
  mutating func annotate(row: String, column: String, _ footnote: String) {
    guard let place = rows.firstIndex(where: { $0.first?.text == row }),
      let index = columns.firstIndex(where: { $0.title == column })
    else {
      notes.append(footnote)
      return
    }
    let cell = cell(rows[place][index].text, footnote: footnote)
    rows[place][index].footnotes += cell.footnotes
  }

  /// Marks the best number of a column.
  mutating func markBest(_ values: [Double?], inColumn column: Int, isLeast: Bool) {
    let numbers = values.compactMap { $0 }
    guard rows.count > 1, let best = isLeast ? numbers.min() : numbers.max() else { return }
    for index in rows.indices where values[index] == best { rows[index][column].isBest = true }
  }
}

extension StudyTable.Cell: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { self.init(text: value) }
}
