/// What an engine made of a model, beside what the file says.
public struct EngineInspection: Codable, Hashable, Sendable {
  public let target: Target
  /// The version of the engine.
  public let version: String
  /// The device that runs the model.
  public let device: String
  public let execution: Execution?
  public let warnings: [Warning]
  public let evidence: EngineGraph.Evidence
  /// What the engine runs, in its order.
  public let layers: [EngineLayerReport]
  /// What became of each layer of the file, by its index.
  public let fates: [LayerFate]
  /// `nil` if nothing was measured.
  public let profile: LayerProfile?

  public init(
    target: Target, version: String, device: String, execution: Execution?, warnings: [Warning],
    evidence: EngineGraph.Evidence, layers: [EngineLayerReport], fates: [LayerFate], profile: LayerProfile?
  ) {
    self.target = target
    self.version = version
    self.device = device
    self.execution = execution
    self.warnings = warnings
    self.evidence = evidence
    self.layers = layers
    self.fates = fates
    self.profile = profile
  }
}

/// An engine that does not tell what it made of a model.
public struct EngineFailure: Codable, Hashable, Sendable {
  public let target: Target
  public let error: AssayError

  public init(target: Target, error: AssayError) {
    self.target = target
    self.error = error
  }
}

/// A layer that an engine runs.
public struct EngineLayerReport: Codable, Hashable, Sendable {
  public let name: String
  public let operation: String
  /// The indices of the layers of the file whose work it does; empty for one that the engine has inserted.
  public let sources: [Int]
  public let inputs: [String]
  public let outputs: [String]
  public let outputType: String?
  public let outputShape: [Int]?
  public let device: String?
  public let precision: String?
  public let kernel: String?
  /// The median time; `nil` if it was not measured.
  public let medianMilliseconds: Double?
  /// The part of the sum of all layers; `nil` if it was not measured.
  public let share: Double?

  public init(_ layer: EngineLayer, sources: [Int], medianMilliseconds: Double?, share: Double?) {
    name = layer.name
    operation = layer.operation
    self.sources = sources
    inputs = layer.inputs
    outputs = layer.outputs
    outputType = layer.outputType
    outputShape = layer.outputShape
    device = layer.device
    precision = layer.precision
    kernel = layer.kernel
    self.medianMilliseconds = medianMilliseconds
    self.share = share
  }

  enum CodingKeys: String, CodingKey {
    case name, operation, sources, inputs, outputs, device, precision, kernel, share
    case outputType = "output_type"
    case outputShape = "output_shape"
    case medianMilliseconds = "median_ms"
  }
}

/// What became of a layer of the file.
public struct LayerFate: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// A layer of its own runs it.
    case kept
    /// A layer runs it together with others.
    case fused
    /// Nothing runs it: it changes nothing, or nothing needs it.
    case removed
    /// Its result is a constant, which the engine computes while it loads the model.
    case folded
    /// It is inside a loop, a branch or a function, whose layers engines do not tell.
    case nested
  }

  public let kind: Kind
  /// The index of the engine's layer that runs it; `nil` if none does.
  public let into: Int?

  public init(_ kind: Kind, into: Int? = nil) {
    self.kind = kind
    self.into = into
  }
}

/// Times of layers, and how much of the whole they explain.
public struct LayerProfile: Codable, Hashable, Sendable {
  /// Inferences whose layers were recorded.
  public let inferences: Int
  /// The median latency of a session that nobody observes.
  public let medianMilliseconds: Double
  /// The median latency while layers are recorded.
  public let observedMilliseconds: Double
  /// The sum of the layers' medians.
  public let layersMilliseconds: Double
  /// That sum over the median latency: above 1 where recording slows layers down, or where they run side by side.
  public let coverage: Double

  public init(
    inferences: Int, medianMilliseconds: Double, observedMilliseconds: Double, layersMilliseconds: Double,
    coverage: Double
  ) {
    self.inferences = inferences
    self.medianMilliseconds = medianMilliseconds
    self.observedMilliseconds = observedMilliseconds
    self.layersMilliseconds = layersMilliseconds
    self.coverage = coverage
  }

  enum CodingKeys: String, CodingKey {
    case inferences, coverage
    case medianMilliseconds = "median_ms"
    case observedMilliseconds = "observed_ms"
    case layersMilliseconds = "layers_ms"
  }
}
