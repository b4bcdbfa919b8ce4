/// How an engine serves several streams.
public enum StreamService: String, Codable, Sendable, CaseIterable {
  /// Requests of one compiled model, which the engine itself runs in as many streams.
  case requests
  /// One session of the engine's library, which all streams run.
  case sharedSession = "shared_session"
  /// A session of the engine's library for each stream.
  case ownSessions = "own_sessions"
}

/// What streams did besides their records.
public struct StreamFacts: Codable, Hashable, Sendable {
  public var service: StreamService
  /// How many inferences a second each service made when all that the engine offers were tried; `nil` for the only one.
  public var trials: [StreamTrial]?
  /// How long the measurement took, and what the whole process computed meanwhile.
  public var wallSeconds: Double
  public var processorSeconds: Double
  /// Queries of a schedule that were never issued, because too many others waited; `nil` without a schedule.
  public var droppedCount: Int?
  /// Samples of the performance set of a scenario; `nil` for other measures.
  public var sampleCount: Int?
  /// Time that streams spent on looking at the clock before a query was due; `nil` without a schedule.
  public var spunSeconds: Double?

  public init(service: StreamService, trials: [StreamTrial]? = nil, wallSeconds: Double, processorSeconds: Double) {
    self.service = service
    self.trials = trials
    self.wallSeconds = wallSeconds
    self.processorSeconds = processorSeconds
  }

  /// Processors that were busy on average.
  public var processorUse: Double? { wallSeconds > 0 ? processorSeconds / wallSeconds : nil }

  enum CodingKeys: String, CodingKey {
    case service, trials
    case wallSeconds = "wall_s"
    case processorSeconds = "processor_s"
    case droppedCount = "dropped"
    case sampleCount = "performance_samples"
    case spunSeconds = "spun_s"
  }
}

/// A service of streams that was tried.
public struct StreamTrial: Codable, Hashable, Sendable {
  public var service: StreamService
  /// `nil` where there is no other to compare it with.
  public var inferencesPerSecond: Double?
  /// Why it cannot be used.
  public var error: AssayError?

  public init(service: StreamService, inferencesPerSecond: Double? = nil, error: AssayError? = nil) {
    self.service = service
    self.inferencesPerSecond = inferencesPerSecond
    self.error = error
  }

  enum CodingKeys: String, CodingKey {
    case service, error
    case inferencesPerSecond = "inferences_per_s"
  }
}

/// What streams did together.
public struct StreamsReport: Codable, Hashable, Sendable {
  /// Inferences of each stream, in order of their numbers.
  public var counts: [Int]
  /// The 95 % interval of the inferences a second of all; `nil` where the measurement was too short for one.
  public var rateInterval: [Double]?
  /// `nil` where the worker did not come to its end.
  public var facts: StreamFacts?

  public init(counts: [Int], rateInterval: [Double]? = nil, facts: StreamFacts? = nil) {
    self.counts = counts
    self.rateInterval = rateInterval
    self.facts = facts
  }

  enum CodingKeys: String, CodingKey {
    case counts, facts
    case rateInterval = "inferences_per_s_ci95"
  }
}
