/// What an engine made of a model: the layers that it runs, in its order.
public struct EngineGraph: Codable, Hashable, Sendable {
  /// Where the engine tells of it.
  public enum Evidence: String, Codable, Sendable {
    /// The model as the engine saves it after its optimisation.
    case optimizedModel = "optimized_model"
    /// The engine's own description of what it runs.
    case runtimeModel = "runtime_model"
    /// The events of a profile alone.
    case profiler
  }

  public var evidence: Evidence
  public var layers: [EngineLayer]

  public init(evidence: Evidence, layers: [EngineLayer]) {
    self.evidence = evidence
    self.layers = layers
  }
}

/// A layer as an engine runs it.
public struct EngineLayer: Codable, Hashable, Sendable {
  public var name: String
  /// In the engine's words: `FusedConv`, `Convolution`.
  public var operation: String
  /// The names of the layers of the model whose work it does; `nil` where the engine does not say.
  public var sourceNames: [String]?
  /// The place of the layer of the model that it runs, from 0; `nil` where the engine does not say.
  public var sourceIndex: Int?
  /// The names of tensors; empty where the engine does not say.
  public var inputs: [String]
  public var outputs: [String]
  /// Of the first output.
  public var outputType: String?
  public var outputShape: [Int]?
  /// What runs it: `cpu`, `XNNPACK`, `CUDA`.
  public var device: String?
  /// What it computes in, such as `bf16`.
  public var precision: String?
  /// The engine's name for the code, such as `brgconv_avx512_bf16`.
  public var kernel: String?
  /// How long it took in each inference that was recorded; empty where it was not measured.
  public var microseconds: [Double]

  public init(
    name: String, operation: String, sourceNames: [String]? = nil, sourceIndex: Int? = nil, inputs: [String] = [],
    outputs: [String] = [], outputType: String? = nil, outputShape: [Int]? = nil, device: String? = nil,
    precision: String? = nil, kernel: String? = nil, microseconds: [Double] = []
  ) {
    self.name = name
    self.operation = operation
    self.sourceNames = sourceNames
    self.sourceIndex = sourceIndex
    self.inputs = inputs
    self.outputs = outputs
    self.outputType = outputType
    self.outputShape = outputShape
    self.device = device
    self.precision = precision
    self.kernel = kernel
    self.microseconds = microseconds
  }

  enum CodingKeys: String, CodingKey {
    case name, operation, inputs, outputs, device, precision, kernel, microseconds
    case sourceNames = "source_names"
    case sourceIndex = "source_index"
    case outputType = "output_type"
    case outputShape = "output_shape"
  }
}

/// What a worker saw of the layers of a model.
public struct ObservedLayers: Codable, Hashable, Sendable {
  public let graph: EngineGraph
  /// The device that runs the model.
  public let device: String
  public let execution: Execution?
  public let warnings: [Warning]
  /// Latencies of inferences of a session that nobody observes, in ms; empty if nothing was measured.
  public let latencies: [Double]
  /// Latencies of the inferences whose layers were recorded, in ms.
  public let observedLatencies: [Double]

  public init(
    graph: EngineGraph, device: String, execution: Execution?, warnings: [Warning], latencies: [Double],
    observedLatencies: [Double]
  ) {
    self.graph = graph
    self.device = device
    self.execution = execution
    self.warnings = warnings
    self.latencies = latencies
    self.observedLatencies = observedLatencies
  }

  enum CodingKeys: String, CodingKey {
    case graph, device, execution, warnings
    case latencies = "latencies_ms"
    case observedLatencies = "observed_latencies_ms"
  }
}
