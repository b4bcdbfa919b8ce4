import AssayCore
import Glibc
import Statistics

/// How often the interval of a ratio covers the truth, how often identical sides are called different, and how often a slowdown of 3 % is found.
/// Each simulation has 10 s of inferences of 5 ms.
///
///     comparison-coverage [PAIRS] [SEED]
///     comparison-coverage --cost N       time and memory of one comparison of two runs of N inferences
@main
enum ComparisonCoverageBenchmark {
  private static let base = 5e6
  private static let inferencesPerSide = 1000
  private static let blockSize = 50

  private static let noises = [
    SimulatedLatencies.Noise(name: "log-normal, 5 %"),
    SimulatedLatencies.Noise(name: "bimodal, 30 % at 1.2 ×", jitter: 0.03, mode: (0.3, 1.2)),
    SimulatedLatencies.Noise(name: "drifting by 20 %", drift: 0.2),
    SimulatedLatencies.Noise(name: "AR(1), 0.5", autocorrelation: 0.5),
    SimulatedLatencies.Noise(name: "AR(1), 0.8", autocorrelation: 0.8),
  ]

  private enum Design: String, CaseIterable {
    case live, stored
  }

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "--cost" {
      cost(count: arguments.last.flatMap { Int($0) } ?? 1_000_000)
    } else {
      coverage(
        pairs: max(1, arguments.first.flatMap { Int($0) } ?? 2000),
        seed: arguments.dropFirst().first.flatMap { UInt64($0) } ?? 1)
    }
  }

  private static func cost(count: Int) {
    var a = SimulatedLatencies(noises[0], seed: 1, count: count)
    var b = SimulatedLatencies(noises[0], seed: 2, count: count)
    let runA = a.next(count, base: base)
    let runB = b.next(count, base: base)
    let start = clock()
    let comparison = RatioComparison(runA: runA, runB: runB)
    let seconds = Double(clock() - start) / 1e6
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    let interval = comparison?.interval.map { "\($0)" } ?? "no interval"
    print("2 runs of \(count) inferences: \(seconds) s of CPU, \(usage.ru_maxrss / 1024) MiB at most; \(interval)")
  }

  private static func coverage(pairs: Int, seed: UInt64) {
    print("\(pairs) simulated pairs a cell, seed \(seed)")
    print(row(["noise", "design", "covered", "asked", "width", "false", "3 % found"]))
    for design in Design.allCases {
      for noise in noises {
        let slower = simulate(noise, design, truth: 1.03, count: pairs, seed: SplitMix64.mix(seed))
        let same = simulate(noise, design, truth: 1, count: pairs, seed: SplitMix64.mix(seed &+ 1))
        let covered = slower.count { $0.interval?.contains(1.03) ?? false }
        let widths = slower.compactMap { $0.interval.map { $0.upperBound - $0.lowerBound } }
        print(
          row([
            noise.name, design.rawValue, percent(covered, pairs), noise.isIndependent ? "93 to 97" : "90 and more",
            percent(Quantiles.median(widths) ?? 0),
            percent(same.count { $0.verdict == .slower || $0.verdict == .faster }, pairs),
            percent(slower.count { $0.verdict == .slower }, pairs),
          ]))
        fflush(nil)
      }
    }
  }

  private static func simulate(
    _ noise: SimulatedLatencies.Noise, _ design: Design, truth: Double, count: Int, seed: UInt64
  ) -> [RatioComparison] {
    (0..<count).compactMap { number in
      let seed = SplitMix64.mix(seed &+ UInt64(number))
      switch design {
      case .live: return live(noise, truth: truth, seed: seed)
      case .stored:
        var a = SimulatedLatencies(noise, seed: seed, count: inferencesPerSide)
        var b = SimulatedLatencies(noise, seed: ~seed, count: inferencesPerSide)
        return RatioComparison(
          runA: a.next(inferencesPerSide, base: base), runB: b.next(inferencesPerSide, base: base * truth), seed: seed)
      }
    }
  }

  /// Blocks of A and B in turn on one machine; chance decides which is first.
  private static func live(_ noise: SimulatedLatencies.Noise, truth: Double, seed: UInt64) -> RatioComparison? {
    var machine = SimulatedLatencies(noise, seed: seed, count: 2 * inferencesPerSide)
    let pairs = (0..<inferencesPerSide / blockSize).map { pair in
      let isAFirst = SplitMix64.bits(seed: seed, stream: 3, index: UInt64(pair)).isMultiple(of: 2)
      let first = machine.next(blockSize, base: isAFirst ? base : base * truth)
      let second = machine.next(blockSize, base: isAFirst ? base * truth : base)
      return isAFirst ? (a: first, b: second) : (a: second, b: first)
    }
    return RatioComparison(pairs: pairs, seed: seed)
  }

  private static func percent(_ part: Int, _ whole: Int) -> String { percent(Double(part) / Double(whole)) }

  private static func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }

  private static func row(_ cells: [String]) -> String {
    zip(cells, [24, 8, 10, 13, 10, 10, 10]).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }.joined()
  }
}
