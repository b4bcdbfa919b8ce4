/// The graph of a neural network in ONNX's terms, for one image, with its parameters described but not filled.
package struct Network {
  package init() {}

  /// One operation.
  package struct Node {
    package let type: String
    package let inputs: [String]
    package var output: String
    package let attributes: [(name: String, value: Attribute)]
  }

  package enum Attribute {
    case integer(Int)
    case integers([Int])
    case float(Float)
  }

  /// A tensor of numbers that the file holds.
  package struct Parameter {
    package let name: String
    package let shape: [Int]
    package let content: Content

    package var count: Int { shape.reduce(1, *) }

    /// Whether it is a weight or a bias, rather than a constant of an operation.
    package var isLearned: Bool {
      switch content {
      case .weights, .biases: true
      case .floats, .integers: false
      }
    }
  }

  package enum Content {
    /// The kernels of a convolution or the matrix of a dense layer, and how to draw them.
    case weights(Spread)
    /// One number per channel.
    case biases
    case floats([Float])
    case integers([Int64])
  }

  /// Inputs or outputs with their shape, the batch of one image first.
  package typealias Port = (name: String, shape: [Int])

  package var nodes: [Node] = []
  package var parameters: [Parameter] = []
  package var inputs: [Port] = []
  package var outputs: [Port] = []
  /// Multiplications with a weight, each with its addition, for one image.
  package var multiplyAdds = 0

  /// Weights and biases; what a graph needs beside them, such as the bounds of a clamp, is not counted.
  package var parameterCount: Int {
    parameters.lazy.filter(\.isLearned).reduce(0) { $0 + $1.count }
  }
}

/// How seeded weights are drawn: uniformly between plus and minus `bound`, then each filter loses a part of its own mean.
package struct Spread {
  package let bound: Double
  package let centring: Double
}
