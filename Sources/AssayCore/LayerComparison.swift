/// The times of two engines, or of one engine with two settings, for the layers of one model.
public struct LayerComparison: Codable, Hashable, Sendable {
  /// Layers of the file that both do without the rest.
  public struct Row: Codable, Hashable, Sendable {
    /// Their indices, in order.
    public var layers: [Int]
    /// The sum of the medians of the first engine's layers; `nil` if none was timed.
    public var first: Double?
    public var second: Double?

    public init(layers: [Int], first: Double? = nil, second: Double? = nil) {
      self.layers = layers
      self.first = first
      self.second = second
    }

    enum CodingKeys: String, CodingKey {
      case layers
      case first = "first_ms"
      case second = "second_ms"
    }
  }

  public let rows: [Row]
  /// Of layers that stand for none of the file; `nil` if none was timed.
  public let insertedFirst: Double?
  public let insertedSecond: Double?

  public init(rows: [Row], insertedFirst: Double?, insertedSecond: Double?) {
    self.rows = rows
    self.insertedFirst = insertedFirst
    self.insertedSecond = insertedSecond
  }

  enum CodingKeys: String, CodingKey {
    case rows
    case insertedFirst = "inserted_first_ms"
    case insertedSecond = "inserted_second_ms"
  }
}

/// What `assay compare --layers` writes as JSON.
public struct LayerComparisonDocument: Codable, Sendable {
  public let schema: Int
  /// The version of Assay.
  public let assay: String
  /// The model, with what both engines made of it.
  public let model: InspectionReport
  public let comparison: LayerComparison

  public init(_ model: InspectionReport, _ comparison: LayerComparison) {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.model = model
    self.comparison = comparison
  }
}
