/// Whether an engine can run a model and, if it cannot, which of its operations it lacks.
public struct EngineSupport: Codable, Hashable, Sendable {
  public let target: Target
  /// The version of the engine; `nil` if its library does not open.
  public let version: String?
  /// What it says of the whole model; `nil` if it compiles it.
  public let error: AssayError?
  /// Kinds of operations that it refuses alone; `nil` if it was not asked about them.
  public let lacking: [LackingOperation]?
  /// Kinds of operations that could not be asked about alone.
  public let unasked: [String]

  public init(
    target: Target, version: String?, error: AssayError?, lacking: [LackingOperation]? = nil, unasked: [String] = []
  ) {
    self.target = target
    self.version = version
    self.error = error
    self.lacking = lacking
    self.unasked = unasked
  }
}

/// A kind of operation that an engine refuses.
public struct LackingOperation: Codable, Hashable, Sendable {
  public let operation: String
  /// The indices of the layers of this kind: the same types of tensors and the same attributes. The first was asked about.
  public let layers: [Int]
  public let error: AssayError

  public init(operation: String, layers: [Int], error: AssayError) {
    self.operation = operation
    self.layers = layers
    self.error = error
  }
}
