/// Something that happens while cells are measured. Terminal views, `--events` and other readers are fed with these alone.
///
/// JSON: an object with the name of the event, `{"event": "progress", "cell": 1, …}`; cells count from 1, in the order of the plan. The fields
/// of each event stand beside its name; Documentation/Events.md lists them.
public enum RunEvent: Hashable, Sendable {
  /// The first event: what is going to be measured.
  case plan(EventPlan)
  /// A worker for the cell starts.
  case cellStarted(cell: Int)
  /// The model is loaded.
  case ready(cell: Int, ReadySession)
  /// Warm-up is over; records follow.
  case measuring(cell: Int, WarmUpResult)
  case progress(cell: Int, CellProgress)
  /// Every cell of a live comparison has run one more block.
  case round(RoundProgress)
  case sensors(cell: Int, SensorReadings)
  /// Something that a running stress test shows. A later event with the same findings may withdraw it: the list is the whole.
  case findings(cell: Int, [Finding])
  case warning(cell: Int, Warning)
  /// The cell has ended, well or not; its report is complete but for the id in the store.
  case ended(cell: Int, CellReport)
  case saved(cell: Int, run: Int64)
}

/// An event with its time.
public struct TimedEvent: Hashable, Sendable {
  /// Seconds since the run began.
  public var seconds: Double
  public var event: RunEvent

  public init(seconds: Double, event: RunEvent) {
    self.seconds = seconds
    self.event = event
  }
}

/// What a command is going to measure.
public struct EventPlan: Codable, Hashable, Sendable {
  /// Of this event and all that follow.
  public let schema: Int
  public var cells: [CellSpec]
  /// The images of the cells; `nil` for random inputs.
  public var images: DatasetDescription?
  /// How live cells take turns; `nil` where each is measured alone.
  public var turns: TurnLimits?
  /// What a stress test that is resumed has behind it.
  public var resumed: ResumePoint?

  public init(
    cells: [CellSpec], images: DatasetDescription? = nil, turns: TurnLimits? = nil, resumed: ResumePoint? = nil
  ) {
    schema = RunReport.schema
    self.cells = cells
    self.images = images
    self.turns = turns
    self.resumed = resumed
  }
}

/// When live cells stop taking turns.
public struct TurnLimits: Codable, Hashable, Sendable {
  /// The width that every 95 % interval gets below, from end to end, as a share of its ratio.
  public var precision: Double
  public var maximumSeconds: Double

  public init(precision: Double, maximumSeconds: Double) {
    self.precision = precision
    self.maximumSeconds = maximumSeconds
  }

  enum CodingKeys: String, CodingKey {
    case precision
    case maximumSeconds = "max_s"
  }
}

/// A cell in the middle of its measurement. Latencies are in ms.
public struct CellProgress: Codable, Hashable, Sendable {
  /// Inferences so far.
  public var count: Int
  /// From the start of the measurement to the end of the last inference.
  public var seconds: Double
  /// Of all inferences so far.
  public var median: Double?
  /// Of the latest inferences, some hundred.
  public var recentMedian: Double?
  public var recentP99: Double?
  public var accuracy: AccuracyCounts?

  public init(count: Int, seconds: Double, median: Double? = nil) {
    self.count = count
    self.seconds = seconds
    self.median = median
  }

  enum CodingKeys: String, CodingKey {
    case count, accuracy
    case seconds = "measured_s"
    case median = "p50_ms"
    case recentMedian = "recent_p50_ms"
    case recentP99 = "recent_p99_ms"
  }
}

/// How far a live comparison is.
public struct RoundProgress: Codable, Hashable, Sendable {
  public var rounds: Int
  /// Since the first block.
  public var seconds: Double
  /// The widest interval when it was last computed, as a share of its ratio; `nil` before that, or where it is without bound.
  public var width: Double?

  public init(rounds: Int, seconds: Double, width: Double?) {
    self.rounds = rounds
    self.seconds = seconds
    self.width = width
  }

  enum CodingKeys: String, CodingKey {
    case rounds, width
    case seconds = "measured_s"
  }
}
