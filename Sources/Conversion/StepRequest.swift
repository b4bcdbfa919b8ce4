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

    enum CodingKeys: String, CodingKey {
      case reducesRange = "reduce_range"
      case maxDrop = "max_drop"
    }
  }

  enum CodingKeys: String, CodingKey {
    case source, result, recipe, calibration, options, memory
    case fileBytes = "file_bytes"
  }
}

/// How a step says that it cannot do a model.
struct StepRefusal: Decodable {
  let message: String
  let operators: [String]
}
