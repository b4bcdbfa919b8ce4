/// How far two sequences of tensors agree, added up tensor by tensor.
public struct TensorAgreement: Sendable {
  /// The largest absolute difference of two finite elements.
  public private(set) var maximum: Double?
  /// Pairs of elements of which one or both are not finite, which count in no other figure.
  public private(set) var notFinite = 0
  /// Elements of the first tensors, and of the second, that are not finite.
  public private(set) var notFiniteBySide = (first: 0, second: 0)
  /// Rows, and those whose largest element has the same place in both. The first of several largest counts.
  public private(set) var rows = 0
  public private(set) var sameTop1 = 0

  private var sum = 0.0
  private var count = 0
  private var (dot, squares, otherSquares) = (0.0, 0.0, 0.0)

  public init() {}

  /// The mean absolute difference.
  public var mean: Double? { count > 0 ? sum / Double(count) : nil }

  /// The cosine of the angle between both as vectors; `nil` where one is zero.
  public var cosine: Double? {
    let length = squares.squareRoot() * otherSquares.squareRoot()
    guard length > 0, length.isFinite else { return nil }
    return max(-1, min(1, dot / length))
  }

  /// Adds a pair of tensors.
  ///
  /// - Precondition: both have as many elements, which `rows` divides.
  public mutating func add(_ first: [Double], _ second: [Double], rows: Int) {
    precondition(first.count == second.count && rows > 0 && first.count.isMultiple(of: rows))
    for (one, other) in zip(first, second) {
      guard one.isFinite, other.isFinite else {
        notFinite += 1
        notFiniteBySide.first += one.isFinite ? 0 : 1
        notFiniteBySide.second += other.isFinite ? 0 : 1
        continue
      }
      let difference = abs(one - other)
      maximum = Swift.max(maximum ?? 0, difference)
      sum += difference
      count += 1
      dot += one * other
      squares += one * one
      otherSquares += other * other
    }
    let width = first.count / rows
    guard width > 0 else { return }
    for start in stride(from: 0, to: first.count, by: width) {
      self.rows += 1
      if Self.top(first[start..<start + width]) == Self.top(second[start..<start + width]) { sameTop1 += 1 }
    }
  }

  /// The place of the largest number in a row; `nil` where there is none.
  private static func top(_ row: ArraySlice<Double>) -> Int? {
    row.indices.filter { !row[$0].isNaN }.max { (row[$0], $1) < (row[$1], $0) }.map { $0 - row.startIndex }
  }
}
