public import AssayCore

/// The graph of a model file as a drawing.
public enum InspectionDrawing {
  /// - Parameter title: of the model, in a tooltip of its inputs.
  public static func drawing(_ report: InspectionReport) -> GraphDrawing {
    var drawing = GraphDrawing(boxes: [], arrows: [], frames: [])
    /// By tensor: the box that it comes from.
    var sources: [Int: String] = [:]
    for (number, input) in report.inputs.enumerated() {
      drawing.boxes.append(
        .init(id: "input\(number)", lines: [input.name, input.kind], tooltip: "input", kind: .data, weight: nil))
      if let id = input.id { sources[id] = "input\(number)" }
    }
    for layer in report.layers {
      for output in layer.outputs { if let id = output.id { sources[id] = "layer\(layer.index)" } }
    }
    for layer in report.layers { add(layer, sources, to: &drawing) }
    for (number, output) in report.outputs.enumerated() {
      drawing.boxes.append(
        .init(id: "output\(number)", lines: [output.name, output.kind], tooltip: "output", kind: .data, weight: nil))
      if let source = output.id.flatMap({ sources[$0] }) {
        drawing.arrows.append(.init(from: source, to: "output\(number)", label: ""))
      }
    }
    let inside = Dictionary(grouping: report.layers.filter { $0.graph != nil }) { $0.graph ?? "" }
    drawing.frames = inside.sorted { $0.key < $1.key }.map { ($0.key, $0.value.map { "layer\($0.index)" }) }
    return drawing
  }

  private static func add(_ layer: InspectedLayer, _ sources: [Int: String], to drawing: inout GraphDrawing) {
    let id = "layer\(layer.index)"
    let counts = [
      layer.macs.flatMap { $0 > 0 ? "\(Figures.large($0)) MACs" : nil },
      layer.parameters > 0 ? "\(Figures.large(layer.parameters)) parameters" : nil,
    ].compactMap(\.self)
    let attributes = layer.attributes.map { "\($0.name)=\($0.value)" }
    let tooltip = ([layer.title] + counts + attributes).joined(separator: " · ")
    drawing.boxes.append(
      .init(
        id: id, lines: [layer.operation] + counts.prefix(1), tooltip: tooltip,
        kind: layer.isConstant ? .constant : GraphDrawing.Kind(operation: layer.operation), weight: nil))
    for input in layer.inputs {
      guard let source = input.id.flatMap({ sources[$0] }) else { continue }
      drawing.arrows.append(.init(from: source, to: id, label: input.shape.map(InspectedTensor.text) ?? ""))
    }
  }
}

extension GraphDrawing.Kind {
  /// By words that the formats share, in their order.
  init(operation: String) {
    let name = operation.lowercased()
    let words: [(String, GraphDrawing.Kind)] = [
      ("quantize", .move), ("conv", .product), ("gemm", .product), ("matmul", .product), ("fully_connected", .product),
      ("lstm", .product), ("gru", .product), ("rnn", .product), ("svdf", .product), ("attention", .product),
      ("pool", .pool), ("norm", .normalization), ("lrn", .normalization), ("response", .normalization),
      ("relu", .activation), ("sigmoid", .activation), ("tanh", .activation), ("softmax", .activation),
      ("swish", .activation), ("logistic", .activation), ("elu", .activation), ("clip", .activation),
      ("add", .normalization), ("mul", .normalization), ("sub", .normalization), ("div", .normalization),
      ("eltwise", .normalization),
      ("shape", .move), ("transpose", .move), ("concat", .move), ("slice", .move), ("pad", .move), ("gather", .move),
      ("squeeze", .move), ("flatten", .move), ("split", .move), ("cast", .move), ("convert", .move),
      ("identity", .move), ("reorder", .move), ("resize", .move), ("dropout", .move),
    ]
    self = words.first { name.contains($0.0) }?.1 ?? .other
  }
}
