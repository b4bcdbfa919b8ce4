public import AssayCore

/// What an engine made of a model, for a terminal: a tree of its layers with the layers of the file in them.
public struct EngineInspectionText {
  private let engine: EngineInspection
  private let layers: [InspectedLayer]
  private let width: Int

  public init(_ engine: EngineInspection, of report: InspectionReport, width: Int) {
    self.engine = engine
    layers = report.layers
    self.width = width
  }

  public func text() -> String { ([title] + summary + tree + lost).joined(separator: "\n") + "\n" }

  private var title: String {
    "\(engine.target) \(engine.version.printable) on \(engine.device.printable), by its \(engine.evidence.words)"
  }

  private var summary: [String] { summarySentences.map { "  \($0)" } }

  /// What became of the layers, the precision, and what the times explain.
  var summarySentences: [String] {
    let inserted = engine.layers.count { $0.sources.isEmpty }
    let counts = LayerFate.Kind.allCases.compactMap { kind -> String? in
      let count = engine.fates.count { $0.kind == kind }
      return count > 0 ? "\(count) \(kind.rawValue)" : nil
    }
    var lines = [
      "\(engine.fates.count) layers of the file: \(counts.joined(separator: ", ")).",
      "\(engine.layers.count) layers run\(inserted > 0 ? ", \(inserted) of them inserted" : "").",
    ]
    lines += ExecutionText.sentences(engine.execution).map { "\($0)." }
    if let profile = engine.profile { lines.append(profile.sentence) }
    return lines + engine.warnings.map(\.text.printable)
  }

  private var tree: [String] {
    let digits = "\(max(engine.layers.count - 1, 0))".count
    return engine.layers.enumerated().flatMap { index, layer in
      let number = String(repeating: " ", count: digits - "\(index)".count) + "\(index)"
      let sources = layer.sources.map { layers[$0] }
      let name = layer.name == layer.operation ? "" : " \(Screen.shorten(layer.name.printable, to: max(width / 2, 30)))"
      let head = ["\(number)  \(layer.operation.printable)\(name)"] + layer.facts
      // A layer that stands for one of its own name says nothing more.
      let isPlain = sources.count == 1 && sources[0].name == layer.name && sources[0].operation == layer.operation
      let rest = sources.isEmpty ? ["(inserted)"] : []
      let line = (head + rest).joined(separator: " · ")
      guard !isPlain else { return [line] }
      let indent = String(repeating: " ", count: digits + 2)
      return [line]
        + sources.enumerated().map { place, source in
          let branch = place == sources.count - 1 ? "└" : "├"
          return
            "\(indent)\(branch) \(source.operation.printable) \(Screen.shorten(source.title, to: max(width - 30, 30)))"
        }
    }
  }

  /// Layers of the file that nothing runs.
  private var lost: [String] {
    [(LayerFate.Kind.removed, "Removed"), (.folded, "Folded while it loads")].compactMap { kind, word in
      let names = layers.filter { engine.fates[$0.index].kind == kind }
        .map { "\($0.operation.printable) \($0.title)" }
      guard !names.isEmpty else { return nil }
      let shown = Excerpt(first: names, limit: 20)
      return "\(word): \(shown.shown.joined(separator: ", "))" + (shown.rest.map { " \($0)" } ?? "")
    }
  }
}

extension EngineGraph.Evidence {
  var words: String {
    switch self {
    case .optimizedModel: "optimised model"
    case .runtimeModel: "runtime model"
    case .profiler: "profile"
    }
  }
}

extension LayerProfile {
  /// How much of the latency the layers explain.
  var sentence: String {
    let (layers, median) = (Figures.milliseconds(layersMilliseconds), Figures.milliseconds(medianMilliseconds))
    return
      "The layers take \(layers), \(Figures.percent(coverage)) of the latency of \(median) (medians of \(Figures.inferences(inferences)); \(Figures.milliseconds(observedMilliseconds)) while they are timed)."
  }
}

extension EngineLayerReport {
  /// Device, precision, code and time, as far as they are known.
  var facts: [String] {
    let time = medianMilliseconds.map {
      "\(Figures.milliseconds($0))" + (share.map { " \(Figures.percent($0))" } ?? "")
    }
    return [device, precision, kernel].compactMap { $0.flatMap { $0.isEmpty ? nil : $0.printable } }
      + [time].compactMap(\.self)
  }
}
