public import AssayCore

/// Finds out what became of the layers of a file in the graph that an engine runs.
public struct LayerMatch {
  /// For each layer of the engine: the layers of the file whose work it does, in order.
  public private(set) var sources: [[Int]]
  /// For each layer of the file.
  public private(set) var fates: [LayerFate] = []

  private let layers: [InspectedLayer]

  /// - Parameter report: of the model that the engine has compiled.
  public init(_ report: InspectionReport, _ graph: EngineGraph) {
    // What runs inside loops and branches is theirs.
    layers = report.layers.filter { $0.graph == nil }
    sources = Array(repeating: [], count: graph.layers.count)
    if graph.layers.contains(where: { $0.sourceNames?.isEmpty == false }) {
      matchByNames(graph)
    } else if graph.layers.contains(where: { $0.outputs.contains { !$0.isEmpty } }) {
      matchByTensors(graph)
    } else {
      matchByOrder(graph)
    }
    fates = makeFates(report.layers)
  }

  private func makeFates(_ all: [InspectedLayer]) -> [LayerFate] {
    var fates = all.map { LayerFate($0.graph == nil ? .removed : .nested) }
    for layer in layers where layer.isConstant { fates[layer.index] = LayerFate(.folded) }
    for (place, indices) in sources.enumerated() {
      let working = indices.filter { !layers[$0].isConstant }
      for index in working { fates[layers[index].index] = LayerFate(working.count > 1 ? .fused : .kept, into: place) }
    }
    return fates
  }

  private mutating func claim(_ index: Int, for place: Int) {
    if !sources[place].contains(index) { sources[place].append(index) }
  }

  // MARK: By the names that the engine lists

  private mutating func matchByNames(_ graph: EngineGraph) {
    var indices: [Substring: [Int]] = [:]
    for (index, layer) in layers.enumerated() {
      for name in Set([layer.name] + layer.outputs.map(\.name)) where !name.isEmpty {
        indices[name[...], default: []].append(index)
      }
    }
    for (place, layer) in graph.layers.enumerated() {
      for name in layer.sourceNames ?? [] {
        for index in Self.lookUp(name, in: indices) { claim(index, for: place) }
      }
    }
    claimMakersOfIdle()
    for place in sources.indices { sources[place].sort() }
  }

  /// An engine that removes a layer which changes nothing may give its name to the layer before.
  private mutating func claimMakersOfIdle() {
    var makers: [Int: Int] = [:]
    for (index, layer) in layers.enumerated() {
      for output in layer.outputs { if let id = output.id { makers[id] = index } }
    }
    var claimed = Set(sources.joined())
    for place in sources.indices {
      for index in sources[place] where Self.isIdle(layers[index]) {
        guard let maker = layers[index].inputs.first?.id.flatMap({ makers[$0] }), claimed.insert(maker).inserted else {
          continue
        }
        claim(maker, for: place)
      }
    }
  }

  /// Engines add words behind a layer's name for the parts that they make of it: `conv1/WithoutBiases`.
  private static func lookUp(_ name: String, in indices: [Substring: [Int]]) -> [Int] {
    if let found = indices[name[...]] { return found }
    guard let slash = name.lastIndex(of: "/") else { return [] }
    return indices[name[..<slash]] ?? []
  }

  // MARK: By the tensors between

  /// An engine that saves its graph keeps the names of the tensors that are left. A layer does what stands between those that go in and
  /// those that come out.
  private mutating func matchByTensors(_ graph: EngineGraph) {
    var makers: [String: Int] = [:]
    for (index, layer) in layers.enumerated() {
      // One that is left out has no name.
      for output in layer.outputs where !output.name.isEmpty { makers[output.name] = index }
    }
    let named = Dictionary(layers.enumerated().map { ($1.name, $0) }) { first, _ in first }
    let ends = graph.layers.map { layer in
      // A layer that gets another layout keeps its name.
      let same = named[layer.name].flatMap { layers[$0].operation == layer.operation ? [$0] : nil } ?? []
      return Self.ends(of: layer).compactMap { makers[$0] } + same
    }
    let borders = Set(ends.joined())
    var owners: [Int: Int] = [:]
    for (place, starts) in ends.enumerated() {
      var waiting = starts
      while let index = waiting.popLast() {
        guard owners[index] == nil else { continue }
        owners[index] = place
        for input in layers[index].inputs {
          if let maker = makers[input.name], !borders.contains(maker), owners[maker] == nil { waiting.append(maker) }
        }
      }
    }
    // What follows a layer and has no tensor of its own, such as an activation, is part of it, unless it changes nothing.
    for (index, layer) in layers.enumerated() where owners[index] == nil && !Self.isIdle(layer) {
      owners[index] = layer.inputs.lazy.compactMap { makers[$0.name] }.compactMap { owners[$0] }.first
    }
    for (index, place) in owners.sorted(by: { $0.key < $1.key }) { claim(index, for: place) }
  }

