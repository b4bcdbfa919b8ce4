/// Which values an integer input may have, from what it feeds in the graph.
package struct InputUse {
  package let name: String
  private var known: ClosedRange<Int>?

  /// What the graph allows, else what the name suggests; `nil` where nothing restricts the input.
  package var range: ClosedRange<Int>? {
    if let known { return known }
    let name = name.lowercased()
    if name.contains("mask") { return 0...1 }
    return name.contains("length") ? 1...1 : nil
  }

  package init(name: String) { self.name = name }

  /// Restricts the range further. Of ranges that exclude each other, the first stays.
  mutating func restrict(to other: ClosedRange<Int>) {
    guard let known else { return self.known = other }
    let (low, high) = (max(known.lowerBound, other.lowerBound), min(known.upperBound, other.upperBound))
    if low <= high { self.known = low...high }
  }
}

extension InputUse {
  /// Indices into a dimension; only 0 where its size is unknown.
  static func indices(into size: Int?) -> ClosedRange<Int> { 0...max((size ?? 1) - 1, 0) }
}
