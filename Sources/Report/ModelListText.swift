public import AssayCore

/// The models of the catalogue, for a person.
public enum ModelListText {
  /// A line per model.
  ///
  /// - Parameter own: of the user's catalogue, with what their files say; `nil` for a file that is not there or cannot be read.
  public static func list(
    _ models: [CatalogueModel], own: [(model: OwnModel, report: InspectionReport?)], on screen: Screen
  ) -> String {
    var table = ScreenTable([
      .init("NAME", rank: 0), .init("MODEL", rank: 2), .init("INPUT", rank: 3),
      .init("PARAMETERS", right: true, rank: 0), .init("MACs", right: true, rank: 0), .init("WEIGHTS", rank: 1),
    ])
    for model in models {
      table.add([
        .init(model.name, .bold), .init(model.title),
        .init(model.inputs.map { size($0.shape) }.joined(separator: ", ")),
        .init("\(millions(model.parameters)) M"), .init("\(millions(model.multiplyAdds)) M"),
        model.preprocessing == nil ? "seeded" : "trained",
      ])
    }
    for (model, report) in own {
      table.add([
        .init(model.name, .bold), .init((model.title ?? model.path).printable),
        .init((report?.inputs ?? []).map { size($0.shape ?? []) }.joined(separator: ", ")),
        .init(report.map { "\(millions($0.totals.parameters)) M" } ?? ""),
        .init(report.map { "\(millions($0.totals.macs)) M" } ?? ""), "your own",
      ])
    }
    return text(table.lines(on: screen))
  }

  /// All about one model of the user's own.
  ///
  /// - Parameter report: of its file; `nil` for a format that Assay does not read by itself.
  public static func details(_ model: OwnModel, _ report: InspectionReport?, on screen: Screen) -> String {
    let ports = { (ports: [InspectedTensor]) in
      ports.map { "\($0.name.printable) \(size($0.shape ?? [])) \($0.type ?? "")" }.joined(separator: ", ")
    }
    return details(
      "\(model.name): \((model.title ?? model.path).printable)",
      [
        ("file", model.path.printable), ("named in", model.place.printable), ("source", model.source?.printable ?? ""),
        ("input", report.map { ports($0.inputs) } ?? ""), ("output", report.map { ports($0.outputs) } ?? ""),
        ("parameters", report.map { "\(millions($0.totals.parameters)) M" } ?? ""),
        ("MACs", report.map { "\(millions($0.totals.macs)) M" } ?? ""), ("images", model.words.printable),
        ("use it", "assay bench \(model.name)"),
      ], on: screen)
  }

  /// The table of the documentation: counts beside those that others give.
  public static func markdown(_ models: [CatalogueModel]) -> String {
    var table = TextTable([
      .init(title: "Name", alignment: .left), .init(title: "Model", alignment: .left),
      .init(title: "Described in", alignment: .left), .init(title: "Input", alignment: .left),
      .init(title: "Parameters, M", alignment: .right), .init(title: "published", alignment: .right),
      .init(title: "MACs, M", alignment: .right), .init(title: "published", alignment: .right),
      .init(title: "Source", alignment: .left),
    ])
    for model in models {
      table.add([
        model.name, model.title, model.paper, model.inputs.map { size($0.shape) }.joined(separator: ", "),
        millions(model.parameters), Figures.shortest(model.published.parameters), millions(model.multiplyAdds),
        Figures.shortest(model.published.multiplyAdds), model.published.source,
      ])
    }
    return text(table.markdownLines())
  }

  /// All about one model.
  public static func details(_ model: CatalogueModel, on screen: Screen) -> String {
    let ports = { (ports: [CatalogueModel.Port]) in
      ports.map { "\($0.name) \(size($0.shape))" }.joined(separator: ", ")
    }
    let lines: [(String, String)] = [
      ("described in", model.paper), ("input", "\(ports(model.inputs)), float32"),
      ("output", "\(ports(model.outputs)), float32"),
      ("parameters", "\(millions(model.parameters)) M, with batch normalisation folded"),
      ("MACs", "\(millions(model.multiplyAdds)) M for one image"),
      (
        "published",
        "\(Figures.shortest(model.published.parameters)) M parameters, \(Figures.shortest(model.published.multiplyAdds)) M MACs (\(model.published.source))"
      ),
      ("weights", model.preprocessing == nil ? "seeded: predictions mean nothing" : "trained"),
      ("images", model.preprocessing ?? ""),
      ("get it", "assay models get \(model.name) -o \(model.name).onnx"),
    ]
    return details("\(model.name): \(model.title)", lines, on: screen)
  }

  /// Titles with words, where there are any.
  private static func details(_ head: String, _ lines: [(String, String)], on screen: Screen) -> String {
    var column = screen
    column.columns -= titleWidth
    let rows = lines.filter { !$0.1.isEmpty }.flatMap { title, words in
      column.wrap(words, indent: 0).enumerated().map { index, line in
        (index == 0 ? "  \(title)" : "").padding(to: titleWidth) + line
      }
    }
    return text([screen.paint(head, .bold)] + rows)
  }

  /// Columns for the titles of details.
  private static let titleWidth = 16

  private static func size(_ shape: [Int]) -> String { shape.map { "\($0)" }.joined(separator: " × ") }

  private static func millions(_ count: Int) -> String { Figures.short(Double(count) / 1e6) }

  private static func text(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}
