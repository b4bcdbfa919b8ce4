public import AssayCore

/// A model's graph as one HTML file that loads nothing; beside it, what an engine made of it.
public struct GraphPage {
  private let report: InspectionReport
  private let engine: EngineInspection?

  /// - Parameter engine: `nil` for the file alone.
  public init(_ report: InspectionReport, engine: EngineInspection? = nil) {
    self.report = report
    self.engine = engine
  }

  /// The drawings, the file's first, to be laid out.
  public var drawings: [GraphDrawing] {
    [InspectionDrawing.drawing(report)] + (engine.map { [EngineDrawing.drawing($0, of: report)] } ?? [])
  }

  /// - Parameter pictures: the drawings as SVG, in their order.
  public func html(_ pictures: [String]) -> String {
    let name = ModelReference(path: report.model.path).name.printable
    let title = engine.map { "\(name) on \($0.target)" } ?? name
    let heads = ["In the file"] + (engine.map { ["As \($0.target) \($0.version.printable) runs it"] } ?? [])
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
        <span class="note">Point at a layer to see what it is\(engine == nil ? "" : " and what became of it"); click to keep it marked.</span></p>
        \(engine == nil ? .empty : Self.colours)
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
    guard let engine else { return [file] }
    return [file] + EngineInspectionText(engine, of: report, width: 120).summarySentences
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
      (engine?.layers ?? []).enumerated().map { index, layer in
        Layer(
          id: "engine\(index)", sources: layer.sources.map { "layer\($0)" }, share: layer.share,
          precision: layer.precision ?? layer.outputType)
      })
  }

  /// Graphviz writes a prolog that has no place inside a page.
  private static func element(of svg: String) -> String {
    svg.firstRange(of: "<svg").map { String(svg[$0.lowerBound...]) } ?? ""
  }
}
