public import AssayCore

/// Counts how many images were classified right, by class and by what they were taken for, in memory that does not grow with their number.
public struct Tally {
  public private(set) var counts = AccuracyCounts()

  private var classes: [ClassCount]
  private var confused: [Pair: Int] = [:]

  private struct Pair: Hashable {
    let label: Int
    let predicted: Int
  }

  /// Pairs of classes in the final report.
  static let confusionLimit = 50

  /// - Parameters:
  ///   - classCount: classes that labels may name.
  ///   - ranks: the K of each top-K, ascending.
  public init(classCount: Int, ranks: [Int]) {
    classes = (0..<classCount).map { ClassCount(label: $0) }
    counts.top = ranks.map { TopCount(k: $0) }
  }

  /// - Parameters:
  ///   - label: below the number of classes.
  ///   - best: classes by falling score, at least one.
  ///   - rank: how many classes stand before the label; `nil` for its place in `best`.
  public mutating func add(label: Int, best: [Int], rank: Int? = nil) {
    counts.images += 1
    let place = rank ?? best.firstIndex(of: label) ?? .max
    for index in counts.top.indices where place < counts.top[index].k { counts.top[index].correct += 1 }
    classes[label].images += 1
    if place == 0 {
      classes[label].top1Correct += 1
    } else if let predicted = best.first(where: { $0 != label }) {
      confused[Pair(label: label, predicted: predicted), default: 0] += 1
    }
  }

  public mutating func add(_ image: UnreadableImage) { counts.add(image) }

  public mutating func describe(_ body: (inout AccuracyCounts) -> Void) { body(&counts) }

  /// The counts with classes and confusions.
  public var complete: AccuracyCounts {
    var counts = counts
    counts.classes = classes.filter { $0.images > 0 }
    let sorted = confused.sorted { one, other in
      (other.value, one.key.label, one.key.predicted) < (one.value, other.key.label, other.key.predicted)
    }
    counts.confusions = sorted.prefix(Self.confusionLimit).map {
      Confusion(label: $0.key.label, predicted: $0.key.predicted, images: $0.value)
    }
    return counts
  }
}
