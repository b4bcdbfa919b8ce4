/// What an OpenVINO model does with its inputs.
struct OpenVINOGraph {
  private let layers: [Int: OpenVINOLayers.Layer]
  private let parameters: [OpenVINOLayers.Layer]
  /// By layer: where its outputs go.
  private var edges: [Int: [(layer: Int, port: Int)]] = [:]

  init(_ bytes: UnsafeRawBufferPointer) {
    let graph = OpenVINOLayers(bytes).main
    layers = Dictionary(graph.layers.map { ($0.number, $0) }) { $1 }
    parameters = graph.layers.filter { $0.type == "Parameter" }
    for edge in graph.edges { edges[edge.from.layer, default: []].append(edge.to) }
  }

  /// The inputs of the model, in its order, and what they feed.
  var inputs: [InputUse] {
    parameters.map { layer in
      // The first name is the one that OpenVINO gives an input.
      var use = InputUse(
        name: layer.outputs.first?.names.first ?? layer.name, declaredShape: layer.declaredShape)
      var seen: Set<Int> = []
      follow(layer.number, into: &use, seen: &seen)
      return use
    }
  }

  private func follow(_ number: Int, into use: inout InputUse, seen: inout Set<Int>) {
    guard seen.count < InputUse.longestChain, seen.insert(number).inserted else { return }
    for edge in edges[number] ?? [] {
      guard let layer = layers[edge.layer] else { continue }
      if let range = range(of: layer, edge.port) { use.restrict(to: range) }
      if Self.keepsValues(layer.type, edge.port) { follow(edge.layer, into: &use, seen: &seen) }
    }
  }

  private static func keepsValues(_ type: String, _ port: Int) -> Bool {
    switch type {
    case "Broadcast", "Convert", "Reshape", "Slice", "Squeeze", "StridedSlice", "Tile", "Transpose", "Unsqueeze":
      port == 0
    case "Concat": true
    default: false
    }
  }

  /// The values that a layer takes at one of its inputs; `nil` where it takes any.
  private func range(of layer: OpenVINOLayers.Layer, _ port: Int) -> ClosedRange<Int>? {
    let data = layer.inputs.first { $0.number == 0 }?.shape
    return switch (layer.type, port) {
    // The axis lies in the file of weights: indices below every dimension suit whichever it is.
    case ("Gather", 1), ("GatherElements", 1), ("GatherND", 1), ("ScatterElementsUpdate", 1), ("ScatterNDUpdate", 1):
      InputUse.indices(into: data?.min())
    case ("EmbeddingBagOffsetsSum", 1), ("EmbeddingBagPackedSum", 1), ("EmbeddingSegmentsSum", 1):
      InputUse.indices(into: data?.first)
    case ("TopK", 1), ("Broadcast", 1), ("Tile", 1), ("OneHot", 1), ("Range", 1), ("Range", 2): 1...1
    case ("Gather", 2), ("OneHot", 0), ("Range", 0), ("CumSum", 1): 0...0
    default: nil
    }
  }
}
