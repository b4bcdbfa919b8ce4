/// Climbs a grid of numbers to a place that no neighbour along an axis beats.
///
/// Throughput over streams, threads and batches is mostly a single hill: more of each helps until the cores are busy, then it does not. Two starts
/// far from each other keep it from the lower of two hills.
struct GridClimb {
  typealias Place = [Int]

  /// How many values each axis has.
  let sizes: [Int]
  private(set) var values: [Place: Double] = [:]
  private var starts: [Place]

  init(sizes: [Int], starts: [Place]) {
    self.sizes = sizes
    self.starts = starts
  }

  /// The best place so far.
  var best: Place? { values.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }

  /// The next place to look at; `nil` once all neighbours of the best are known.
  mutating func next() -> Place? {
    while let start = starts.first {
      starts.removeFirst()
      if values[start] == nil { return start }
    }
    guard let best else { return nil }
    for axis in sizes.indices {
      for step in [1, -1] {
        var place = best
        place[axis] += step
        if (0..<sizes[axis]).contains(place[axis]), values[place] == nil { return place }
      }
    }
    return nil
  }

  mutating func add(_ value: Double, at place: Place) { values[place] = value }
}

/// Places in order of their numbers, so that ties have one answer.
private func < (left: (Double, [Int]), right: (Double, [Int])) -> Bool {
  left.0 == right.0 ? left.1.lexicographicallyPrecedes(right.1) : left.0 < right.0
}
