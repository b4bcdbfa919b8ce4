/// What a command measured: the documented JSON. The name of a number has its unit.
public struct RunReport: Codable, Hashable, Sendable {
  /// The version of every document. Schema 1 had latencies without a unit in their names.
  public static let schema = 2

  public let schema: Int
  /// The version of Assay.
  public let assay: String
  /// When the first cell began: ISO 8601 in UTC.
  public var created: String?
  public let host: HostDescription
  public var cells: [CellReport]
  /// What was required of every cell; `nil` where nothing was.
  public var goals: [Goal]?
  /// Cells that classified the same images, each against the first of them; `nil` where there are none.
  public var accuracyDifferences: [AccuracyDifference]?
  /// How often cells put the same class first; `nil` unless it was asked for.
  public var agreement: AgreementReport?
  /// What several numbers of streams show together, one for each model on each target; `nil` where there is nothing to compare.
  public var frontiers: [StreamFrontier]?
  /// Cells against the runs of a baseline; `nil` without one.
  public var baselineComparisons: [BaselineComparison]?
  /// Why a run could not be saved; its results stand here all the same.
  public var saveError: AssayError?

  public init(host: HostDescription, cells: [CellReport]) {
    schema = Self.schema
    assay = AssayVersion.current
    self.host = host
    self.cells = cells
  }

  enum CodingKeys: String, CodingKey {
    case schema, assay, created, host, cells, goals, agreement, frontiers
    case accuracyDifferences = "accuracy_differences"
    case baselineComparisons = "baseline_comparisons"
    case saveError = "save_error"
  }
}

public enum AssayVersion {
  public static let current = "0.1.0"
}

/// How a cell ended.
public enum CellStatus: String, Codable, Sendable {
  case ok
  case failed
  /// The engine cannot read this model or do what was asked.
  case unsupported
  /// Stopped by the user; what was measured so far stands.
  case interrupted
}
