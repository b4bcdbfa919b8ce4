/// What a command measured: the documented JSON, schema 1. Times are in ms unless the name says otherwise.
public struct RunReport: Codable, Hashable, Sendable {
  public static let schema = 1

  public let schema: Int
  /// The version of Assay.
  public let assay: String
  public let host: HostDescription
  public var cells: [CellReport]
  /// Cells that classified the same images, each against the first of them; `nil` where there are none.
  public var accuracyDifferences: [AccuracyDifference]?
  /// Why a run could not be saved; its results stand here all the same.
  public var saveError: AssayError?

  public init(host: HostDescription, cells: [CellReport]) {
    schema = Self.schema
    assay = AssayVersion.current
    self.host = host
    self.cells = cells
  }

  enum CodingKeys: String, CodingKey {
    case schema, assay, host, cells
    case accuracyDifferences = "accuracy_differences"
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

/// One cell: one model on one target with one set of options, and what came of it.
public struct CellReport: Codable, Hashable, Sendable {
  public var model: ModelReport
  public var engine: EngineReport
  public var device: String
  public var options: OptionsReport
  public var status: CellStatus
  @ExplicitNull public var error: AssayError?
  public var inputs: [TensorSpec]?
  public var outputs: [TensorSpec]?
  public var loadMilliseconds: Double?
  public var firstInferenceMilliseconds: Double?
  public var warmUpCount: Int?
  public var latency: LatencySummary?
  public var throughputPerSecond: Double?
  public var harnessOverheadNanoseconds: Double?
  public var peakResidentBytes: Int?
  public var accuracy: AccuracyReport?
  public var warnings: [Warning]
  /// The record log, where it was kept.
  public var recordLog: String?
  /// What the model said of every image, as CSV, where it was kept.
  public var predictions: String?
  /// What the sensors said during the run, where it was kept.
  public var telemetry: String?
  /// How steady the run was; without its charts, which are drawn from the record log.
  public var steadiness: SteadinessReport?
  /// The id of the run in the store, where it was saved.
  public var runID: Int64?

  public init(model: ModelReport, engine: EngineReport, device: String, options: OptionsReport) {
    self.model = model
    self.engine = engine
    self.device = device
    self.options = options
    status = .failed
    warnings = []
  }

  /// `engine[:device]`, as it was asked for.
  public var target: Target { Target(engine: engine.name, device: device) }

  enum CodingKeys: String, CodingKey {
    case model, engine, device, options, status, error, inputs, outputs, latency, accuracy, predictions, warnings
    case telemetry, steadiness
    case loadMilliseconds = "load_ms"
    case firstInferenceMilliseconds = "first_inference_ms"
    case warmUpCount = "warm_up_count"
    case throughputPerSecond = "throughput_per_s"
    case harnessOverheadNanoseconds = "harness_overhead_ns"
    case peakResidentBytes = "peak_rss_bytes"
    case recordLog = "record_log"
    case runID = "run"
  }
}

/// A model file as it was measured. What could not be read is left out.
public struct ModelReport: Codable, Hashable, Sendable {
  public let path: String
  /// Of the file; for a model in several files, of the list that `sha256sum` prints of them, in order of their names.
  public let sha256: String?
  public let format: ModelFormat?
  public let bytes: Int?

  public init(path: String, sha256: String? = nil, format: ModelFormat? = nil, bytes: Int? = nil) {
    self.path = path
    self.sha256 = sha256
    self.format = format
    self.bytes = bytes
  }

  /// The last part of the path.
  public var name: String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

public struct EngineReport: Codable, Hashable, Sendable {
  public let name: String
  public var version: String?
  public var library: String?

  public init(name: String, version: String? = nil, library: String? = nil) {
    self.name = name
    self.version = version
    self.library = library
  }
}

public struct OptionsReport: Codable, Hashable, Sendable {
  public let threads: Int
  public var batch: Int?
  public let seed: UInt64
  /// `random`, or the folder of images.
  public let inputs: String

  public init(threads: Int, batch: Int?, seed: UInt64, inputs: String) {
    self.threads = threads
    self.batch = batch
    self.seed = seed
    self.inputs = inputs
  }
}

/// The latencies of a run, in ms.
public struct LatencySummary: Codable, Hashable, Sendable {
  public var count: Int
  public var mean: Double
  /// Sample standard deviation; absent for a single inference.
  public var standardDeviation: Double?
  public var minimum: Double
  public var maximum: Double
  public var p50: Double
  public var p90: Double?
  public var p95: Double?
  public var p99: Double?
  public var p999: Double?
  /// Distribution-free; absent below six inferences.
  public var medianInterval: [Double]?
  /// The percentiles that are left out because the sample is too small, each with the number of inferences that it needs.
  public var tooFewFor: [String: Int]
  public var histogram: LatencyHistogram

  public init(
    count: Int, mean: Double, standardDeviation: Double?, minimum: Double, maximum: Double, p50: Double,
    histogram: LatencyHistogram
  ) {
    self.count = count
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.minimum = minimum
    self.maximum = maximum
    self.p50 = p50
    self.histogram = histogram
    tooFewFor = [:]
  }

  enum CodingKeys: String, CodingKey {
    case count, mean, p50, p90, p95, p99, histogram
    case standardDeviation = "stddev"
    case minimum = "min"
    case maximum = "max"
    case p999 = "p99_9"
    case medianInterval = "median_ci95"
    case tooFewFor = "too_few_for"
  }
}

/// Counts in bins of equal width; the last bin also holds everything above it.
public struct LatencyHistogram: Codable, Hashable, Sendable {
  public let from: Double
  public let to: Double
  public let counts: [Int]

  public init(from: Double, to: Double, counts: [Int]) {
    self.from = from
    self.to = to
    self.counts = counts
  }

  enum CodingKeys: String, CodingKey {
    case from = "from_ms"
    case to = "to_ms"
    case counts
  }
}

/// An optional that is written as `null` instead of being left out, for keys that a reader may rely on.
@propertyWrapper
public struct ExplicitNull<Value: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  public var wrappedValue: Value?

  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}
