/// A tensor on its way through a network, and what its values look like where weights are seeded.
package struct Signal {
  package let name: String
  /// Channels, height and width; channels alone behind a flattening; without the batch.
  package let shape: [Int]
  let moments: Moments

  package var channels: Int { shape[0] }
}

/// Mean and mean square of a tensor's values, estimated on the way: each layer scales its weights by them, so that activations keep their scale through
/// all layers (He et al., "Delving Deep into Rectifiers", 2015, Section 2.2, for more than rectifiers).
struct Moments {
  var mean: Double
  var square: Double

  /// Pixels of -1 to 1, or of unit deviation.
  static let image = Moments(mean: 0, square: 0.5)
  /// What weights are scaled to before an activation. Behind a sigmoid, and a Swish near 0, twice the input is not twice the output: small signals would
  /// vanish and large ones explode. So a Swish gets values where it resembles a rectifier, and a gate stays half open.
  static func target(before activation: ActivationFunction) -> Moments {
    switch activation {
    case .none, .relu, .relu6: Moments(mean: 0, square: 1)
    case .swish: Moments(mean: 0, square: 100)
    case .sigmoid: Moments(mean: 0, square: 0.01)
    }
  }

  private var deviation: Double { max(square - mean * mean, 0).squareRoot() }

  /// Behind an activation, for normal values.
  func behind(_ activation: ActivationFunction) -> Moments {
    switch activation {
    case .none: self
    case .relu, .relu6, .swish: rectified
    case .sigmoid: Moments(mean: 0.5, square: 0.2506)
    }
  }

  /// The mean and mean square of a rectified normal variable, with algebraic curves in place of the normal distribution: they are the same on every machine.
  private var rectified: Moments {
    let ratio = deviation > 0 ? mean / deviation : 0
    let root = (ratio * ratio + 0.5 * .pi).squareRoot()
    let above = 0.5 + 0.5 * ratio / root
    let density = 0.25 * .pi / (root * root * root)
    return Moments(mean: mean * above + deviation * density, square: square * above + mean * deviation * density)
  }

  /// Behind the largest of nine neighbours, which resemble each other.
  var behindMaximum: Moments { Moments(mean: mean + deviation, square: square + (2 * mean + deviation) * deviation) }

  /// Behind an average of neighbours.
  var behindAverage: Moments { Moments(mean: mean, square: mean * mean + 0.5 * deviation * deviation) }

  static func + (one: Moments, other: Moments) -> Moments {
    Moments(mean: one.mean + other.mean, square: one.square + other.square + 2 * one.mean * other.mean)
  }

  /// Of independent factors.
  static func * (one: Moments, other: Moments) -> Moments {
    Moments(mean: one.mean * other.mean, square: one.square * other.square)
  }

  /// Of tensors side by side, each with its number of channels.
  static func mixture(_ parts: [(moments: Moments, channels: Int)]) -> Moments {
    let all = Double(parts.reduce(0) { $0 + $1.channels })
    return parts.reduce(Moments(mean: 0, square: 0)) {
      let share = Double($1.channels) / all
      return Moments(mean: $0.mean + share * $1.moments.mean, square: $0.square + share * $1.moments.square)
    }
  }

  /// Weights whose sums over `count` of these values have the moments of a target.
  ///
  /// - Parameters:
  ///   - centring: the part of its mean that each filter loses. Rectified values have a mean that says nothing of the image. Where all of it
  ///     passes, outputs of deep networks are nearly constant; where none passes, rounding grows from layer to layer.
  func spread(over count: Int, centring: Double, to target: Moments) -> Spread {
    let kept = (1 - centring) * mean
    let power = square - mean * mean + kept * kept
    return Spread(bound: (3 * target.square / (Double(count) * power)).squareRoot(), centring: centring)
  }
}

/// What stands behind a layer.
package enum ActivationFunction {
  case none, relu, relu6, swish, sigmoid
}
