/// Something about a measurement or its machine that makes a number less trustworthy. `Report` puts it into words.
///
/// In JSON an object: a stable `code`, and numbers whose units are in their names.
public enum Warning: Hashable, Sendable {
  // A run.
  /// Standard deviation over mean.
  case latencyVariation(coefficient: Double)
  /// Inferences over 10 robust deviations from the median, and beyond Tukey's fences, of `count`.
  case outliers(extreme: Int, tukey: Int, count: Int)
  /// The first tenth of the run is slower than the rest by this share.
  case slowStart(change: Double)
  /// The last inferences differ from the first by this share.
  case drift(change: Double)
  /// A part of the model runs on another device, in the words of the engine.
  case fallback(message: String)
  /// For every image the scores fall from the first to the last, as if they were sorted.
  case sortedOutput
  /// The files beside the model that would be its inputs do not fit it, for a reason in words.
  case testDataUnused(message: String)
  /// Values of an input, from `low` to `high`, index a table whose last row is `last`.
  case indexOutOfRange(input: String, low: Double, high: Double, last: Int)
  /// The model has several signatures, and none was given.
  case signatureChosen(String, of: [String])
  /// An input with open sizes that nobody gave is measured at this shape.
  case shapeAssumed(input: String, shape: [Int])
  /// Images whose scores are no ranking, which count as wrong: some are NaN, some infinite, or all are equal.
  case brokenScores(notANumber: Int, infinite: Int, constant: Int, images: Int)
  /// Another Assay measured on this machine at the same time.
  case sharedMachine
  /// Something stopped the worker, `count` times, for so many seconds in all. Inferences during which it was stopped do not count.
  case workerStopped(count: Int, seconds: Double, inferences: Int)
  /// Something stopped the assay that measured, while the worker may have gone on.
  case assayStopped(count: Int, seconds: Double)
  /// The sensors could not be read or recorded.
  case telemetryFailed(message: String, advice: String?)

  // A machine.
  /// The CPU governor is not `performance`.
  case governor(String)
  case loadAverage(Double, cores: Int)
  case onBattery
  case swapUsed(bytes: Int)
  case lowMemory(availableBytes: Int)
  case virtualMachine(hypervisor: String?)
  case restrictedAffinity(allowed: Int, cores: Int)

  /// The text of a warning that an Assay before codes has stored.
  case recorded(String)
}

extension Warning {
  /// The stable name of a kind of warning in JSON.
  public enum Code: String, Codable, Hashable, Sendable, CaseIterable {
    case latencyVariation = "latency_variation"
    case outliers
    case slowStart = "slow_start"
    case drift, fallback
    case sortedOutput = "sorted_output"
    case testDataUnused = "test_data_unused"
    case indexOutOfRange = "index_out_of_range"
    case signatureChosen = "signature_chosen"
    case shapeAssumed = "shape_assumed"
    case brokenScores = "broken_scores"
    case sharedMachine = "shared_machine"
    case workerStopped = "worker_stopped"
    case assayStopped = "assay_stopped"
    case telemetryFailed = "telemetry_failed"
    case governor
    case loadAverage = "load_average"
    case onBattery = "on_battery"
    case swapUsed = "swap_used"
    case lowMemory = "low_memory"
    case virtualMachine = "virtual_machine"
    case restrictedAffinity = "restricted_affinity"
    case recorded
  }

  public var code: Code {
    switch self {
    case .latencyVariation: .latencyVariation
    case .outliers: .outliers
    case .slowStart: .slowStart
    case .drift: .drift
    case .fallback: .fallback
    case .sortedOutput: .sortedOutput
    case .testDataUnused: .testDataUnused
    case .indexOutOfRange: .indexOutOfRange
    case .signatureChosen: .signatureChosen
    case .shapeAssumed: .shapeAssumed
    case .brokenScores: .brokenScores
    case .sharedMachine: .sharedMachine
    case .workerStopped: .workerStopped
    case .assayStopped: .assayStopped
    case .telemetryFailed: .telemetryFailed
    case .governor: .governor
    case .loadAverage: .loadAverage
    case .onBattery: .onBattery
    case .swapUsed: .swapUsed
    case .lowMemory: .lowMemory
    case .virtualMachine: .virtualMachine
    case .restrictedAffinity: .restrictedAffinity
    case .recorded: .recorded
    }
  }
}

extension Warning: Codable {
  private enum Keys: String, CodingKey {
    case code, coefficient, extreme, tukey, count, change, message, advice, governor, cores, bytes, hypervisor
    case allowed, text, signature, signatures, input, shape, low, high, last, infinite, constant, images
    case inferences
    case seconds = "stopped_s"
    case notANumber = "nan"
    case loadAverage = "load_average"
    case availableBytes = "available_bytes"
  }

