import AssayCore
import Glibc

/// Latencies of one machine: the synthetic engine's `base × mode × exp(jitter × z)` with drift and autocorrelation. Both sides of a live
/// comparison draw from one of these.
struct SimulatedLatencies {
  struct Noise {
    let name: String
    /// Standard deviation of the logarithm.
    var jitter = 0.05
    /// Share and factor of a second mode.
    var mode: (share: Double, factor: Double)?
    /// The rise of latencies from the first inference to the last, as a fraction.
    var drift = 0.0
    /// The first-order autocorrelation of the logarithm.
    var autocorrelation = 0.0

    var isIndependent: Bool { drift == 0 && autocorrelation == 0 }
  }

  let noise: Noise
  let seed: UInt64
  /// Inferences in the whole simulation, for the drift.
  let count: Int
  private var index = 0
  private var normal = 0.0

  init(_ noise: Noise, seed: UInt64, count: Int) {
    self.noise = noise
    self.seed = seed
    self.count = count
  }

  /// The next `count` durations in nanoseconds, around `base`.
  mutating func next(_ count: Int, base: Double) -> [UInt64] { (0..<count).map { _ in next(base: base) } }

  private mutating func next(base: Double) -> UInt64 {
    let innovation = gaussian()
    let phi = noise.autocorrelation
    normal = index == 0 ? innovation : phi * normal + (1 - phi * phi).squareRoot() * innovation
    var duration = base * exp(noise.jitter * normal)
    if let mode = noise.mode, uniform(0) < mode.share { duration *= mode.factor }
    duration *= 1 + noise.drift * Double(index) / Double(count)
    index += 1
    return UInt64(duration)
  }

  /// Box and Muller 1958.
  private func gaussian() -> Double { (-2 * log(1 - uniform(1))).squareRoot() * cos(2 * .pi * uniform(2)) }

  private func uniform(_ stream: UInt64) -> Double {
    Double(SplitMix64.bits(seed: seed, stream: stream, index: UInt64(index)) >> 11) * 0x1p-53
  }
}
