/// Assay's only random number generator; everything random can be reproduced from its seed.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, with the constants of Vigna's
/// splitmix64.c.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  @inlinable public static var increment: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  @usableFromInline var state: UInt64

  @inlinable
  public init(seed: UInt64) { state = seed }

  @inlinable
  public mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix(state)
  }

  /// The generator's finaliser; `mix(0) = 0`.
  @inlinable
  public static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The 64 random bits at `index` in a numbered stream, computed without those before:
  ///
  ///     mix((seed XOR mix(stream)) + (index + 1) × 0x9E3779B97F4A7C15)    modulo 2⁶⁴
  ///
  /// Since `mix(0) = 0`, stream 0 equals the generator with this seed.
  @inlinable
  public static func bits(seed: UInt64, stream: UInt64, index: UInt64) -> UInt64 {
    mix((seed ^ mix(stream)) &+ (index &+ 1) &* increment)
  }
}
