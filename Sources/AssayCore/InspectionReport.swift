/// What `assay inspect` writes as JSON.
public struct InspectionDocument: Codable, Sendable {
  public let schema: Int
  /// The version of Assay.
  public let assay: String
  public let models: [InspectionReport]

  public init(_ models: [InspectionReport]) {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.models = models
  }
}

/// What a model file holds: its graph layer by layer, and what follows from it.
public struct InspectionReport: Codable, Hashable, Sendable {
  public var model: InspectedModel
  public var inputs: [InspectedTensor]
  public var outputs: [InspectedTensor]
  public var signatures: [InspectedSignature]
  public var totals: InspectionTotals
  /// By kind of operation, those with most multiply-accumulates first.
  public var operations: [OperationCount]
  public var weights: [WeightCount]
  /// In the order of the file; layers inside loops and branches follow those of the graph.
  public var layers: [InspectedLayer]
  /// What engines made of it; `nil` if none was asked.
  public var engines: [EngineInspection]?
  /// Engines that were asked and failed; `nil` if none did.
  public var failures: [EngineFailure]?
  /// Which engines can run it; `nil` if none was asked.
  public var support: [EngineSupport]?

  public init(
    model: InspectedModel, inputs: [InspectedTensor], outputs: [InspectedTensor], signatures: [InspectedSignature],
    totals: InspectionTotals, operations: [OperationCount], weights: [WeightCount], layers: [InspectedLayer]
  ) {
    self.model = model
    self.inputs = inputs
    self.outputs = outputs
    self.signatures = signatures
    self.totals = totals
    self.operations = operations
    self.weights = weights
    self.layers = layers
  }
}

/// A model file, and what it says of itself.
public struct InspectedModel: Codable, Hashable, Sendable {
  public let path: String
  public let format: ModelFormat
  /// Of all its files.
  public let bytes: Int
  /// Producer, versions and opsets.
  public let facts: [NamedText]
  /// What its maker has added.
  public let metadata: [NamedText]

  public init(path: String, format: ModelFormat, bytes: Int, facts: [NamedText], metadata: [NamedText]) {
    self.path = path
    self.format = format
    self.bytes = bytes
    self.facts = facts
    self.metadata = metadata
  }
}

public struct NamedText: Codable, Hashable, Sendable {
  public let name: String
  public let value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

public struct InspectedSignature: Codable, Hashable, Sendable {
  public let name: String
  public let inputs: [String]
  public let outputs: [String]

  public init(name: String, inputs: [String], outputs: [String]) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// A tensor of a graph. Of its fields, only the name is always known.
public struct InspectedTensor: Codable, Hashable, Sendable {
  /// What tells it from others of the same name; `nil` for an optional one that is left out.
  public let id: Int?
  public let name: String
  /// A `DataType`, or another type of the format, such as `string`.
  public let type: String?
  /// -1 for a dynamic dimension.
  public let shape: [Int]?
  /// Whether the file has its values.
  public let isConstant: Bool
  public let quantization: TensorQuantization?

  public init(
    id: Int?, name: String, type: String?, shape: [Int]?, isConstant: Bool, quantization: TensorQuantization? = nil
  ) {
    self.id = id
    self.name = name
    self.type = type
    self.shape = shape
    self.isConstant = isConstant
    self.quantization = quantization
  }

  enum CodingKeys: String, CodingKey {
    case id, name, type, shape, quantization
    case isConstant = "constant"
  }
}

/// How the integers of a tensor represent real numbers: `real = scale × (integer − zero point)`.
public struct TensorQuantization: Codable, Hashable, Sendable {
  /// 1 for the whole tensor, or one per channel.
  public let scales: Int
  /// The first scale; `nil` where the file does not say, or says no number.
  public let scale: Double?
  public let zeroPoint: Int?
  /// The dimension of the channels; `nil` for one scale.
  public let axis: Int?

  public init(scales: Int, scale: Double?, zeroPoint: Int?, axis: Int?) {
    self.scales = scales
    self.scale = scale
    self.zeroPoint = zeroPoint
    self.axis = axis
  }

