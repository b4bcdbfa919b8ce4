import Scenarios
import Testing

@Suite struct PeakSearchTests {
  private func search(
    from start: Double, holdsUpTo peak: Double, capacity: Double = 2000
  ) -> (best: Double?, trials: Int) {
    var search = PeakSearch(from: start)
    var trials = 0
    while let rate = search.next, trials < 100 {
      search.record(isHeld: rate <= peak, completed: min(rate, capacity))
      trials += 1
    }
    return (search.best, trials)
  }

  @Test(arguments: [(10.0, 137.0), (1, 999), (500, 137), (100, 100), (1e6, 900)])
  func `The largest rate that is held is found within 2 %`(start: Double, peak: Double) throws {
    let (best, trials) = search(from: start, holdsUpTo: peak)
    let found = try #require(best)
    #expect(found <= peak && found >= peak / 1.02)
    #expect(trials <= 20)
  }

  @Test func `Rates to confirm fall, ever faster`() {
    let rates = PeakSearch.confirmations(of: 100)
    #expect(rates[0] == 100 && rates == rates.sorted(by: >) && rates[3] > 70 && rates[3] < 80)
  }

  @Test func `A model that holds no rate ends the search`() {
    let (best, trials) = search(from: 100, holdsUpTo: 0)
    #expect(best == nil)
    #expect(trials <= 5)
  }
}
