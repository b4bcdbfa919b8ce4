public import AssayCore

/// Why scores are no ranking of the classes.
public enum ScoreFlaw: Sendable {
  case notANumber
  case infinite
  /// All are equal.
  case constant
}

/// The classes with the highest scores in a model's output.
public struct TopK: Sendable {
  /// The number of classes in the output.
  public let classCount: Int
  /// Added to a label, the index in the output: 1 for 1001 outputs, where a background class precedes the ImageNet classes, else 0.
  public var backgroundClassOffset: Int { classCount == 1001 ? 1 : 0 }

  private let type: DataType
  private let k: Int

  /// - Parameter k: at least 1; with fewer classes, all are returned.
  /// - Throws: `.badData`, naming shape and type, if the output is not one score per class.
  public init(_ k: Int, of output: TensorSpec) throws(AssayError) {
    precondition(k > 0)
    guard output.type != .bool, !output.type.isNarrow, output.elementCount > 1,
      output.shape.max() == output.elementCount
    else {
      throw AssayError(
        .badData,
        "Output '\(output.name)' (\(output.type.rawValue), shape \(output.shape)) is not one score per class.",
        advice: "Accuracy is measured of classifiers, whose output has a shape like [1, 1000].")
    }
    classCount = output.elementCount
    type = output.type
    self.k = k
  }

  /// The indices of the `k` highest scores, the highest first; of equal scores the lower index comes first, and NaN comes last, as in
  /// numpy's stable `argsort(-y)`.
  ///
  /// Quantised scores are compared as they are: they have the order of the real values.
  ///
  /// - Parameter bytes: the host memory of the output, aligned for its elements.
  public func indices(in bytes: UnsafeRawBufferPointer) -> [Int] {
    switch type {
    case .float16: highest(bytes.bindMemory(to: Float16.self))
    case .bfloat16: highest(bytes.bindMemory(to: UInt16.self).map(Self.number(bfloat16:)))
    case .float32: highest(bytes.bindMemory(to: Float.self))
    case .float64: highest(bytes.bindMemory(to: Double.self))
    case .int8: highest(bytes.bindMemory(to: Int8.self))
    case .int16: highest(bytes.bindMemory(to: Int16.self))
    case .int32: highest(bytes.bindMemory(to: Int32.self))
    case .int64: highest(bytes.bindMemory(to: Int64.self))
    case .uint8, .bool: highest(bytes.bindMemory(to: UInt8.self))
    case .uint16: highest(bytes.bindMemory(to: UInt16.self))
    case .uint32: highest(bytes.bindMemory(to: UInt32.self))
    case .uint64: highest(bytes.bindMemory(to: UInt64.self))
    default: []  // Refused by `init`.
    }
  }

  /// The score of a class as the model gave it, not dequantised.
  ///
  /// - Parameters:
  ///   - index: of a class, as `indices(in:)` gives it.
  ///   - bytes: as there.
  public func score(at index: Int, in bytes: UnsafeRawBufferPointer) -> Double {
    switch type {
    case .float16: Double(bytes.bindMemory(to: Float16.self)[index])
    case .bfloat16: Double(Self.number(bfloat16: bytes.bindMemory(to: UInt16.self)[index]))
    case .float32: Double(bytes.bindMemory(to: Float.self)[index])
    case .float64: bytes.bindMemory(to: Double.self)[index]
    case .int8: Double(bytes.bindMemory(to: Int8.self)[index])
    case .int16: Double(bytes.bindMemory(to: Int16.self)[index])
    case .int32: Double(bytes.bindMemory(to: Int32.self)[index])
    case .int64: Double(bytes.bindMemory(to: Int64.self)[index])
    case .uint8, .bool: Double(bytes.bindMemory(to: UInt8.self)[index])
    case .uint16: Double(bytes.bindMemory(to: UInt16.self)[index])
    case .uint32: Double(bytes.bindMemory(to: UInt32.self)[index])
    case .uint64: Double(bytes.bindMemory(to: UInt64.self)[index])
    default: .nan
    }
  }

  /// How many other classes have at least the score of one, or why the scores are no ranking.
  public func standing(of index: Int, in bytes: UnsafeRawBufferPointer) -> (ahead: Int?, flaw: ScoreFlaw?) {
    let scores = (0..<classCount).map { score(at: $0, in: bytes) }
    if scores.contains(where: \.isNaN) { return (nil, .notANumber) }
    if scores.contains(where: \.isInfinite) { return (nil, .infinite) }
    if scores.allSatisfy({ $0 == scores[0] }) { return (nil, .constant) }
    return (scores.count { $0 >= scores[index] } - 1, nil)
  }

  private static func number(bfloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  private func highest<Scores: RandomAccessCollection>(_ scores: Scores) -> [Int]
  where Scores.Index == Int, Scores.Element: Comparable {
    precondition(scores.count == classCount)
    var best: [Int] = []
    best.reserveCapacity(k + 1)
    for index in scores.indices where best.count < k || Self.isHigher(scores[index], scores[best[k - 1]]) {
      let place = best.firstIndex { Self.isHigher(scores[index], scores[$0]) } ?? best.count
      best.insert(index, at: place)
      if best.count > k { best.removeLast() }
    }
    return best
  }

  /// NaN ranks below every number; it alone differs from itself.
  private static func isHigher<Score: Comparable>(_ one: Score, _ other: Score) -> Bool {
    one > other || (other != other && one == one)
  }
}
