public import AssayCore

extension LayerComparison {
  /// Sets two engines' times for one model beside each other.
  ///
  /// Engines fuse differently, so a row has the smallest set of layers of the file that both engines do without the rest.
  ///
  /// - Parameter layers: of the file.
  public init(of layers: [InspectedLayer], _ first: EngineInspection, _ second: EngineInspection) {
    var groups = LayerGroups(count: layers.count)
    for engine in [first, second] { for layer in engine.layers { groups.join(layer.sources) } }
    let times = (first: groups.times(of: first), second: groups.times(of: second))
    var rows: [Int: [Int]] = [:]
    for layer in layers {
      let isRun = first.fates[layer.index].into != nil || second.fates[layer.index].into != nil
      if isRun { rows[groups.root(layer.index), default: []].append(layer.index) }
    }
    self.init(
      rows: rows.map { root, layers in
        Row(layers: layers, first: times.first.rows[root], second: times.second.rows[root])
      }.sorted { $0.layers[0] < $1.layers[0] }, insertedFirst: times.first.inserted,
      insertedSecond: times.second.inserted)
  }
}

/// Sets of layers that grow together (union-find).
private struct LayerGroups {
  private var parents: [Int]

  init(count: Int) { parents = Array(0..<count) }

  mutating func root(_ layer: Int) -> Int {
    var layer = layer
    while parents[layer] != layer {
      parents[layer] = parents[parents[layer]]
      layer = parents[layer]
    }
    return layer
  }

  mutating func join(_ layers: [Int]) {
    guard let first = layers.first else { return }
    for layer in layers.dropFirst() { parents[root(layer)] = root(first) }
  }

  /// The sums of an engine's medians by the root of their set, and those of layers that stand for none of the file.
  mutating func times(of engine: EngineInspection) -> (rows: [Int: Double], inserted: Double?) {
    var rows: [Int: Double] = [:]
    var inserted: Double?
    for layer in engine.layers {
      guard let time = layer.medianMilliseconds else { continue }
      if let source = layer.sources.first {
        rows[root(source), default: 0] += time
      } else {
        inserted = (inserted ?? 0) + time
      }
    }
    return (rows, inserted)
  }
}
