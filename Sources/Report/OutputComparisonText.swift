public import AssayCore
import CSV

/// A comparison of outputs as text: a table with a row for each cell and output, then failures.
extension OutputComparisonReport: ReportDocuments {
  public func terminal(on screen: Screen) -> String {
    var lines = screen.wrap(heading) + [""]
    var table = ScreenTable([
      .init("CELL", rank: 0), .init("OUTPUT", rank: 4), .init("MAX DIFFERENCE", right: true, rank: 1),
      .init("MEAN", right: true, rank: 3), .init("COSINE", right: true, rank: 0),
      .init("SAME TOP-1", right: true, rank: 2), .init("NOT FINITE", right: true, rank: 0),
    ])
    for row in rows { table.add(row.map { ScreenTable.Cell($0) }) }
    lines += table.lines(on: screen)
    for (index, cell) in cells.enumerated() {
      if let error = cell.error { lines += [""] + screen.failure(of: names[index], cell.status, error) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  public func markdown() -> String {
    var table = TextTable([
      .init(title: "Cell", alignment: .left), .init(title: "Output", alignment: .left),
      .init(title: "Max difference", alignment: .right), .init(title: "Mean", alignment: .right),
      .init(title: "Cosine", alignment: .right), .init(title: "Same top-1", alignment: .right),
      .init(title: "Not finite", alignment: .right),
    ])
    for row in rows { table.add(row) }
    let failures = cells.enumerated().compactMap { index, cell in
      cell.error.map { Markdown.item("\(names[index]): \(cell.status.rawValue). \($0.fullDescription)") }
    }
    return ([Markdown.text(heading), ""] + table.markdownLines() + (failures.isEmpty ? [] : [""] + failures))
      .joined(separator: "\n") + "\n"
  }

  /// One row per cell and output; a cell that failed has one row with its error.
  public func csv() -> String {
    let columns: [CSVText.Column<(index: Int, found: OutputDifference?)>] = [
      ("number", { "\($0.index + 1)" }), ("model", { CSVText.name(self.cells[$0.index].model.path) }),
      ("target", { CSVText.name("\(self.cells[$0.index].target)") }),
      ("reference", { $0.index + 1 == self.reference ? "yes" : "no" }),
      ("status", { self.cells[$0.index].status.rawValue }), ("output", { $0.found.map { CSVText.name($0.output) } }),
      ("inferences", { _ in "\(self.inferences)" }), ("elements", { $0.found.map { "\($0.elements)" } }),
      ("max_difference", { RunDocuments.text($0.found?.maximum) }),
      ("mean_difference", { RunDocuments.text($0.found?.mean) }), ("cosine", { RunDocuments.text($0.found?.cosine) }),
      ("same_top1", { $0.found.map { "\($0.sameTop1)" } }), ("rows", { $0.found.map { "\($0.rows)" } }),
      ("not_finite", { $0.found.map { "\($0.notFinite)" } }),
      ("error", { self.cells[$0.index].error.map { CSVText.name($0.message) } }),
    ]
    let rows = cells.indices.flatMap { index -> [(index: Int, found: OutputDifference?)] in
      let own = outputs.filter { $0.cell == index + 1 }
      return own.isEmpty ? [(index, nil)] : own.map { (index, $0) }
    }
    return CSVText.table(columns, of: rows)
  }

  private var heading: String {
    let inputs = cells[reference - 1].inputsChosen ?? []
    let given = inputs.contains { [.given, .testData].contains($0.source) }
    return "\(inferences) inference\(inferences == 1 ? "" : "s") on \(given ? "given" : "random") inputs · "
      + "outputs against \(names[reference - 1])"
  }

  private var names: [String] {
    let models = ModelNames(cells.map(\.model))
    return cells.map { "\(models[$0.model])@\($0.spec.target)" }
  }

  private var rows: [[String]] {
    cells.indices.flatMap { index -> [[String]] in
      let name = names[index]
      if index + 1 == reference { return [[name, "", "reference", "", "", "", ""]] }
      let own = outputs.filter { $0.cell == index + 1 }
      guard !own.isEmpty else { return [[name, "", cells[index].status.rawValue, "", "", "", ""]] }
      return own.map { found in
        [
          name, outputs.allSatisfy { $0.output == found.output } ? "" : found.output.printable,
          found.maximum.map(DifferenceText.figure) ?? "", found.mean.map(DifferenceText.figure) ?? "",
          found.cosine.map(DifferenceText.cosine) ?? "", "\(found.sameTop1) of \(found.rows)",
          found.notFinite > 0 ? "\(found.notFinite)" : "",
        ]
      }
    }
  }
}

/// Differences of outputs as text.
enum DifferenceText {
  /// Three digits: `4.77e-07`, `0.0123`, `0`.
  static func figure(_ value: Double) -> String {
    if value == 0 { return "0" }
    guard value < 1e-3 || value >= 1e6 else { return Figures.significant(value, digits: 3) }
    var (mantissa, exponent) = (value, 0)
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return "\(Figures.significant(mantissa, digits: 3))e\(exponent)"
  }

  /// Cut, not rounded, so that only what is 1 reads so.
  static func cosine(_ value: Double) -> String {
    Figures.fixed((value * 1e6).rounded(.towardZero) / 1e6, decimals: 6)
  }
}
