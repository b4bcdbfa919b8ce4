import Scenarios
import Testing

@Suite struct MersenneTwisterTests {
  /// C++ requires it of `std::mt19937`: [rand.predef].
  @Test func `The 10000th number is that of the C++ standard`() {
    var random = MersenneTwister(seed: 5489)
    for _ in 1..<10_000 { _ = random.next() }
    #expect(random.next() == 4_123_659_995)
  }

  @Test func `Seeds that differ in their upper half alone give the same numbers`() {
    var short = MersenneTwister(seed: 7)
    var long = MersenneTwister(seed: 0xFFFF_0000_0000_0007)
    #expect(short.next() == long.next())
  }
}
