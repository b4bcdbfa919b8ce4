/// A model that ran once, and its outputs in short: the JSON of `assay run`.
public struct SingleRunReport: Codable, Hashable, Sendable {
  public let schema: Int
  public let assay: String
  /// The cell without latencies; its `first_inference_ms` is the time of the run.
  public let cell: CellReport
  public let outputs: [OutputSummary]

  public init(_ cell: CellReport, outputs: [OutputSummary]) {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.cell = cell
    self.outputs = outputs
  }
}

/// An output after an inference.
public struct OutputSummary: Codable, Hashable, Sendable {
  public let name: String
  public let type: DataType
  public let shape: [Int]
  /// Of the finite values; `nil` without one.
  public var low: Double?
  public var high: Double?
  /// How many values are not a number, and how many infinite.
  public var notANumber = 0
  public var infinite = 0
  /// The first values; `nil` for one that is not finite.
  public var first: [Double?] = []
  /// The classes with the highest scores; `nil` where the output is no score per class of the labels.
  public var top: [ScoredClass]?

  public init(name: String, type: DataType, shape: [Int]) {
    self.name = name
    self.type = type
    self.shape = shape
  }

  enum CodingKeys: String, CodingKey {
    case name, type, shape, low, high, infinite, first, top
    case notANumber = "nan"
  }
}

/// A class and the score that an output gives it.
public struct ScoredClass: Codable, Hashable, Sendable {
  /// The place in the output.
  public let index: Int
  public let name: String
  public let score: Double

  public init(index: Int, name: String, score: Double) {
    self.index = index
    self.name = name
    self.score = score
  }
}
