import Statistics
import Testing

@Suite("Two answers to the same questions are compared as McNemar and Newcombe do")
struct McNemarTests {
  @Test("The p-value is that of scipy's exact binomial test, and the interval Newcombe's")
  func fixtures() throws {
    for expected in try StatisticsFixtures.load().mcnemar {
      let table = McNemar(
        both: expected.table[0], onlyFirst: expected.table[1], onlySecond: expected.table[2],
        neither: expected.table[3])
      #expect(isClose(table.pValue, expected.p), "\(expected)")
      let interval = try #require(table.interval)
      #expect(isClose(interval.lowerBound, expected.interval[0]), "\(expected) \(interval)")
      #expect(isClose(interval.upperBound, expected.interval[1]), "\(expected) \(interval)")
    }
  }

  @Test("Without questions there is nothing to say, and equal answers do not differ")
  func edges() {
    let none = McNemar(both: 0, onlyFirst: 0, onlySecond: 0, neither: 0)
    #expect(none.difference == nil && none.interval == nil && none.pValue == 1)
    let equal = McNemar(both: 90, onlyFirst: 0, onlySecond: 0, neither: 10)
    #expect(equal.difference == 0 && equal.pValue == 1)
  }
}
