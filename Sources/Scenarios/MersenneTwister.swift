/// The 32-bit Mersenne Twister of Matsumoto and Nishimura, ACM TOMACS 8 (1998): C++'s `std::mt19937`, whose numbers MLPerf's LoadGen draws.
///
/// Nothing else in Assay uses it: what is random there comes from `SplitMix64`.
public struct MersenneTwister: Sendable {
  private static let size = 624
  private static let shift = 397

  private var state: [UInt32]
  private var index = size

  /// - Parameter seed: of 64 bits, of which C++ takes the lower 32.
  public init(seed: UInt64) {
    state = [UInt32(truncatingIfNeeded: seed)]
    state.reserveCapacity(Self.size)
    for index in 1..<Self.size {
      let last = state[index - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
    }
  }

  public mutating func next() -> UInt32 {
    if index == Self.size { twist() }
    var word = state[index]
    index += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }

  private mutating func twist() {
    for index in 0..<Self.size {
      let word = (state[index] & 0x8000_0000) | (state[(index + 1) % Self.size] & 0x7FFF_FFFF)
      let mixed = (word >> 1) ^ (word & 1 == 0 ? 0 : 0x9908_B0DF)
      state[index] = state[(index + Self.shift) % Self.size] ^ mixed
    }
    index = 0
  }
}
