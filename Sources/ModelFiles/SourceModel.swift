/// A model as its file describes it: graphs, tensors, and what the file says of itself. Weights stay in the file.
public struct SourceModel: Sendable {
  /// What the file says of itself: its producer, versions, opsets.
  public var facts: [Fact] = []
  /// What its maker has added.
  public var metadata: [Fact] = []
  public var signatures: [Signature] = []
  /// The tensors of all graphs.
  public var tensors: [SourceTensor] = []
  /// The graph that runs, then the bodies of its loops and branches.
  public var graphs: [SourceGraph] = []

  public struct Fact: Hashable, Sendable {
    public let name: String
    public let value: String
  }

  /// A function of the model with names of its own for inputs and outputs.
  public struct Signature: Sendable {
    public let name: String
    public let inputs: [String]
    public let outputs: [String]
  }

  mutating func add(_ tensor: SourceTensor) -> Int {
    tensors.append(tensor)
    return tensors.count - 1
  }
}

/// Operations in the order of the file. Tensors are numbers in `SourceModel.tensors`.
public struct SourceGraph: Sendable {
  /// Empty for the graph that runs.
  public var name: String
  public var nodes: [SourceNode] = []
  public var inputs: [Int] = []
  public var outputs: [Int] = []
}

/// An operation.
public struct SourceNode: Sendable {
  /// The file's own name, else that of its first output.
  public var name: String
  public var operation: String
  /// The set of operations that it comes from, such as `com.microsoft`; empty for that of the format.
  public var domain = ""
  /// `nil` for an optional one that is left out.
  public var inputs: [Int?]
  public var outputs: [Int?]
  public var attributes: [String: SourceValue] = [:]
  /// The graphs inside it, as numbers in `SourceModel.graphs`.
  public var bodies: [Int] = []

  public init(name: String, operation: String, inputs: [Int?], outputs: [Int?]) {
    (self.name, self.operation, self.inputs, self.outputs) = (name, operation, inputs, outputs)
  }

  public func integer(_ name: String) -> Int? { integers(name)?.first }
  public func integers(_ name: String) -> [Int]? { attributes[name]?.integers }
  public func text(_ name: String) -> String? { if case .text(let text) = attributes[name] { text } else { nil } }
  /// Of a number or a word: `1`, `true`.
  public func flag(_ name: String) -> Bool { integer(name).map { $0 != 0 } ?? (text(name) == "true") }
}

/// What a graph computes with, or what it knows.
public struct SourceTensor: Sendable {
  public var name: String
  /// A `DataType` by its name, or another type of the format, such as `string`; `nil` where the file does not say.
  public var type: String?
  /// -1 for a dynamic dimension; `nil` where the file does not say.
  public var shape: [Int]?
  public var quantization: SourceQuantization?
  /// Whether the file has its values.
  public var isConstant = false
  /// The values of a short constant.
  public var value: SourceValue?

  public init(name: String, type: String? = nil, shape: [Int]? = nil) {
    (self.name, self.type, self.shape) = (name, type, shape)
  }

  /// Constants with more elements are weights, which nobody reads.
  static let longestValue = 64
}

/// How the integers of a tensor represent real numbers.
public struct SourceQuantization: Hashable, Sendable {
  /// One for the tensor, or one per channel.
  public let scales: Int
  public let firstScale: Double
  public let firstZeroPoint: Int
  /// The dimension of the channels; `nil` for one scale.
  public let axis: Int?

  public init(scales: Int, firstScale: Double, firstZeroPoint: Int, axis: Int?) {
    (self.scales, self.firstScale, self.firstZeroPoint, self.axis) = (scales, firstScale, firstZeroPoint, axis)
  }
}

/// An attribute, or the values of a short constant.
public enum SourceValue: Hashable, Sendable {
  case integers([Int])
  case reals([Double])
  case text(String)

  /// Far beyond every size of a tensor. Values from files are cut to it, so that sums of a few cannot overflow.
  public static let largest = 1 << 40

  public var integers: [Int]? { if case .integers(let numbers) = self { numbers } else { nil } }
  public var reals: [Double]? {
    switch self {
    case .integers(let numbers): numbers.map(Double.init)
    case .reals(let numbers): numbers
    case .text: nil
    }
  }

  static func bounded(_ numbers: some Sequence<Int>) -> SourceValue {
    .integers(numbers.map { Swift.min(Swift.max($0, -largest), largest) })
  }
}
