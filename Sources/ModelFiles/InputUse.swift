/// Which values an input may have, from what it feeds in the graph.
public struct InputUse: Sendable {
  public let name: String
  /// The shape that the model declares, -1 for a dynamic dimension; `nil` where the file does not say.
  public let declaredShape: [Int]?
  /// The rows of the smallest table that the input indexes: values outside make no sense. `nil` where it indexes none of known size.
  public private(set) var limit: ClosedRange<Int>?
  /// Elements that must fit together, such as axes or a shape, in order; `nil` where any of the range will do.
  public private(set) var elements: [Int]?
  let isInteger: Bool
  private var known: ClosedRange<Int>?

  /// What the graph allows, else what the name suggests; `nil` where nothing restricts the input.
  public var range: ClosedRange<Int>? {
    if let known { return known }
    guard isInteger else { return nil }
    let name = name.lowercased()
    if name.contains("mask") { return 0...1 }
    return name.contains("length") ? 1...1 : nil
  }

  /// Layers that an input is followed through. The search recurses, and a hostile model must not exhaust the stack.
  static let longestChain = 1000

  init(name: String, declaredShape: [Int]?, isInteger: Bool = true) {
    (self.name, self.declaredShape, self.isInteger) = (name, declaredShape, isInteger)
  }

  /// Sets the elements. Of several proposals, the first stays.
  mutating func propose(_ elements: [Int]) { self.elements = self.elements ?? elements }

  /// Restricts the range to the rows of a table; to the first where their number is unknown.
  mutating func index(into size: Int?) {
    restrict(to: Self.indices(into: size))
    guard let size, size > 0 else { return }
    limit = 0...min(size - 1, limit?.upperBound ?? .max)
  }

  /// Restricts the range further. Of ranges that exclude each other, the first stays.
  mutating func restrict(to other: ClosedRange<Int>) {
    guard let known else { return self.known = other }
    let (low, high) = (max(known.lowerBound, other.lowerBound), min(known.upperBound, other.upperBound))
    if low <= high { self.known = low...high }
  }
}

extension InputUse {
  /// Indices into a dimension; only 0 where its size is unknown.
  static func indices(into size: Int?) -> ClosedRange<Int> {
    guard let size, size > 0 else { return 0...0 }
    return 0...size - 1
  }
}
