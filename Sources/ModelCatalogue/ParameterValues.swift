package import AssayCore

/// The numbers of a network's weights and biases.
package protocol ParameterValues {
  /// Gives all numbers of a parameter in order, in pieces.
  ///
  /// - Parameter number: of the parameter in the network.
  func read(
    _ parameter: Network.Parameter, number: Int, _ take: ([Float]) throws(AssayError) -> Void
  ) throws(AssayError)
}

/// Numbers that follow from a seed alone: the same on every machine, since they take only additions, multiplications and square roots.
package struct SeededValues: ParameterValues {
  private static let largestBias = 0.1
  private let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  package func read(
    _ parameter: Network.Parameter, number: Int, _ take: ([Float]) throws(AssayError) -> Void
  ) throws(AssayError) {
    let spread: Spread
    switch parameter.content {
    case .weights(let found): spread = found
    case .biases: spread = Spread(bound: Self.largestBias, centring: 0)
    case .floats, .integers: return
    }
    let length = parameter.shape.dropFirst().reduce(1, *)
    var filter = [Double](repeating: 0, count: length)
    for first in stride(from: 0, to: parameter.count, by: length) {
      for index in 0..<length {
        let bits = SplitMix64.bits(seed: seed, stream: UInt64(number), index: UInt64(first + index))
        // 53 bits, from -1 to 1.
        filter[index] = (Double(bits >> 11) * 0x1p-52 - 1) * spread.bound
      }
      let lost = spread.centring * filter.reduce(0, +) / Double(length)
      try take(filter.map { Float($0 - lost) })
    }
  }
}
