/// What is asked of an engine besides a device and threads.
public struct EngineOptions: Codable, Hashable, Sendable {
  /// Libraries that take over operations, in the order in which they are asked; from `--delegate`.
  public var delegates: [DelegateReference]
  /// The precision to compute in, from `--precision`; `nil` leaves the choice to the engine.
  public var precision: Precision?
  /// Options in the words of the engine or of its device, from `--engine-option KEY=VALUE`.
  public var settings: [String: String]

  public init(delegates: [DelegateReference] = [], precision: Precision? = nil, settings: [String: String] = [:]) {
    self.delegates = delegates
    self.precision = precision
    self.settings = settings
  }

  public var isEmpty: Bool { delegates.isEmpty && precision == nil && settings.isEmpty }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    delegates = try values.decodeIfPresent([DelegateReference].self, forKey: .delegates) ?? []
    precision = try values.decodeIfPresent(Precision.self, forKey: .precision)
    settings = try values.decodeIfPresent([String: String].self, forKey: .settings) ?? [:]
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    if !delegates.isEmpty { try values.encode(delegates, forKey: .delegates) }
    try values.encodeIfPresent(precision, forKey: .precision)
    if !settings.isEmpty { try values.encode(settings, forKey: .settings) }
  }

  private enum CodingKeys: String, CodingKey { case delegates, precision, settings }

  /// The kinds of options, by which engines say what they take.
  public enum Kind: String, CaseIterable, Sendable {
    case delegates, precision, settings

    /// The flag that gives it.
    public var flag: String {
      switch self {
      case .delegates: "--delegate"
      case .precision: "--precision"
      case .settings: "--engine-option"
      }
    }
  }

  /// The kinds that are given.
  public var kinds: [Kind] {
    Kind.allCases.filter { kind in
      switch kind {
      case .delegates: !delegates.isEmpty
      case .precision: precision != nil
      case .settings: !settings.isEmpty
      }
    }
  }
}

/// A delegate: a library with TensorFlow Lite's external-delegate functions, and its options.
public struct DelegateReference: Codable, Hashable, Sendable {
  public var path: String
  /// In the words of the delegate.
  public var options: [String: String]

  public init(path: String, options: [String: String] = [:]) {
    self.path = path
    self.options = options
  }

  /// Reads `PATH[,key=value…]`; `nil` for text without a path or with an option that has no key.
  public init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard let path = parts.first, !path.isEmpty else { return nil }
    self.init(path: path)
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2, !pair[0].isEmpty else { return nil }
      options[pair[0]] = pair[1]
    }
  }
}

/// A precision that an engine may be asked to compute in.
public enum Precision: String, CaseIterable, Codable, Sendable {
  case float32 = "f32"
  case float16 = "f16"
  case bfloat16 = "bf16"
  case int8
}

/// What an engine made of a model, as far as it tells.
public struct Execution: Codable, Hashable, Sendable {
  /// The precision that it really computes in, in the engine's words.
  public var precision: String?
  /// Where the operations run; `nil` where the engine does not tell.
  public var placement: OperationPlacement?
  /// How the engine built the model for its device; `nil` where loading is all that it does.
  public var build: Build?

  public init(precision: String? = nil, placement: OperationPlacement? = nil, build: Build? = nil) {
    self.precision = precision
    self.placement = placement
    self.build = build
  }

  public var isEmpty: Bool { precision == nil && placement == nil && build == nil }

  /// A model that was built for a device.
  public struct Build: Codable, Hashable, Sendable {
    public var milliseconds: Double
    /// Size of what was built.
    public var bytes: Int

    public init(milliseconds: Double, bytes: Int) {
      self.milliseconds = milliseconds
      self.bytes = bytes
    }

    private enum CodingKeys: String, CodingKey {
      case milliseconds = "build_ms"
      case bytes
    }
  }
}

/// How many operations of a model run on a device or a delegate, and how many are left to the CPU.
public struct OperationPlacement: Codable, Hashable, Sendable {
  public var onDevice: Int
  public var onCPU: Int
  /// The kinds of those on the CPU, in order of the model, each once.
  public var kindsOnCPU: [String]

  public init(onDevice: Int, onCPU: Int, kindsOnCPU: [String] = []) {
    self.onDevice = onDevice
    self.onCPU = onCPU
    self.kindsOnCPU = kindsOnCPU
  }

  private enum CodingKeys: String, CodingKey {
    case onDevice = "on_device"
    case onCPU = "on_cpu"
    case kindsOnCPU = "kinds_on_cpu"
  }
}
