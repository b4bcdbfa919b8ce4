/// What is known of one model on one device, from a run or from the literature: a row of a study's tables.
public struct Observation: Hashable, Sendable {
  /// Where it comes from: `thesis`, `google`, or `assay` for a run.
  public var source: String
  /// The table of the source, or the number of the run.
  public var place: String
  /// As its source names it.
  public var printedModel: String
  public var printedFramework: String
  public var printedDevice: String
  /// Names that are the same in all sources.
  public var model: String
  public var framework: String
  public var device: String
  /// The machine that the device is attached to; `nil` if it needs none or none is named.
  public var host: String?
  /// What made the model ready for the device, such as a compiler; `nil` for nothing.
  public var optimizer: String?
  /// Such as `int8`; `nil` if unknown.
  public var precision: String?
  /// The model of the study that converters made it of; `nil` if it was measured as it is.
  public var original: String?
  /// What the engine read, as in `TFLite int8`; `nil` if unknown.
  public var form: String?
  public var quantities: [Quantity: ObservedValue] = [:]
  /// How accuracies differ from those of another observation on the same images, where both kept what they took each image for.
  public var changes: [Quantity: AccuracyChange] = [:]
  /// Images behind an accuracy; `nil` if unknown.
  public var images: Int?

  public init(
    source: String, place: String, model: String, framework: String, device: String, host: String? = nil,
    optimizer: String? = nil, precision: String? = nil
  ) {
    self.source = source
    self.place = place
    printedModel = model
    printedFramework = framework
    printedDevice = device
    self.model = model
    self.framework = framework
    self.device = device
    self.host = host
    self.optimizer = optimizer
    self.precision = precision
  }

  /// What studies tabulate.
  public enum Quantity: String, CaseIterable, Sendable {
    /// The mean time of an inference, in milliseconds.
    case latency
    /// The least latency over numbers of parallel streams, in milliseconds.
    case minimumLatency = "min_latency"
    /// Frames per second.
    case throughput
    /// The largest throughput over numbers of parallel streams, in frames per second.
    case maximumThroughput = "max_throughput"
    /// Percent of images.
    case top1, top5
    /// Measured energy of an inference, in millijoules.
    case energy
    /// Of the model's files, in MB.
    case size
    /// From opening the model to a session that is ready, in milliseconds.
    case load = "load_time"
    /// The most memory of the process that ran it, in MB.
    case memory = "peak_memory"

    public var unit: String {
      switch self {
      case .latency, .minimumLatency, .load: "ms"
      case .throughput, .maximumThroughput: "FPS"
      case .top1, .top5: "%"
      case .energy: "mJ"
      case .size, .memory: "MB"
      }
    }
  }

  /// The number of a quantity; `nil` if it was not measured or could not be.
  public subscript(quantity: Quantity) -> Double? { quantities[quantity]?.number }

  /// What optimised the model, or else its framework.
  public var tool: String { optimizer ?? framework }
}

/// How an accuracy differs from another one on the same images.
public struct AccuracyChange: Hashable, Sendable {
  /// The `place` of the other observation.
  public var reference: String
  /// The 95 % interval of the difference, in percentage points.
  public var interval: ClosedRange<Double>

  public init(reference: String, interval: ClosedRange<Double>) {
    (self.reference, self.interval) = (reference, interval)
  }
}

/// A number with the digits that its source gives, or why there is none.
public enum ObservedValue: Hashable, Sendable {
  case number(Double, decimals: Int)
  /// What the source prints instead, such as `DNR`, and why.
  case absent(String, reason: String)

  /// A measured number, with four significant digits.
  public static func measured(_ value: Double) -> ObservedValue {
    var (decimals, rest) = (0, abs(value))
    while rest > 0, rest < 1000, decimals < 9 { (decimals, rest) = (decimals + 1, rest * 10) }
    return .number(value, decimals: decimals)
  }

  public var number: Double? {
    guard case .number(let value, _) = self else { return nil }
    return value
  }

  public var reason: String? {
    guard case .absent(_, let reason) = self else { return nil }
    return reason
  }
}
