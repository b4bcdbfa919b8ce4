/// When the queries of a server are due: a Poisson process, as LoadGen draws it.
public struct PoissonArrivals: Sequence, IteratorProtocol, Sendable {
  private var random: MersenneTwister
  private let rate: Double
  private var time: UInt64 = 0

  /// - Parameter rate: queries a second, above 0 and such that no wait exceeds three centuries.
  public init(rate: Double, seed: UInt64) {
    self.rate = rate
    random = MersenneTwister(seed: seed)
  }

  /// The next due time in ns. The first is 0.
  public mutating func next() -> UInt64? {
    defer {
      // C++ converts seconds to whole nanoseconds by truncation.
      let wait = random.nextExponential(rate: rate) * 1e9
      time &+= UInt64(Swift.min(wait, 9e18))
    }
    return time
  }

  /// The due times of a run: at least `count`, and as many as it takes for the last to be at or after `seconds`.
  public static func times(rate: Double, seed: UInt64, minimumCount count: Int, minimumSeconds seconds: Double)
    -> [UInt64]
  {
    let end = UInt64(seconds * 1e9)
    var arrivals = PoissonArrivals(rate: rate, seed: seed)
    var times: [UInt64] = []
    while times.count < count || (times.last ?? 0) < end, let time = arrivals.next() { times.append(time) }
    return times
  }
}
