import Statistics
import Testing

@Suite("Two accuracies on the same images are compared by the images on which they differ")
struct PairedOutcomesTests {
  @Test("Mid-p and interval are those computed from scipy's binomial distribution and Wilson intervals")
  func againstScipy() throws {
    for expected in try StatisticsFixtures.load().pairedOutcomes {
      let outcomes = outcomes(expected.counts)
      #expect(isClose(outcomes.midP, expected.midP), "\(expected.counts): \(outcomes.midP), not \(expected.midP)")
      let interval = try #require(outcomes.differenceInterval)
      #expect(isClose(interval.lowerBound, expected.interval[0]), "\(expected.counts): \(interval)")
      #expect(isClose(interval.upperBound, expected.interval[1]), "\(expected.counts): \(interval)")
    }
  }

  @Test("The interval is the one that Newcombe printed for his first example")
  func newcombe() throws {
    // Newcombe 1998, Table III: 36, 12, 2, 0; method 10 gives 0.0569 to 0.3404.
    let interval = try #require(outcomes([36, 2, 12, 0]).differenceInterval)
    #expect(abs(interval.lowerBound - 0.0569) < 5e-5 && abs(interval.upperBound - 0.3404) < 5e-5, "\(interval)")
  }

  @Test("To exchange the sides changes the sign of the difference and nothing else")
  func exchange() throws {
    let outcomes = outcomes([412, 31, 12, 45])
    let exchanged = self.outcomes([412, 12, 31, 45])
    #expect(outcomes.difference == -0.038 && exchanged.difference == 0.038)
    #expect(outcomes.midP == exchanged.midP)
    let interval = try #require(outcomes.differenceInterval)
    let mirrored = try #require(exchanged.differenceInterval)
    #expect(isClose(interval.lowerBound, -mirrored.upperBound) && isClose(interval.upperBound, -mirrored.lowerBound))
  }

  @Test("No images have no difference")
  func none() {
    let none = outcomes([0, 0, 0, 0])
    #expect(none.difference == nil && none.differenceInterval == nil && none.midP == 1)
  }

  private func outcomes(_ counts: [Int]) -> PairedOutcomes {
    PairedOutcomes(both: counts[0], onlyA: counts[1], onlyB: counts[2], neither: counts[3])
  }
}
