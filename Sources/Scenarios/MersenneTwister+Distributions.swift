import Glibc

/// Distributions as GCC's standard library computes them since version 11. C++ fixes the generator but not what is made of its numbers, and
/// the published LoadGen is built with GCC.
extension MersenneTwister {
  /// `std::generate_canonical<double, 53>`: 64 bits as a number from 0 to below 1.
  mutating func nextUnit() -> Double {
    let low = Double(next())
    let sum = low + Double(next()) * 0x1p32
    let unit = sum / 0x1p64
    return unit < 1 ? unit : 1.0.nextDown
  }

  /// `std::exponential_distribution`
  mutating func nextExponential(rate: Double) -> Double { -log(1 - nextUnit()) / rate }

  /// `std::uniform_int_distribution`, from 0 to below `bound`: Lemire, "Fast random integer generation in an interval", 2019.
  mutating func next(below bound: UInt32) -> UInt32 {
    var product = UInt64(next()) * UInt64(bound)
    if UInt32(truncatingIfNeeded: product) < bound {
      let threshold = (0 &- bound) % bound
      while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(next()) * UInt64(bound) }
    }
    return UInt32(product >> 32)
  }

  /// `std::shuffle`, which takes two swaps from one number while the product of their ranges fits into it.
  mutating func shuffle(_ values: inout [Int]) {
    guard values.count > 1 else { return }
    guard UInt64(UInt32.max) / UInt64(values.count) >= UInt64(values.count) else {
      for index in 1..<values.count { values.swapAt(index, Int(next(below: UInt32(index + 1)))) }
      return
    }
    var index = 1
    if values.count % 2 == 0 {
      values.swapAt(1, Int(next(below: 2)))
      index = 2
    }
    while index < values.count {
      let range = index + 1
      let pair = Int(next(below: UInt32(range * (range + 1))))
      values.swapAt(index, pair / (range + 1))
      values.swapAt(index + 1, pair % (range + 1))
      index += 2
    }
  }
}
