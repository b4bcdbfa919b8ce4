/// What Assay reads of an OpenVINO model by itself: layers and edges of the `.xml`.
struct OpenVINOGraph {
  private struct Layer {
    let type: String
    /// The names of the first output's tensor; the first is the one that OpenVINO gives an input.
    var tensorNames: [String] = []
    let name: String
    /// Of a parameter, -1 for a dynamic dimension.
    var shape: [Int]?
    /// The dimensions of each input, by port; -1 for a dynamic one.
    var inputs: [Int: [Int]] = [:]
  }

  private var layers: [Int: Layer] = [:]
  private var parameters: [Int] = []
  /// By layer: where its outputs go.
  private var edges: [Int: [(layer: Int, port: Int)]] = [:]

  init(_ bytes: UnsafeRawBufferPointer) {
    var (layer, port, isInput, depth): (Int?, Int?, Bool, Int) = (nil, nil, false, 0)
    for tag in XMLTags(bytes) {
      let attributes = tag.attributes
      switch (tag.name, tag.isEnd) {
      // A layer may have a body of layers of its own, whose numbers begin anew.
      case ("body", false), ("then_body", false), ("else_body", false): depth += 1
      case ("body", true), ("then_body", true), ("else_body", true): depth -= 1
      case _ where depth > 0: continue
      case ("layer", false):
        layer = attributes["id"].flatMap { Int($0) }
        guard let layer, let type = attributes["type"] else { continue }
        layers[layer] = Layer(type: type, name: attributes["name"] ?? "")
        if type == "Parameter" { parameters.append(layer) }
      case ("data", false):
        guard let layer, let shape = attributes["shape"] else { continue }
        layers[layer]?.shape = shape.split(separator: ",").map { Int($0) ?? -1 }
      case ("input", false): isInput = true
      case ("output", false): isInput = false
      case ("port", false):
        port = attributes["id"].flatMap { Int($0) }
        guard let layer, let port else { continue }
        if isInput {
          layers[layer]?.inputs[port] = []
        } else if layers[layer]?.tensorNames.isEmpty == true {
          layers[layer]?.tensorNames = (attributes["names"] ?? "").split(separator: ",").map(String.init)
        }
      case ("dim", false):
        guard let layer, let port, isInput else { continue }
        layers[layer]?.inputs[port]?.append(Int(tag.text) ?? -1)
      case ("edge", false):
        guard let from = attributes["from-layer"].flatMap({ Int($0) }),
          let to = attributes["to-layer"].flatMap({ Int($0) }), let port = attributes["to-port"].flatMap({ Int($0) })
        else { continue }
        edges[from, default: []].append((to, port))
      default: continue
      }
    }
  }

  /// The inputs of the model, in its order, and what they feed.
  var inputs: [InputUse] {
    parameters.map { number in
      let layer = layers[number]
      var use = InputUse(name: layer?.tensorNames.first ?? layer?.name ?? "", declaredShape: layer?.shape)
      var seen: Set<Int> = []
      follow(number, into: &use, seen: &seen)
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
  private func range(of layer: Layer, _ port: Int) -> ClosedRange<Int>? {
    switch (layer.type, port) {
    // The axis lies in the file of weights: indices below every dimension suit whichever it is.
    case ("Gather", 1), ("GatherElements", 1), ("GatherND", 1), ("ScatterElementsUpdate", 1), ("ScatterNDUpdate", 1):
      InputUse.indices(into: layer.inputs[0]?.min())
    case ("EmbeddingBagOffsetsSum", 1), ("EmbeddingBagPackedSum", 1), ("EmbeddingSegmentsSum", 1):
      InputUse.indices(into: layer.inputs[0]?.first)
    case ("TopK", 1), ("Broadcast", 1), ("Tile", 1), ("OneHot", 1), ("Range", 1), ("Range", 2): 1...1
    case ("Gather", 2), ("OneHot", 0), ("Range", 0), ("CumSum", 1): 0...0
    default: nil
    }
  }
}
