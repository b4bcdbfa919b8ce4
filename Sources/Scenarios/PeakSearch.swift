/// The search for the largest rate that a server holds: doubling while it does, then bisection.
public struct PeakSearch: Sendable {
  /// The rate to try next; `nil` when the search is over.
  public private(set) var next: Double?
  /// The largest rate that was held, and below all that were missed.
  public private(set) var best: Double?
  private var lowestMissed: Double?
  private var misses = 0

  /// The search ends when the rates that are held and missed are so close.
  public static let precision = 0.02
  /// A model that does not hold an eighth of what it can do does not hold the bound at all.
  private static let mostMisses = 4

  public init(from rate: Double) { next = rate }

  /// Says whether the rate that was tried is held.
  ///
  /// - Parameter completed: queries a second that were done: of a rate that is far too high, the search continues below what the model can do.
  public mutating func record(isHeld: Bool, completed: Double) {
    guard let rate = next else { return }
    if isHeld {
      best = max(best ?? rate, rate)
    } else {
      lowestMissed = min(lowestMissed ?? rate, rate)
      misses += 1
    }
    switch (best, lowestMissed) {
    case (let best?, nil): next = best * 2
    case (nil, let missed?): next = misses < Self.mostMisses ? min(missed, completed) / 2 : nil
    case (let best?, let missed?):
      next = missed / best > 1 + Self.precision ? (best + missed) / 2 : nil
    case (nil, nil): next = nil
    }
  }

  /// Rates to confirm in turn, if a full run does not hold what a short one did: each time twice as far below.
  public static func confirmations(of rate: Double) -> [Double] {
    var (rates, step) = ([rate], 2 * precision)
    while rates.count < 4 {
      rates.append(rates[rates.count - 1] / (1 + step))
      step *= 2
    }
    return rates
  }
}