  /// Also reads a plain string, as older stores hold it, into `recorded`.
  public init(from decoder: any Decoder) throws {
    if let text = decoder.recordedText {
      self = .recorded(text)
      return
    }
    let values = try decoder.container(keyedBy: Keys.self)
    self =
      switch try values.decode(Code.self, forKey: .code) {
      case .latencyVariation: .latencyVariation(coefficient: try values.decode(Double.self, forKey: .coefficient))
      case .outliers:
        .outliers(
          extreme: try values.decode(Int.self, forKey: .extreme), tukey: try values.decode(Int.self, forKey: .tukey),
          count: try values.decode(Int.self, forKey: .count))
      case .slowStart: .slowStart(change: try values.decode(Double.self, forKey: .change))
      case .drift: .drift(change: try values.decode(Double.self, forKey: .change))
      case .fallback: .fallback(message: try values.decode(String.self, forKey: .message))
      case .sortedOutput: .sortedOutput
      case .testDataUnused: .testDataUnused(message: try values.decode(String.self, forKey: .message))
      case .indexOutOfRange:
        .indexOutOfRange(
          input: try values.decode(String.self, forKey: .input), low: try values.decode(Double.self, forKey: .low),
          high: try values.decode(Double.self, forKey: .high), last: try values.decode(Int.self, forKey: .last))
      case .signatureChosen:
        .signatureChosen(
          try values.decode(String.self, forKey: .signature),
          of: try values.decode([String].self, forKey: .signatures))
      case .shapeAssumed:
        .shapeAssumed(
          input: try values.decode(String.self, forKey: .input), shape: try values.decode([Int].self, forKey: .shape))
      case .brokenScores:
        .brokenScores(
          notANumber: try values.decode(Int.self, forKey: .notANumber),
          infinite: try values.decode(Int.self, forKey: .infinite),
          constant: try values.decode(Int.self, forKey: .constant), images: try values.decode(Int.self, forKey: .images)
        )
      case .sharedMachine: .sharedMachine
      case .workerStopped:
        .workerStopped(
          count: try values.decode(Int.self, forKey: .count), seconds: try values.decode(Double.self, forKey: .seconds),
          inferences: try values.decode(Int.self, forKey: .inferences))
      case .assayStopped:
        .assayStopped(
          count: try values.decode(Int.self, forKey: .count), seconds: try values.decode(Double.self, forKey: .seconds))
      case .telemetryFailed:
        .telemetryFailed(
          message: try values.decode(String.self, forKey: .message),
          advice: try values.decodeIfPresent(String.self, forKey: .advice))
      case .governor: .governor(try values.decode(String.self, forKey: .governor))
      case .loadAverage:
        .loadAverage(
          try values.decode(Double.self, forKey: .loadAverage), cores: try values.decode(Int.self, forKey: .cores))
      case .onBattery: .onBattery
      case .swapUsed: .swapUsed(bytes: try values.decode(Int.self, forKey: .bytes))
      case .lowMemory: .lowMemory(availableBytes: try values.decode(Int.self, forKey: .availableBytes))
      case .virtualMachine: .virtualMachine(hypervisor: try values.decodeIfPresent(String.self, forKey: .hypervisor))
      case .restrictedAffinity:
        .restrictedAffinity(
          allowed: try values.decode(Int.self, forKey: .allowed), cores: try values.decode(Int.self, forKey: .cores))
      case .recorded: .recorded(try values.decode(String.self, forKey: .text))
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Keys.self)
    try values.encode(code, forKey: .code)
    switch self {
    case .latencyVariation(let coefficient): try values.encode(coefficient, forKey: .coefficient)
    case .outliers(let extreme, let tukey, let count):
      try values.encode(extreme, forKey: .extreme)
      try values.encode(tukey, forKey: .tukey)
      try values.encode(count, forKey: .count)
    case .slowStart(let change), .drift(let change): try values.encode(change, forKey: .change)
    case .fallback(let message), .testDataUnused(let message): try values.encode(message, forKey: .message)
    case .indexOutOfRange(let input, let low, let high, let last):
      try values.encode(input, forKey: .input)
      try values.encode(low, forKey: .low)
      try values.encode(high, forKey: .high)
      try values.encode(last, forKey: .last)
    case .signatureChosen(let name, let all):
      try values.encode(name, forKey: .signature)
      try values.encode(all, forKey: .signatures)
    case .shapeAssumed(let input, let shape):
      try values.encode(input, forKey: .input)
      try values.encode(shape, forKey: .shape)
    case .brokenScores(let notANumber, let infinite, let constant, let images):
      try values.encode(notANumber, forKey: .notANumber)
      try values.encode(infinite, forKey: .infinite)
      try values.encode(constant, forKey: .constant)
      try values.encode(images, forKey: .images)
    case .workerStopped(let count, let seconds, let inferences):
      try values.encode(count, forKey: .count)
      try values.encode(seconds, forKey: .seconds)
      try values.encode(inferences, forKey: .inferences)
    case .assayStopped(let count, let seconds):
      try values.encode(count, forKey: .count)
      try values.encode(seconds, forKey: .seconds)
    case .telemetryFailed(let message, let advice):
      try values.encode(message, forKey: .message)
      try values.encodeIfPresent(advice, forKey: .advice)
    case .governor(let governor): try values.encode(governor, forKey: .governor)
    case .loadAverage(let average, let cores):
      try values.encode(average, forKey: .loadAverage)
      try values.encode(cores, forKey: .cores)
    case .swapUsed(let bytes): try values.encode(bytes, forKey: .bytes)
    case .lowMemory(let availableBytes): try values.encode(availableBytes, forKey: .availableBytes)
    case .virtualMachine(let hypervisor): try values.encodeIfPresent(hypervisor, forKey: .hypervisor)
    case .restrictedAffinity(let allowed, let cores):
      try values.encode(allowed, forKey: .allowed)
      try values.encode(cores, forKey: .cores)
    case .recorded(let text): try values.encode(text, forKey: .text)
    case .sortedOutput, .sharedMachine, .onBattery: break
    }
  }
}
