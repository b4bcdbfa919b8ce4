/// The result of `assay doctor`: the machine, and every engine that Assay knows.
public struct DiagnosisReport: Codable, Sendable {
  public let schema: Int
  public let assay: String
  public let host: HostDescription
  public let engines: [EngineDiagnosis]

  public init(host: HostDescription, engines: [EngineDiagnosis]) {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.host = host
    self.engines = engines
  }
}

/// Whether an engine is available; if not, why, and what to do.
public struct EngineDiagnosis: Codable, Sendable {
  public let name: String
  public let displayName: String
  public let formats: [ModelFormat]
  /// The opened library; `nil` if it could not be opened.
  public let opened: OpenedEngine?
  public let error: AssayError?

  public init(name: String, displayName: String, formats: [ModelFormat], opened: OpenedEngine?, error: AssayError?) {
    self.name = name
    self.displayName = displayName
    self.formats = formats
    self.opened = opened
    self.error = error
  }

  enum CodingKeys: String, CodingKey {
    case name, formats, opened, error
    case displayName = "display_name"
  }
}

/// The engines alone: what `assay engines list` writes as JSON.
public struct EnginesDocument: Codable, Sendable {
  public let schema: Int
  /// The version of Assay.
  public let assay: String
  public let engines: [EngineDiagnosis]

  public init(_ engines: [EngineDiagnosis]) {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.engines = engines
  }
}
