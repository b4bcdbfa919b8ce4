import AssayCore
import Statistics
import Testing

@Suite("Fronts and differences of shares")
struct FrontTests {
  @Test("On the front are the points that none beats in both, by rising cost")
  func front() {
    let costs = [3.0, 1, 2, 2, 5, 4]
    let gains = [30.0, 10, 20, 15, 30, 40]
    #expect(ParetoFront.indices(costs: costs, gains: gains) == [1, 2, 0, 5])
    #expect(ParetoFront.indices(costs: [1, 1], gains: [2, 2]) == [0, 1], "equal points beat neither")
    #expect(ParetoFront.indices(costs: [], gains: []) == [])
  }

  // Newcombe 1998, Table II, method 10: (a) 56/70 − 48/80.
  @Test("The interval of a difference of shares is Newcombe's")
  func difference() throws {
    let interval = try #require(ShareDifference.interval(first: (48, 80), second: (56, 70)))
    #expect(abs(interval.lowerBound - 0.0524) < 0.00005 && abs(interval.upperBound - 0.3339) < 0.00005)
    let equal = try #require(ShareDifference.interval(first: (10, 10), second: (10, 10)))
    #expect(abs(equal.lowerBound + 0.2775) < 0.00005 && abs(equal.upperBound - 0.2775) < 0.00005)
    #expect(ShareDifference.interval(first: (0, 0), second: (1, 2)) == nil)
  }

  @Test("A line explains all of the variance of points on it, and nothing is told of values that are all equal")
  func explained() throws {
    #expect(abs((LeastSquaresLine(x: [1, 2, 3], y: [2, 4, 6])?.explainedShare ?? 0) - 1) < 1e-12)
    #expect(LeastSquaresLine(x: [1, 2, 3], y: [5, 5, 5])?.explainedShare == nil)
    #expect(abs((LeastSquaresLine(x: [1, 2, 3, 4], y: [1, 3, 2, 4])?.explainedShare ?? 0) - 0.64) < 1e-12)
  }

  @Test("The front is that of the definition, also of many points with equal numbers")
  func definition() {
    var generator = SplitMix64(seed: 5)
    let costs = (0..<300).map { _ in Double(generator.next() % 20) }
    let gains = (0..<300).map { _ in Double(generator.next() % 20) }
    let expected = costs.indices.filter { point in
      !costs.indices.contains { other in
        gains[other] >= gains[point] && costs[other] <= costs[point]
          && (gains[other] > gains[point] || costs[other] < costs[point])
      }
    }
    #expect(ParetoFront.indices(costs: costs, gains: gains).sorted() == expected)
    let many = (0..<200_000).map(Double.init)
    #expect(ParetoFront.indices(costs: many, gains: many) == Array(many.indices), "not in quadratic time")
  }
}
