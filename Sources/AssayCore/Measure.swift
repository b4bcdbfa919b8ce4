/// What is measured of a cell.
public enum Measure: Hashable, Sendable {
  /// Latency on seeded random inputs.
  case latency(RepetitionRule)
  /// Throughput and latency of streams that run side by side, on seeded random inputs.
  case streams(RepetitionRule)
  /// Top-K on labelled images, each classified once.
  case accuracy(AccuracyMeasure)
  /// Steadiness over a long time, with the machine's sensors beside it.
  case stress(StressMeasure)
  /// Queries as MLPerf Inference issues them.
  case scenario(ScenarioMeasure)
  /// Queries that arrive by a pattern.
  case load(LoadMeasure)
}

extension Measure {
  public var kind: RunKind {
    switch self {
    case .latency: .bench
    case .streams: .streams
    case .accuracy: .accuracy
    case .stress: .stress
    case .scenario: .scenario
    case .load: .load
    }
  }

  /// When warm-up and, where inputs repeat, the measurement end.
  public var rule: RepetitionRule {
    get {
      switch self {
      case .latency(let rule), .streams(let rule): rule
      case .accuracy(let measure): measure.warmUp
      case .stress(let measure): measure.rule
      case .scenario(let measure): measure.rule
      case .load(let measure): measure.rule
      }
    }
    set {
      switch self {
      case .latency: self = .latency(newValue)
      case .streams: self = .streams(newValue)
      case .accuracy(var measure):
        measure.warmUp = newValue
        self = .accuracy(measure)
      case .stress(var measure):
        measure.rule = newValue
        self = .stress(measure)
      case .scenario(var measure):
        measure.warmUp = newValue
        self = .scenario(measure)
      case .load(var measure):
        measure.warmUp = newValue
        self = .load(measure)
      }
    }
  }

  /// The images that are the inputs; `nil` for random inputs.
  public var images: ImageSet? {
    switch self {
    case .latency, .streams: nil
    case .accuracy(let measure): measure.images
    case .stress(let measure): measure.images
    case .scenario(let measure): measure.images
    case .load: nil
    }
  }

  /// Has images, where there are any, be prepared in another way.
  mutating func prepareImages(by choice: PreprocessingChoice) {
    switch self {
    case .latency, .streams, .load: break
    case .accuracy(var measure):
      measure.images.preprocessing = choice
      self = .accuracy(measure)
    case .stress(var measure):
      measure.images?.preprocessing = choice
      self = .stress(measure)
    case .scenario(var measure):
      measure.images?.preprocessing = choice
      self = .scenario(measure)
    }
  }

  /// What a stress test adds; `nil` for other measures.
  public var stress: StressMeasure? { if case .stress(let measure) = self { measure } else { nil } }

  /// Whether queries arrive at a rate that changes.
  public var isRamp: Bool { if case .load(let measure) = self { measure.arrivals.isRamp } else { false } }

  /// How queries are issued; `nil` for other measures.
  public var scenario: ScenarioMeasure? { if case .scenario(let measure) = self { measure } else { nil } }
}

/// The word for a measure in lists and filters.
public enum RunKind: String, Codable, Sendable, CaseIterable {
  /// Latency on random inputs.
  case bench
  /// Throughput and latency of streams that run side by side.
  case streams
  /// Top-K on labelled images.
  case accuracy
  /// Steadiness over a long time, with telemetry.
  case stress
  /// Queries as MLPerf Inference issues them.
  case scenario
  /// Queries that arrive by a pattern.
  case load
}

extension Measure: Codable {
  private enum CodingKeys: String, CodingKey { case kind, rule }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    switch try values.decode(RunKind.self, forKey: .kind) {
    case .bench: self = .latency(try values.decode(RepetitionRule.self, forKey: .rule))
    case .streams: self = .streams(try values.decode(RepetitionRule.self, forKey: .rule))
    case .accuracy: self = .accuracy(try AccuracyMeasure(from: decoder))
    case .stress: self = .stress(try StressMeasure(from: decoder))
    case .scenario: self = .scenario(try ScenarioMeasure(from: decoder))
    case .load: self = .load(try LoadMeasure(from: decoder))
    }
  }

  /// The fields of the case stand beside `kind`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(kind, forKey: .kind)
    switch self {
    case .latency(let rule), .streams(let rule): try values.encode(rule, forKey: .rule)
    case .accuracy(let measure): try measure.encode(to: encoder)
    case .stress(let measure): try measure.encode(to: encoder)
    case .scenario(let measure): try measure.encode(to: encoder)
    case .load(let measure): try measure.encode(to: encoder)
    }
  }
}

