/// A saved run: one execution of one cell.
public struct StoredRun: Codable, Hashable, Sendable {
  /// From 1; never given twice.
  public var id: Int64
  /// When it ended: ISO 8601 in UTC, `2026-11-26T02:05:09.123Z`.
  public var created: String
  public var tags: [String]
  /// The version of Assay that measured it.
  public var assay: String
  /// The machine that measured it.
  public var host: HostDescription
  public var report: CellReport
  /// The variables that engines and the loader heed, as they were.
  public var environment: [String: String]
  /// `nil` where the run left no records.
  public var log: StoredLog?

  public init(
    id: Int64, created: String, tags: [String], assay: String, host: HostDescription, report: CellReport,
    environment: [String: String], log: StoredLog?
  ) {
    self.id = id
    self.created = created
    self.tags = tags
    self.assay = assay
    self.host = host
    self.report = report
    self.environment = environment
    self.log = log
  }

  public var spec: CellSpec { report.spec }
  public var kind: RunKind { spec.measure.kind }
}

/// The record log of a run, as it was when the run was saved.
public struct StoredLog: Codable, Hashable, Sendable {
  /// The name in the folder `records` beside the database.
  public var name: String
  public var bytes: Int
  public var count: Int
  /// `nil` where the system had no `sha256sum`.
  public var sha256: String?

  public init(name: String, bytes: Int, count: Int, sha256: String?) {
    self.name = name
    self.bytes = bytes
    self.count = count
    self.sha256 = sha256
  }
}

/// A run in a list. Times are in ms.
public struct RunSummary: Codable, Hashable, Sendable {
  public var id: Int64
  public var created: String
  public var kind: RunKind
  public var status: CellStatus
  /// The absolute path of the model.
  public var path: String
  /// The last part of the path.
  public var model: String
  public var engine: String
  public var version: String?
  public var device: String
  public var threads: Int
  public var batch: Int?
  public var host: String
  public var count: Int?
  public var median: Double?
  public var medianLow: Double?
  public var medianHigh: Double?
  public var p99: Double?
  public var top1: Double?
  /// The first letters of the commit, with a + for uncommitted changes.
  public var commit: String?
  public var note: String?
  public var tags: [String]

  public init(
    id: Int64, created: String, kind: RunKind, status: CellStatus, path: String, engine: String, version: String?,
    device: String, threads: Int, batch: Int?, host: String, tags: [String]
  ) {
    self.id = id
    self.created = created
    self.kind = kind
    self.status = status
    self.path = path
    model = ModelReference(path: path).name
    self.engine = engine
    self.version = version
    self.device = device
    self.threads = threads
    self.batch = batch
    self.host = host
    self.tags = tags
  }

  enum CodingKeys: String, CodingKey {
    case id, created, kind, status, model, engine, version, device, threads, batch, host, count, top1
    case commit, note, tags
    case path = "model_path"
    case median = "p50_ms"
    case medianLow = "p50_low_ms"
    case medianHigh = "p50_high_ms"
    case p99 = "p99_ms"
  }
}

extension HostDescription {
  /// What a list calls the machine: its board or processor, never its name in a network.
  public var shortName: String { board ?? cpu ?? architecture }

  /// Whether two descriptions can be of one machine: its hardware stays, while governor, kernel and load change.
  public func isSameMachine(as other: HostDescription) -> Bool {
    cpu == other.cpu && architecture == other.architecture && board == other.board && cores == other.cores
  }
}

/// Saved runs as a document: what `results list` and `results export` write as JSON.
public struct RunsDocument<Run: Codable & Sendable>: Codable, Sendable {
  public let schema: Int
  /// The version of Assay that wrote it.
  public let assay: String
  public let runs: [Run]

  public init(_ runs: [Run]) {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.runs = runs
  }
}

/// A saved run as a document of its own: what `results show` writes as JSON.
public struct RunDocument: Codable, Sendable {
  public let schema: Int
  public let run: StoredRun

  public init(_ run: StoredRun) {
    schema = RunReport.schema
    self.run = run
  }

  private enum CodingKeys: String, CodingKey { case schema }

  public init(from decoder: any Decoder) throws {
    schema = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .schema)
    run = try StoredRun(from: decoder)
  }

  /// The fields of the run stand beside `schema`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(schema, forKey: .schema)
    try run.encode(to: encoder)
  }
}
