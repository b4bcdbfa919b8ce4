import Glibc

/// The number of events in independent trials.
public enum BinomialDistribution {
  /// P(X ≤ events) in so many trials, each with this probability above 0 and below 1: the regularised incomplete beta function
  /// I_{1 − p}(trials − events, events + 1), summed from its largest term down.
  public static func cumulative(_ events: Int, of trials: Int, probability: Double) -> Double {
    guard events < trials else { return 1 }
    guard events >= 0 else { return 0 }
    let mode = Int(Double(trials + 1) * probability)
    let last = min(events, mode)
    let odds = (1 - probability) / probability
    func sum(from first: Int, to end: Int, by step: Int) -> Double {
      var term = 1.0
      var sum = 0.0
      var count = first
      while count != end + step, term > 1e-18 * sum {
        sum += term
        // The next term, from the ratio of neighbours.
        term *=
          step < 0
          ? Double(count) / Double(trials - count + 1) * odds : Double(trials - count) / Double(count + 1) / odds
        count += step
      }
      return sum
    }
    let logTerm =
      logBinomialCoefficient(Double(trials), Double(last)) + Double(last) * log(probability)
      + Double(trials - last) * log1p(-probability)
    let below = sum(from: last, to: 0, by: -1)
    let above = events > last ? sum(from: last, to: events, by: 1) - 1 : 0
    return min(exp(logTerm) * (below + above), 1)
  }
}