  /// The tensors of the file that a layer computes. ONNX Runtime names a layer after its output where it gives that another layout.
  private static func ends(of layer: EngineLayer) -> [String] {
    let suffix = "_nchwc"
    return layer.outputs + (layer.name.hasSuffix(suffix) ? [String(layer.name.dropLast(suffix.count))] : [])
  }

  private static func isIdle(_ layer: InspectedLayer) -> Bool {
    ["Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze"].contains(layer.operation)
  }

  // MARK: By order

  /// An engine that runs the operations of the file in their order tells the numbers of some. The others stand between these.
  private mutating func matchByOrder(_ graph: EngineGraph) {
    var (start, first) = (0, 0)
    for place in 0...graph.layers.count {
      let anchor = place < graph.layers.count ? graph.layers[place].sourceIndex : layers.count
      guard let anchor, anchor >= first, anchor <= layers.count else { continue }
      align(places: start..<place, with: first..<anchor, graph)
      if anchor < layers.count { claim(anchor, for: place) }
      (start, first) = (place + 1, anchor + 1)
    }
  }

  private mutating func align(places: Range<Int>, with indices: Range<Int>, _ graph: EngineGraph) {
    guard !places.isEmpty else { return }
    // One part of the engine for all.
    if places.count == 1 || places.count == indices.count {
      for index in indices {
        claim(index, for: places.count == 1 ? places.lowerBound : places.lowerBound + index - indices.lowerBound)
      }
      return
    }
    let common = CommonOrder(
      places.map { OperationWord(graph.layers[$0].operation) }, indices.map { OperationWord(layers[$0].operation) })
    var last = places.lowerBound
    for (offset, match) in common.matches.enumerated() {
      if let match { last = places.lowerBound + match }
      // What has no layer of its own is part of the one before, as an activation is.
      if match != nil || offset > 0 { claim(indices.lowerBound + offset, for: last) }
    }
  }
}

/// What an operation does, in a word that engines and files share.
enum OperationWord: Hashable {
  case product, pool, add, multiply, subtract, softmax, reshape, pad, concatenation, transpose, resize, mean, activation
  case other(String)

  init(_ name: String) {
    let name = name.lowercased()
    let words: [(String, OperationWord)] = [
      ("mean", .mean), ("global average", .mean), ("pool", .pool), ("softmax", .softmax), ("reshape", .reshape),
      ("pad", .pad), ("concat", .concatenation), ("transpose", .transpose), ("resize", .resize), ("conv", .product),
      ("fully", .product), ("matmul", .product), ("matrix", .product), ("add", .add), ("mul", .multiply),
      ("sub", .subtract), ("relu", .activation), ("clamp", .activation), ("sigmoid", .activation),
      ("logistic", .activation), ("tanh", .activation), ("swish", .activation),
    ]
    self = words.first { name.contains($0.0) }?.1 ?? .other(name)
  }
}

/// The longest common subsequence of two sequences.
struct CommonOrder<Element: Hashable> {
  /// For each element of the second sequence, the place in the first; `nil` for none.
  private(set) var matches: [Int?]

  /// The table has one entry per pair; longer sequences are not matched.
  private static var largestTable: Int { 25_000_000 }

  init(_ first: [Element], _ second: [Element]) {
    matches = Array(repeating: nil, count: second.count)
    let width = second.count + 1
    guard (first.count + 1) * width <= Self.largestTable else { return }
    var lengths = [Int32](repeating: 0, count: (first.count + 1) * width)
    for row in stride(from: first.count - 1, through: 0, by: -1) {
      for column in stride(from: second.count - 1, through: 0, by: -1) {
        lengths[row * width + column] =
          first[row] == second[column]
          ? lengths[(row + 1) * width + column + 1] + 1
          : max(lengths[(row + 1) * width + column], lengths[row * width + column + 1])
      }
    }
    var (row, column) = (0, 0)
    while row < first.count, column < second.count {
      if first[row] == second[column] {
        matches[column] = row
        (row, column) = (row + 1, column + 1)
      } else if lengths[(row + 1) * width + column] >= lengths[row * width + column + 1] {
        row += 1
      } else {
        column += 1
      }
    }
  }
}
