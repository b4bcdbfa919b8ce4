import AssayCore
import Foundation
import Steadiness
import Testing

@Suite("Changes between runs are found as in long runs")
struct ValueHistoryTests {
  /// Values around 1 with a relative noise, times a step from `index` on.
  private static func history(
    count: Int, seed: UInt64, noise: Double = 0.02, step: Double = 0, from index: Int = 0
  ) -> [Double] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { number in
      let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
      return exp(noise * normal) * (number >= index ? 1 + step : 1)
    }
  }

  @Test("A lasting rise of 12 % is found where it is, with an interval that holds it")
  func rise() throws {
    var found = 0
    for seed in 1...20 as ClosedRange<UInt64> {
      let values = Self.history(count: 60, seed: seed, step: 0.12, from: 31)
      let changes = try #require(ValueHistory.changes(in: values))
      guard let change = changes.first, changes.count == 1 else { continue }
      if abs(change.index - 31) <= 1, change.range.contains(0.12) { found += 1 }
    }
    #expect(found >= 17)
  }

  @Test("Histories without a change have none, at any length from the shortest")
  func noChange() {
    var found = 0
    for count in [ValueHistory.minimumCount, 30, 60] {
      for seed in 1...100 as ClosedRange<UInt64> {
        if ValueHistory.changes(in: Self.history(count: count, seed: seed, noise: 0.05))?.isEmpty == false {
          found += 1
        }
      }
    }
    #expect(found <= 3)
  }

  @Test("Too few runs are not searched, and constant or zero values do not change")
  func extremes() {
    #expect(ValueHistory.changes(in: Self.history(count: ValueHistory.minimumCount - 1, seed: 1)) == nil)
    #expect(ValueHistory.changes(in: Array(repeating: 0.75, count: 40)) == [])
    #expect(ValueHistory.changes(in: Array(repeating: 0, count: 40)) == [])
    let accuracy = Array(repeating: 0.75, count: 20) + Array(repeating: 0.7, count: 20)
    #expect(ValueHistory.changes(in: accuracy)?.map(\.index) == [20])
  }
}