  enum CodingKeys: String, CodingKey {
    case scales, scale, axis
    case zeroPoint = "zero_point"
  }
}

public struct InspectionTotals: Codable, Hashable, Sendable {
  /// Inputs, outputs and constants are none.
  public let operations: Int
  /// Elements of weights. A tensor that several layers share counts once.
  public let parameters: Int
  public let weightBytes: Int
  /// Multiply-accumulates of one inference.
  public let macs: Int
  /// Whether `macs` leaves something out: layers of unknown shape, and operations that Assay has no rule for.
  public let macsAreAtLeast: Bool
  /// Layers whose outputs have no known shape.
  public let unknownShapes: Int
  /// The most bytes of activations that are alive at the same time, in the order of the file; `nil` where no shape is known.
  public let activationBytes: Int?
  /// Whether dynamic first dimensions count as 1.
  public let assumesBatchOfOne: Bool
  /// Tensors with one scale, and with one per channel.
  public let quantizedPerTensor: Int
  public let quantizedPerChannel: Int

  public init(
    operations: Int, parameters: Int, weightBytes: Int, macs: Int, macsAreAtLeast: Bool, unknownShapes: Int,
    activationBytes: Int?, assumesBatchOfOne: Bool, quantizedPerTensor: Int, quantizedPerChannel: Int
  ) {
    self.quantizedPerTensor = quantizedPerTensor
    self.quantizedPerChannel = quantizedPerChannel
    self.operations = operations
    self.parameters = parameters
    self.weightBytes = weightBytes
    self.macs = macs
    self.macsAreAtLeast = macsAreAtLeast
    self.unknownShapes = unknownShapes
    self.activationBytes = activationBytes
    self.assumesBatchOfOne = assumesBatchOfOne
  }

  enum CodingKeys: String, CodingKey {
    case operations, parameters, macs
    case weightBytes = "weight_bytes"
    case macsAreAtLeast = "macs_at_least"
    case unknownShapes = "unknown_shapes"
    case activationBytes = "activation_bytes"
    case assumesBatchOfOne = "assumes_batch_1"
    case quantizedPerTensor = "quantized_per_tensor"
    case quantizedPerChannel = "quantized_per_channel"
  }
}

public struct OperationCount: Codable, Hashable, Sendable {
  public let operation: String
  public let count: Int
  public let parameters: Int
  public let macs: Int

  public init(operation: String, count: Int, parameters: Int, macs: Int) {
    self.operation = operation
    self.count = count
    self.parameters = parameters
    self.macs = macs
  }
}

/// The weights of one element type.
public struct WeightCount: Codable, Hashable, Sendable {
  public let type: String
  public let tensors: Int
  public let elements: Int
  public let bytes: Int

  public init(type: String, tensors: Int, elements: Int, bytes: Int) {
    self.type = type
    self.tensors = tensors
    self.elements = elements
    self.bytes = bytes
  }
}

/// An operation of a graph.
public struct InspectedLayer: Codable, Hashable, Sendable {
  /// From 0.
  public let index: Int
  /// The file's own name, else that of its first output.
  public let name: String
  public let operation: String
  /// The set of operations that it comes from, such as `com.microsoft`; `nil` for that of the format.
  public let domain: String?
  /// The loop, branch or function that it is in; `nil` for the graph that runs.
  public let graph: String?
  /// An optional input that is left out has an empty name.
  public let inputs: [InspectedTensor]
  public let outputs: [InspectedTensor]
  /// Elements of the weights that it uses.
  public let parameters: Int
  /// Multiply-accumulates; `nil` where a shape is unknown or Assay has no rule.
  public let macs: Int?
  /// Whether it computes with constants only, so that engines do its work once, while they load the model.
  public let isConstant: Bool
  /// How it computes: strides, padding, a fused activation.
  public let attributes: [NamedText]

  public init(
    index: Int, name: String, operation: String, domain: String?, graph: String?, inputs: [InspectedTensor],
    outputs: [InspectedTensor], parameters: Int, macs: Int?, isConstant: Bool, attributes: [NamedText]
  ) {
    self.index = index
    self.name = name
    self.operation = operation
    self.domain = domain
    self.graph = graph
    self.inputs = inputs
    self.outputs = outputs
    self.parameters = parameters
    self.macs = macs
    self.isConstant = isConstant
    self.attributes = attributes
  }

  enum CodingKeys: String, CodingKey {
    case index, name, operation, domain, graph, inputs, outputs, parameters, macs, attributes
    case isConstant = "constant"
  }
}
