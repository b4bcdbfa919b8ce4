/// Everything that a worker must know to measure one cell. Travels as one JSON value from the parent to the worker.
public struct CellPlan: Codable, Hashable, Sendable {
  public var modelPath: String
  public var format: ModelFormat
  public var target: Target
  /// The library to open instead of the one that would be found; from `--engine-library`.
  public var engineLibrary: String?
  public var options: CellOptions
  public var workload: Workload
  /// Where the worker makes the record log.
  public var recordLogPath: String
  /// Where the record log that is there goes on; `nil` begins a new one.
  public var resumption: ResumePoint?

  public init(
    modelPath: String, format: ModelFormat, target: Target, engineLibrary: String? = nil, options: CellOptions,
    workload: Workload, recordLogPath: String, resumption: ResumePoint? = nil
  ) {
    self.modelPath = modelPath
    self.format = format
    self.target = target
    self.engineLibrary = engineLibrary
    self.options = options
    self.workload = workload
    self.recordLogPath = recordLogPath
    self.resumption = resumption
  }
}

/// The end of a record log that goes on.
public struct ResumePoint: Codable, Hashable, Sendable {
  /// Inferences so far.
  public var count: Int
  /// When the last of them ended, on the axis of the log; the next begin from there.
  public var nanoseconds: UInt64

  public init(count: Int, nanoseconds: UInt64) {
    self.count = count
    self.nanoseconds = nanoseconds
  }
}

/// How a cell is run, whatever it is fed.
public struct CellOptions: Codable, Hashable, Sendable {
  public var threads: Int
  /// First dimension of every input; `nil` leaves the model as it is.
  public var batch: Int?
  /// Shapes by input name; the empty name stands for the only input.
  public var shapes: [String: [Int]]
  public var seed: UInt64
  /// Whether a device may leave parts of the model to the CPU.
  public var allowFallback: Bool

  public init(
    threads: Int, batch: Int? = nil, shapes: [String: [Int]] = [:], seed: UInt64 = 1, allowFallback: Bool = false
  ) {
    self.threads = threads
    self.batch = batch
    self.shapes = shapes
    self.seed = seed
    self.allowFallback = allowFallback
  }
}

/// What a cell is fed with.
public enum Workload: Codable, Hashable, Sendable {
  /// The same seeded random inputs, again and again, until the rule says stop.
  case randomInputs(RepetitionRule)
  /// Images in turn, prepared beforehand, until the rule says stop.
  case imageInputs(RepetitionRule, ImageWorkload)
  /// The same seeded random inputs in blocks, each when the parent asks for it; between them the worker sleeps.
  case blocks(warmUpSeconds: Double)
  /// Every labelled image once.
  case images(ImageWorkload)
}

extension Workload {
  /// When inferences of inputs that repeat end; `nil` for other workloads.
  public var rule: RepetitionRule? {
    switch self {
    case .randomInputs(let rule), .imageInputs(let rule, _): rule
    case .blocks, .images: nil
    }
  }
}

/// When warm-up and measurement end.
///
/// The defaults follow what the vendors' tools do (TFLite's `benchmark_model`: a count and a time, with a hard cap).
public struct RepetitionRule: Codable, Hashable, Sendable {
  /// Inferences that are run and not counted, at least; and for how many seconds, at least.
  public var warmUpCount = 3
  public var warmUpSeconds = 0.5
  /// Both of these must be reached …
  public var minimumCount = 50
  public var minimumSeconds = 3.0
  /// … unless this many seconds have passed; `nil` sets no limit.
  public var maximumSeconds: Double? = 150

  public init() {}

  /// Exactly `count` inferences, however long they take.
  public static func exactly(_ count: Int) -> RepetitionRule {
    var rule = RepetitionRule()
    rule.minimumCount = count
    rule.minimumSeconds = 0
    rule.maximumSeconds = nil
    return rule
  }
}
