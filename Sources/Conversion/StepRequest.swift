/// What a step is asked to do, as its script reads it.
struct StepRequest: Encodable {
  let source: String
  let result: String
  let recipe: String
  /// An NPZ file: the input NAME of sample N is the array `N/NAME`.
  let calibration: String?
  let options: Options
  let memory: Int
  let fileBytes: Int

  struct Options: Encodable, Hashable {
    /// Whether int8 weights keep to 7 bits, for processors on which the sum of two products overflows.
    var reducesRange: Bool
    /// The accuracy, or agreement with the source, that may be lost, as a share.
    var maxDrop: Double
    /// Of a PyTorch module.
    var torch: TorchOptions?

    enum CodingKeys: String, CodingKey {
      case torch
      case reducesRange = "reduce_range"
      case maxDrop = "max_drop"
    }
  }

  enum CodingKeys: String, CodingKey {
    case source, result, recipe, calibration, options, memory
    case fileBytes = "file_bytes"
  }
}

/// What makes a PyTorch module, besides its name.
public struct TorchOptions: Encodable, Hashable, Sendable {
  /// A file of `torch.save` with the module's state; `nil` for what the factory gives it.
  public var weights: String?
  /// Where its package is, if not in the environment.
  public var pythonPath: String?
  /// Of its inputs, which have random numbers.
  public var shapes: [[Int]]
  /// Of weights that the factory makes up.
  public var seed: UInt64

  public init(weights: String? = nil, pythonPath: String? = nil, shapes: [[Int]], seed: UInt64 = 1) {
    (self.weights, self.pythonPath, self.shapes, self.seed) = (weights, pythonPath, shapes, seed)
  }

  enum CodingKeys: String, CodingKey {
    case weights, shapes, seed
    case pythonPath = "python_path"
  }
}

/// How a step says that it cannot do a model.
struct StepRefusal: Decodable {
  let message: String
  let operators: [String]
}
