import Statistics
import Testing

@testable import Assay

@Suite("Cells take turns until every interval is narrow")
struct StopRuleTests {
  private func comparison(spread: Double, blocks: Int = 40) throws -> RatioComparison {
    let pairs = (0..<blocks).map { index in
      (a: [UInt64](repeating: 1_000_000, count: 5), b: [UInt64(1_000_000 * (1 + spread * Double(index % 5 - 2)))])
    }
    return try #require(RatioComparison(pairs: pairs))
  }

  @Test("It looks seldom: after 20 rounds, then after a quarter more each time")
  func looks() {
    var rule = StopRule(precision: 0.01)
    var looks: [Int] = []
    for rounds in 1...100 {
      let isFulfilled = rule.isFulfilled(after: rounds) {
        looks.append(rounds)
        return [nil]
      }
      #expect(!isFulfilled)
    }
    #expect(looks == [20, 25, 31, 38, 47, 58, 72, 90])
  }

  @Test("All intervals must be narrow, and the widest is named")
  func widths() throws {
    let (narrow, wide) = try (comparison(spread: 0.0001), comparison(spread: 0.05))
    var rule = StopRule(precision: 0.01)
    let narrowFulfils = rule.isFulfilled(after: 20) { [narrow, narrow] }
    #expect(narrowFulfils)
    let wideFulfils = rule.isFulfilled(after: 30) { [narrow, wide] }
    #expect(!wideFulfils)
    let interval = try #require(wide.interval)
    #expect(rule.width == (interval.upperBound - interval.lowerBound) / wide.ratio)
  }

  @Test("Without an interval nothing is narrow")
  func nothing() throws {
    var rule = StopRule(precision: 1)
    let few = try comparison(spread: 0, blocks: 4)
    let isFulfilled = rule.isFulfilled(after: 20) { [few] }
    #expect(!isFulfilled && rule.width == .infinity)
  }
}
