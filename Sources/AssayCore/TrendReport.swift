/// The history of cells: the JSON of `assay results trend`.
public struct TrendReport: Codable, Hashable, Sendable {
  public let schema: Int
  /// The version of Assay.
  public let assay: String
  public let metric: RunMetric
  /// `ms` or `1/s`; absent for a share.
  public let unit: String?
  public let cells: [CellTrend]

  public init(metric: RunMetric, cells: [CellTrend]) {
    schema = RunReport.schema
    assay = AssayVersion.current
    self.metric = metric
    unit = metric.unit
    self.cells = cells
  }
}

/// The runs of one cell on one machine, in order of time.
public struct CellTrend: Codable, Hashable, Sendable {
  public let cellID: String
  public let model: String
  /// What the runs measured.
  public let kind: RunKind
  public let target: String
  public let threads: Int
  public let batch: Int?
  public let host: String
  public var runs: [TrendPoint]
  /// Where the level changed and stayed; `nil` with too few runs to say.
  public var changes: [TrendChange]?
  /// With fewer runs no change is searched.
  public let neededRuns: Int

  public init(_ run: StoredRun, cellID: String, neededRuns: Int) {
    self.cellID = cellID
    model = run.report.model.name
    kind = run.kind
    target = run.spec.target.description
    threads = run.report.options.threads
    batch = run.report.options.batch
    host = run.host.shortName
    runs = []
    self.neededRuns = neededRuns
  }

  enum CodingKeys: String, CodingKey {
    case model, kind, target, threads, batch, host, runs, changes
    case cellID = "cell_id"
    case neededRuns = "needed_runs"
  }
}

/// One run of a history.
public struct TrendPoint: Codable, Hashable, Sendable {
  public let run: Int64
  /// When it ended: ISO 8601 in UTC.
  public let created: String
  /// The first letters, with a + for uncommitted changes.
  public let commit: String?
  public let note: String?
  public let value: Double
  /// Of 95 %.
  public let interval: [Double]?

  public init(_ run: StoredRun, value: Double, interval: [Double]?) {
    self.run = run.id
    created = run.created
    commit = run.report.origin?.shortCommit
    note = run.report.origin?.note
    self.value = value
    self.interval = interval
  }

  enum CodingKeys: String, CodingKey {
    case run, created, commit, note, value
    case interval = "ci95"
  }
}

/// A lasting change between two runs.
public struct TrendChange: Codable, Hashable, Sendable {
  /// The last run of the old level.
  public let before: TrendPoint
  /// The first run of the new level.
  public let after: TrendPoint
  /// As a share of the old level.
  public let change: Double
  public let interval: [Double]

  public init(before: TrendPoint, after: TrendPoint, change: Double, interval: [Double]) {
    self.before = before
    self.after = after
    self.change = change
    self.interval = interval
  }

  enum CodingKeys: String, CodingKey {
    case before, after, change
    case interval = "change_ci95"
  }
}
