import AssayCore

/// The graph that an engine runs as a drawing.
enum EngineDrawing {
  /// - Parameter prefix: of the names of boxes.
  static func drawing(_ engine: EngineInspection, of report: InspectionReport, prefix: String) -> GraphDrawing {
    var drawing = GraphDrawing(boxes: [], arrows: [], frames: [])
    let longest = engine.layers.compactMap(\.share).max() ?? 0
    for (index, layer) in engine.layers.enumerated() {
      let sources = layer.sources.map { "\(report.layers[$0].operation) \(report.layers[$0].title)" }
      let time = layer.medianMilliseconds.map { "\(Figures.milliseconds($0))" }
      drawing.boxes.append(
        .init(
          id: "\(prefix)\(index)",
          lines: [layer.operation]
            + [[layer.precision, time].compactMap(\.self).joined(separator: " · ")].filter { !$0.isEmpty },
          tooltip: ([layer.name] + layer.facts + (sources.isEmpty ? ["inserted"] : sources)).joined(separator: " · "),
          kind: GraphDrawing.Kind(operation: layer.operation),
          weight: layer.share.flatMap { longest > 0 ? $0 / longest * 0.999 : nil }))
    }
    drawing.arrows = arrows(engine, report).map { .init(from: "\(prefix)\($0)", to: "\(prefix)\($1)", label: "") }
    return drawing
  }

  /// By the engine's own tensors; for an engine that does not tell them, as the layers of the file follow one another.
  private static func arrows(_ engine: EngineInspection, _ report: InspectionReport) -> [(from: Int, to: Int)] {
    let isTold = engine.layers.contains { $0.outputs.contains { !$0.isEmpty } }
    var makers: [String: Int] = [:]
    var arrows: [(from: Int, to: Int)] = []
    if isTold {
      for (index, layer) in engine.layers.enumerated() {
        // One that is left out has no name.
        for output in layer.outputs where !output.isEmpty { makers[output] = index }
      }
      for (index, layer) in engine.layers.enumerated() {
        for input in layer.inputs {
          guard let maker = makers[input], maker != index else { continue }
          arrows.append((maker, index))
        }
      }
      return arrows
    }
    var owners: [Int: Int] = [:]
    for (index, layer) in engine.layers.enumerated() { for source in layer.sources { owners[source] = index } }
    var tensors: [Int: Int] = [:]
    for layer in report.layers { for output in layer.outputs { if let id = output.id { tensors[id] = layer.index } } }
    var seen: Set<[Int]> = []
    for layer in report.layers {
      guard let place = owners[layer.index] else { continue }
      for input in layer.inputs {
        guard let from = input.id.flatMap({ tensors[$0] }).flatMap({ owners[$0] }), from != place,
          seen.insert([from, place]).inserted
        else { continue }
        arrows.append((from, place))
      }
    }
    return arrows
  }
}