/// How accuracy is measured.
public struct AccuracyMeasure: Codable, Hashable, Sendable {
  public var images: ImageSet
  public var timing = ImageTiming.isolated
  /// The K of each top-K, each at least 1.
  public var ranks = [1, 5]
  /// What to add to a label for its place in the model's output; `nil` adds 1 where a background class comes first, else 0.
  public var labelOffset: Int?
  /// The output that has the scores; `nil` for the only one.
  public var output: String?
  /// Whether an image that cannot be read ends the cell.
  public var isStrict = false
  /// Inferences on random inputs before the first image, not counted. They take no minimum of time: images are prepared before the first of
  /// them is inferred, which wakes the processor.
  public var warmUp = RepetitionRule()

  public init(images: ImageSet) {
    self.images = images
    warmUp.warmUpSeconds = 0
  }

  enum CodingKeys: String, CodingKey {
    case images, timing, ranks, output
    case labelOffset = "label_offset"
    case isStrict = "strict"
    case warmUp = "rule"
  }
}

/// How images are taken through preparation and inference.
public enum ImageTiming: String, Codable, Sendable, CaseIterable {
  /// Prepares images in parallel ahead of time, in bounded chunks, then infers them one by one with nothing else running: latencies are clean.
  case isolated
  /// Prepares and infers several images at once, for throughput. Latencies would not be those of one inference, so there are none.
  case overlapped
}

/// How steadiness is measured.
public struct StressMeasure: Codable, Hashable, Sendable {
  /// How long the whole test is, parts before a `--resume` included.
  public var rule: RepetitionRule
  /// Images to feed in turn, prepared beforehand; `nil` for random inputs.
  public var images: ImageSet?
  /// Seconds from one reading of the sensors to the next.
  public var telemetryInterval: Double
  /// The folder that stands for `/` when sensors are read: `/`, or a recorded tree.
  public var sensorRoot: String
  /// In ms: adds a view without slower inferences.
  public var discardAbove: Double?

  public init(
    rule: RepetitionRule, images: ImageSet? = nil, telemetryInterval: Double = 1, sensorRoot: String = "/",
    discardAbove: Double? = nil
  ) {
    self.rule = rule
    self.images = images
    self.telemetryInterval = telemetryInterval
    self.sensorRoot = sensorRoot
    self.discardAbove = discardAbove
  }

  enum CodingKeys: String, CodingKey {
    case rule, images
    case telemetryInterval = "telemetry_interval_s"
    case sensorRoot = "sensor_root"
    case discardAbove = "discard_above_ms"
  }
}

/// When warm-up and measurement end.
///
/// The defaults follow the vendors' tools (TFLite's `benchmark_model`: a count and a time, with a hard cap).
public struct RepetitionRule: Codable, Hashable, Sendable {
  /// Warm-up lasts for at least this many inferences and this many seconds; none of them counts.
  public var warmUpCount = 3
  public var warmUpSeconds = 0.5
  /// The measurement lasts for at least this many inferences and this many seconds …
  public var minimumCount = 50
  public var minimumSeconds = 3.0
  /// … but for no more than this many seconds; `nil` sets no limit.
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

  /// What is left to do of the measurement after `point`.
  public func remaining(after point: ResumePoint) -> RepetitionRule {
    let seconds = Double(point.nanoseconds) / 1e9
    var rule = self
    rule.minimumCount = max(0, minimumCount - point.count)
    rule.minimumSeconds = max(0, minimumSeconds - seconds)
    rule.maximumSeconds = maximumSeconds.map { max(0, $0 - seconds) }
    return rule
  }

  /// Whether there is nothing left to do.
  public var isFulfilled: Bool { minimumCount == 0 && minimumSeconds == 0 || maximumSeconds == 0 }

  enum CodingKeys: String, CodingKey {
    case warmUpCount = "warm_up_count"
    case warmUpSeconds = "warm_up_s"
    case minimumCount = "min_count"
    case minimumSeconds = "min_s"
    case maximumSeconds = "max_s"
  }
}
