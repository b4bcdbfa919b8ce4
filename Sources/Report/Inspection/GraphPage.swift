public import AssayCore

/// A model's graph as one HTML file that loads nothing; beside it, what engines made of it.
public struct GraphPage {
  private let report: InspectionReport
  private var engines: [EngineInspection] { report.engines ?? [] }

  /// - Parameter report: with what engines made of the model, if they were asked.
  public init(_ report: InspectionReport) { self.report = report }

  /// The drawings, the file's first, to be laid out.
  public var drawings: [GraphDrawing] {
    [InspectionDrawing.drawing(report)]
      + engines.enumerated().map { EngineDrawing.drawing($1, of: report, prefix: Self.prefix($0)) }
  }

  /// - Parameter pictures: the drawings as SVG, in their order.
  public func html(_ pictures: [String]) -> String {
    let name = ModelReference(path: report.model.path).name.printable
    let targets = engines.map(\.target.description).joined(separator: " and ")
    let title = engines.isEmpty ? name : "\(name) on \(targets)"
    let heads = ["In the file"] + engines.map { "As \($0.target) \($0.version.printable) runs it" }
    let graphs: [HTML] = zip(heads, pictures).map { head, picture in
      "<div class=\"graph\"><h2>\(head)</h2><div class=\"picture\">\(HTML(verbatim: Self.element(of: picture)))</div></div>"
    }
    return PageShell(
      title: title,
      body: """
        <header>
        <div class="bar"><span class="brand">Assay</span><button id="theme" type="button" aria-label="Light or dark">Theme: auto</button></div>
        <h1>\(title)</h1>
        <ul>\(sentences.map { "<li>\($0)</li>" as HTML })</ul>
        <p class="search"><label>Find a layer <input id="find" type="search"></label> <span id="found" aria-live="polite"></span>
        <span class="note">Point at a layer to see what it is\(engines.isEmpty ? "" : " and what became of it"); click to keep it marked.</span></p>
        \(engines.isEmpty ? .empty : Self.colours)
        <p id="told" class="note" aria-live="polite"></p>
        </header>
        <section class="graphs">\(graphs)</section>
        <script type="application/json" id="layers">\(HTML.script(json: layers))</script>
        """,
      styles: PageShell.resource(PackageResources.graph_css), scripts: PageShell.resource(PackageResources.graph_js)
    ).html(bundle: "")
  }

  private static let colours: HTML = """
    <p class="colours">Colour: <button type="button" data-colour="kind">by operation</button>
    <button type="button" data-colour="time">by time</button>
    <button type="button" data-colour="precision">by precision</button> <span id="legend"></span></p>
    """

  private var sentences: [String] {
    let totals = report.totals
    let least = totals.macsAreAtLeast ? "at least " : ""
    let file =
      "\(totals.operations) operations, \(Figures.large(totals.parameters)) parameters, \(least)\(Figures.large(totals.macs)) multiply-accumulates."
    return [file]
      + engines.map { engine in
        let sentences = EngineInspectionText(engine, of: report, width: 120).summarySentences
        return "\(engine.target): \(sentences.joined(separator: " "))"
      }
  }

  /// What the page's script needs of a layer that an engine runs.
  private struct Layer: Encodable {
    let id: String
    let sources: [String]
    let share: Double?
    let precision: String?
  }

  private var layers: String {
    RunDocuments.json(
      engines.enumerated().flatMap { number, engine in
        engine.layers.enumerated().map { index, layer in
          Layer(
            id: "\(Self.prefix(number))\(index)", sources: layer.sources.map { "layer\($0)" }, share: layer.share,
            precision: layer.precision ?? layer.outputType)
        }
      })
  }

  /// Of the boxes of an engine, by its number.
  private static func prefix(_ number: Int) -> String { "engine\(number)_" }

  /// Graphviz writes a prolog that has no place inside a page.
  private static func element(of svg: String) -> String {
    svg.firstRange(of: "<svg").map { String(svg[$0.lowerBound...]) } ?? ""
  }
}
