/// Seeded random bits: the same for the same seed on every machine.
public enum RandomBits {
  /// The 64 random bits at place `index` of a numbered stream:
  ///
  ///     mix((seed XOR mix(stream)) + (index + 1) × 0x9E3779B97F4A7C15)    modulo 2⁶⁴
  ///
  /// where `mix` is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
  /// OOPSLA 2014, with the constants of Vigna's splitmix64.c). Since `mix(0) = 0`, stream 0 is SplitMix64 started at `seed`.
  @inlinable
  public static func bits(seed: UInt64, stream: UInt64, index: UInt64) -> UInt64 {
    mix((seed ^ mix(stream)) &+ (index &+ 1) &* 0x9E37_79B9_7F4A_7C15)
  }

  @inlinable
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
