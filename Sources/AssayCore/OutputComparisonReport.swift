/// What cells made of the same inputs, against one of them: the JSON of `assay compare --outputs`.
public struct OutputComparisonReport: Codable, Hashable, Sendable {
  public let schema: Int
  public let assay: String
  public let host: HostDescription
  /// The operands, in their order, without latencies.
  public var cells: [CellReport]
  /// The number of the reference among the cells, from 1.
  public var reference: Int
  /// How many inferences each cell made, each on inputs of its own.
  public var inferences: Int
  /// For every cell but the reference that ran, each of its outputs.
  public var outputs: [OutputDifference]

  public init(host: HostDescription, cells: [CellReport], reference: Int, inferences: Int, outputs: [OutputDifference])
  {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.host = host
    self.cells = cells
    self.reference = reference
    self.inferences = inferences
    self.outputs = outputs
  }
}

/// One output of a cell against the reference's, over all inferences. Quantised outputs count as the real numbers that they stand for.
public struct OutputDifference: Codable, Hashable, Sendable {
  /// The number of the cell, from 1.
  public var cell: Int
  /// The reference's name of the output.
  public var output: String
  /// In one inference.
  public var elements: Int
  /// The largest absolute difference; `nil` where no element is finite in both.
  public var maximum: Double?
  /// The mean absolute difference.
  public var mean: Double?
  /// Of both outputs as vectors, all inferences in one; `nil` where one is zero.
  public var cosine: Double?
  /// Rows, by the first dimension, whose largest element has the same place in both.
  public var sameTop1: Int
  public var rows: Int
  /// Elements that are not finite in one of them or in both, which the other figures leave out.
  public var notFinite: Int
  /// Elements of the reference that are not finite.
  public var referenceNotFinite: Int
  /// Elements of the cell that are not finite.
  public var cellNotFinite: Int

  public init(
    cell: Int, output: String, elements: Int, maximum: Double?, mean: Double?, cosine: Double?, sameTop1: Int,
    rows: Int, notFinite: Int, referenceNotFinite: Int, cellNotFinite: Int
  ) {
    self.cell = cell
    self.output = output
    self.elements = elements
    self.maximum = maximum
    self.mean = mean
    self.cosine = cosine
    self.sameTop1 = sameTop1
    self.rows = rows
    self.notFinite = notFinite
    self.referenceNotFinite = referenceNotFinite
    self.cellNotFinite = cellNotFinite
  }

  enum CodingKeys: String, CodingKey {
    case cell, output, elements, cosine, rows
    case maximum = "max_difference"
    case mean = "mean_difference"
    case sameTop1 = "same_top1"
    case notFinite = "not_finite"
    case referenceNotFinite = "not_finite_reference"
    case cellNotFinite = "not_finite_cell"
  }
}
