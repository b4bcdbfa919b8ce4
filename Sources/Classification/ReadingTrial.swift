import AssayCore
import Statistics

/// Counts, over images that two readings are tried on, where they differ at top-1.
struct ReadingTrial {
  /// Wrong as it was asked for, right with the other reading.
  private(set) var fixed = 0
  /// Right as it was asked for, wrong with the other reading.
  private(set) var broken = 0
  private(set) var images = 0
  private(set) var correct = 0

  var otherCorrect: Int { correct + fixed - broken }

  mutating func add(isRight: Bool, isRightOtherwise: Bool) {
    images += 1
    if isRight { correct += 1 }
    if isRightOtherwise && !isRight { fixed += 1 }
    if isRight && !isRightOtherwise { broken += 1 }
  }

  /// Whether the other reading is better by more than chance would have it in 1 of 1000 checks of `trials` readings (McNemar's mid-p,
  /// Bonferroni's correction).
  func isBetter(among trials: Int) -> Bool {
    fixed > broken && Self.pValue(fixed: fixed, broken: broken) * Double(trials) < Self.level
  }

  private static let level = 0.001

  private static func pValue(fixed: Int, broken: Int) -> Double {
    PairedOutcomes(both: 0, onlyA: broken, onlyB: fixed, neither: 0).midP
  }

  /// Images that another reading must set right, breaking none, before it can be called better.
  static func leastFixed(among trials: Int) -> Int {
    var count = 1
    while pValue(fixed: count, broken: 0) * Double(trials) >= level { count += 1 }
    return count
  }
}
