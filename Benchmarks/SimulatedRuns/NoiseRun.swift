import Glibc

/// Fluctuating latencies, optionally with a shift or a drift.
public struct NoiseRun: SimulatedRun {
  public enum Noise: String, CaseIterable, Sendable {
    case white
    /// The first-order autocorrelation from one inference to the next is 0.5.
    case autocorrelated
    /// The first-order autocorrelation is 0.99.
    case highlyAutocorrelated = "autocorrelated-99"
    /// Fluctuations last ten seconds.
    case tenSeconds = "ten-seconds"
    /// Fluctuations last a minute.
    case minute
    /// Student's t with three degrees of freedom.
    case student
    /// Log-normal with a standard deviation of 0.3.
    case lognormal
    /// One inference in fifty takes longer, by a power law.
    case pareto
    /// A slow fluctuation, heavy tails and spikes together.
    case mixed
  }

  public struct Shift: Sendable {
    public let time: Double
    public let change: Double

    public init(time: Double, change: Double) {
      self.time = time
      self.change = change
    }
  }

  public let seconds: Double
  public var expectedCount: Int { Int(seconds * 1000 / base) }
  private let noise: Noise
  private let base: Double
  private let deviation: Double
  private let shift: Shift?
  /// Relative change per hour.
  private let drift: Double
  private var random: RandomNumbers
  private var state = 0.0
  private var isFresh = true

  /// - Parameters:
  ///   - base: latency in ms without noise.
  ///   - deviation: standard deviation of the logarithm.
  public init(
    _ noise: Noise, seed: UInt64, base: Double = 40, deviation: Double = 0.05, seconds: Double = 10_800,
    shift: Shift? = nil, drift: Double = 0
  ) {
    self.noise = noise
    self.base = base
    self.deviation = deviation
    self.seconds = seconds
    self.shift = shift
    self.drift = drift
    random = RandomNumbers(seed: seed)
  }

  public mutating func latency(at time: Double) -> Double {
    var level = base * (1 + drift * time / 3600)
    if let shift, time >= shift.time { level *= 1 + shift.change }
    return level * exp(fluctuation())
  }

  private mutating func fluctuation() -> Double {
    switch noise {
    case .white: return deviation * random.normal()
    case .autocorrelated: return deviation * correlated(0.5)
    case .highlyAutocorrelated: return deviation * correlated(0.99)
    case .tenSeconds: return deviation * correlated(lasting: 10)
    case .minute: return deviation * correlated(lasting: 60)
    case .student: return deviation * random.student3()
    case .lognormal: return 0.3 * random.normal()
    case .pareto:
      let spike = random.uniform() < 0.02 ? -log(1 - random.uniform()) / 1.5 : 0
      return deviation * random.normal() + spike
    case .mixed:
      let spike = random.uniform() < 0.01 ? -log(1 - random.uniform()) / 1.5 : 0
      return deviation * (0.6 * correlated(lasting: 60) + 0.8 * random.student3()) + spike
    }
  }

  private mutating func correlated(lasting seconds: Double) -> Double { correlated(exp(-base / 1000 / seconds)) }

  /// A stationary autoregressive process of variance 1.
  private mutating func correlated(_ coefficient: Double) -> Double {
    let innovation = random.normal()
    state =
      isFresh ? innovation : coefficient * state + (1 - coefficient * coefficient).squareRoot() * innovation
    isFresh = false
    return state
  }
}
