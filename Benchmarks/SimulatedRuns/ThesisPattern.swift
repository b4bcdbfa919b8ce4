import Glibc

/// The four patterns that the thesis saw in three hours of inferences (sections 4.2 and 5.4), each with its figures.
public enum ThesisPattern: String, CaseIterable, Sendable {
  /// 93 % within 1065 ± 15 ms; now and then the CPU is busy with other work.
  case raspberryPi = "raspberry-pi"
  /// One broad, skewed mode: 62 % within 0.626 … 0.752 ms, 95 % within 0.752 ± 0.252 ms, a tail to 2.5 ms.
  case jetson
  /// 98.65 % within 5.98 ± 0.98 ms; from 6000 s on the slowest take 13 ms instead of 10 ms.
  case coral
  /// Four exact levels between which the device switches all the time; 11.85 % at the fastest.
  case ncs2

  /// A run of three hours by default. Events scale with the length: the tail of the Coral rises after 5/9 of it.
  public func run(seed: UInt64, seconds: Double = 10_800) -> any SimulatedRun {
    switch self {
    case .raspberryPi: RaspberryPiRun(seed: seed, seconds: seconds)
    case .jetson: JetsonRun(seed: seed, seconds: seconds)
    case .coral: CoralRun(seed: seed, seconds: seconds)
    case .ncs2: NCS2Run(seed: seed, seconds: seconds)
    }
  }
}

struct RaspberryPiRun: SimulatedRun {
  let seconds: Double
  var expectedCount: Int { Int(seconds / 1.07) }
  private var random: RandomNumbers

  init(seed: UInt64, seconds: Double) {
    self.seconds = seconds
    random = RandomNumbers(seed: seed)
  }

  mutating func latency(at time: Double) -> Double {
    // 94 % are undisturbed, 99 % of which lie within 15 ms of the centre.
    let quiet = 1065 + 5.8 * random.normal()
    return random.uniform() < 0.94 ? quiet : quiet + 8 + 60 * random.exponential()
  }
}

struct JetsonRun: SimulatedRun {
  let seconds: Double
  var expectedCount: Int { Int(seconds / 0.000_76) }
  private var random: RandomNumbers

  /// The latency at each of some thousand probabilities.
  private static let quantiles: [Double] = (0...4096).map { step in
    // Latency against cumulative share: 62 % within 0.626 … 0.752, 95 % within 0.5 … 1.004, all below 2.5. The logarithm goes straight from one
    // to the next, so that the density has one peak, a steep side and a long one.
    let knots: [(share: Double, latency: Double)] = [
      (0, 0.5), (0.02, 0.575), (0.10, 0.626), (0.42, 0.680), (0.722, 0.752), (0.88, 0.86), (0.95, 1.004),
      (0.985, 1.3), (0.998, 1.8), (1, 2.5),
    ]
    let share = Double(step) / 4096
    let upper = knots.dropFirst().first { share <= $0.share } ?? knots[knots.count - 1]
    let lower = knots.last { $0.share < share } ?? knots[0]
    guard upper.share > lower.share else { return lower.latency }
    let fraction = (share - lower.share) / (upper.share - lower.share)
    return lower.latency * pow(upper.latency / lower.latency, fraction)
  }

  init(seed: UInt64, seconds: Double) {
    self.seconds = seconds
    random = RandomNumbers(seed: seed)
  }

  mutating func latency(at time: Double) -> Double {
    let position = random.uniform() * 4096
    let index = Int(position)
    return Self.quantiles[index] + (position - Double(index)) * (Self.quantiles[index + 1] - Self.quantiles[index])
  }
}

struct CoralRun: SimulatedRun {
  let seconds: Double
  var expectedCount: Int { Int(seconds / 0.006) }
  private var random: RandomNumbers

  init(seed: UInt64, seconds: Double) {
    self.seconds = seconds
    random = RandomNumbers(seed: seed)
  }

  mutating func latency(at time: Double) -> Double {
    if random.uniform() < 0.0135 {
      let bound = time < seconds * 5 / 9 ? 10.0 : 13
      return 6.96 + (bound - 6.96) * random.uniform()
    }
    // The sum of three uniform numbers: bell-shaped and bounded, 5 … 6.96.
    return 5 + 1.96 * (random.uniform() + random.uniform() + random.uniform()) / 3
  }
}

struct NCS2Run: SimulatedRun {
  let seconds: Double
  var expectedCount: Int { Int(seconds / 0.0285) }
  private var random: RandomNumbers
  private var level = 1
  private var until = 0.0

  /// In ms, with the share of the inferences. The rest lies between the levels.
  private static let levels: [(latency: Double, share: Double)] = [
    (23.7, 0.1185), (26.4, 0.38), (29.6, 0.30), (33.9, 0.184),
  ]

  init(seed: UInt64, seconds: Double) {
    self.seconds = seconds
    random = RandomNumbers(seed: seed)
  }

  mutating func latency(at time: Double) -> Double {
    if time >= until {
      // A stay of four seconds on average, at a level that is chosen by its share of the time.
      let times = Self.levels.map { $0.latency * $0.share }
      var rest = random.uniform() * times.reduce(0, +)
      level =
        times.firstIndex { time in
          rest -= time
          return rest < 0
        } ?? 0
      until = time + 4 * random.exponential()
    }
    guard random.uniform() >= 0.0175 else { return 23.7 + 14 * random.uniform() }
    return Self.levels[level].latency * (1 + 0.002 * random.normal())
  }
}
