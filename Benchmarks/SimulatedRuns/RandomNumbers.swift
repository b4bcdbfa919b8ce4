import AssayCore
import Glibc

/// Random numbers of several distributions from one seed.
public struct RandomNumbers: Sendable {
  private var generator: SplitMix64
  private var spare: Double?

  public init(seed: UInt64) { generator = SplitMix64(seed: SplitMix64.mix(seed)) }

  /// Uniform in 0 ..< 1.
  @inline(__always)
  public mutating func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }

  /// Standard normal (Box and Muller 1958).
  public mutating func normal() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    let radius = (-2 * log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }

  /// Mean 1.
  public mutating func exponential() -> Double { -log(1 - uniform()) }

  /// Student's t with three degrees of freedom, scaled to a variance of 1.
  public mutating func student3() -> Double {
    let squares = (0..<3).reduce(0.0) { sum, _ in
      let z = normal()
      return sum + z * z
    }
    return normal() / squares.squareRoot()
  }
}
