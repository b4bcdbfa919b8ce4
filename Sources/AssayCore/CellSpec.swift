/// What is measured, on what, and how: the unit that is measured, stored and compared.
///
/// Commands make it, workers receive it, the store keeps it, and `results repeat` and `stress --resume` read it back. It says nothing about
/// one particular execution, which `CellJob` describes.
///
/// JSON: `{"model": {…}, "target": "openvino:gpu", "options": {…}, "measure": {"kind": "latency", …}}`, all names in snake_case. Absent
/// means the default.
public struct CellSpec: Hashable, Sendable {
  public var model: ModelReference
  public var target: Target
  /// The library to open instead of the one that Assay would find; from `--engine-library`.
  public var engineLibrary: String?
  public var options: CellOptions
  public var measure: Measure

  /// - Parameter engineLibrary: instead of the one that Assay would find; a plugin that the target names by its path comes first.
  public init(
    model: ModelReference, target: Target, engineLibrary: String? = nil, options: CellOptions, measure: Measure
  ) {
    self.model = model
    self.target = target.withoutPlugin
    self.engineLibrary = target.plugin ?? engineLibrary
    self.options = options
    self.measure = measure
  }

  /// Whether each record says of which stream it is and when it was due.
  public var recordsStreams: Bool {
    switch measure {
    case .streams, .scenario, .load: true
    case .latency, .accuracy: false
    case .stress: options.streams > 1
    }
  }

  /// `random`, `given`, or the folder of images.
  public var inputs: String {
    if let images = measure.images { return images.source.folder }
    return options.given.values.isEmpty && options.given.testData.isEmpty ? "random" : "given"
  }
}

extension CellSpec: Codable {
  enum CodingKeys: String, CodingKey {
    case model, target, options, measure
    case engineLibrary = "engine_library"
  }

  private enum DerivedKeys: String, CodingKey { case inputs }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    model = try values.decode(ModelReference.self, forKey: .model)
    let target = try values.decode(Target.self, forKey: .target)
    self.target = target.withoutPlugin
    engineLibrary = try target.plugin ?? values.decodeIfPresent(String.self, forKey: .engineLibrary)
    options = try values.decode(CellOptions.self, forKey: .options)
    measure = try values.decode(Measure.self, forKey: .measure)
  }

  /// Writes the source of the inputs beside the options, where readers look for it.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(model, forKey: .model)
    try values.encode(target, forKey: .target)
    try values.encodeIfPresent(engineLibrary, forKey: .engineLibrary)
    try values.encode(measure, forKey: .measure)
    let optionsEncoder = values.superEncoder(forKey: .options)
    try options.encode(to: optionsEncoder)
    var derived = optionsEncoder.container(keyedBy: DerivedKeys.self)
    try derived.encode(inputs, forKey: .inputs)
  }
}

/// A model: where it is, and what tells it from others.
public struct ModelReference: Codable, Hashable, Sendable {
  /// As the user gave it; absolute in the store.
  public var path: String
  /// `nil` until the file has been looked at, or where it cannot be read.
  public var format: ModelFormat?
  /// Of the file; of a model in several files, that of the list which `sha256sum` prints in the model's folder, in order of the names.
  /// External weights of ONNX and OpenVINO belong to it.
  public var sha256: String?
  /// Size of all its files.
  public var bytes: Int?
  /// The function to run in a model with several; `nil` for the only or the default one.
  public var signature: String?
  /// What an engine that does not read this model is given in its place; `nil` for itself.
  public var conversion: ConvertedModel?

  public init(
    path: String, format: ModelFormat? = nil, sha256: String? = nil, bytes: Int? = nil, signature: String? = nil
  ) {
    self.path = path
    self.format = format
    self.sha256 = sha256
    self.bytes = bytes
    self.signature = signature
  }

  /// The last part of the path.
  public var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// How a session is made, whatever is measured.
public struct CellOptions: Codable, Hashable, Sendable {
  /// Of one inference.
  public var threads: Int
  /// Inferences that run side by side, each with its own threads.
  public var streams = 1
  /// First dimension of every input; `nil` leaves the model as it is.
  public var batch: Int?
  /// Shapes by input name. The empty name stands for the only input.
  public var shapes: [String: [Int]]
  public var seed: UInt64
  /// Whether a device may leave parts of the model to the CPU.
  public var allowFallback: Bool
  /// Seconds after which a cell is stopped; `nil` sets no limit. For cells that take turns, it limits loading and each block.
  public var timeLimit: Double?
  /// Values and ranges of inputs.
  public var given: GivenInputs
  /// Whether the worker confines itself before it opens the engine's library.
  public var sandbox: Bool
  /// Delegates, a precision, and options in the engine's own words.
  public var engine: EngineOptions

  /// Of all streams together.
  public var allThreads: Int { streams * threads }

  public init(
    threads: Int, batch: Int? = nil, shapes: [String: [Int]] = [:], seed: UInt64 = 1, allowFallback: Bool = false,
    timeLimit: Double? = nil, given: GivenInputs = GivenInputs(), sandbox: Bool = false,
    engine: EngineOptions = EngineOptions()
  ) {
    self.threads = threads
    self.batch = batch
    self.shapes = shapes
    self.seed = seed
    self.allowFallback = allowFallback
    self.timeLimit = timeLimit
    self.given = given
    self.sandbox = sandbox
    self.engine = engine
  }

  enum CodingKeys: String, CodingKey {
    case threads, streams, batch, shapes, seed, sandbox
    case engine = "engine_options"
    case given = "given_inputs"
    case allowFallback = "allow_fallback"
    case timeLimit = "time_limit_s"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    threads = try values.decode(Int.self, forKey: .threads)
    streams = try values.decodeIfPresent(Int.self, forKey: .streams) ?? 1
    batch = try values.decodeIfPresent(Int.self, forKey: .batch)
    shapes = try values.decodeIfPresent([String: [Int]].self, forKey: .shapes) ?? [:]
    seed = try values.decode(UInt64.self, forKey: .seed)
    allowFallback = try values.decodeIfPresent(Bool.self, forKey: .allowFallback) ?? false
    timeLimit = try values.decodeIfPresent(Double.self, forKey: .timeLimit)
    given = try values.decodeIfPresent(GivenInputs.self, forKey: .given) ?? GivenInputs()
    sandbox = try values.decodeIfPresent(Bool.self, forKey: .sandbox) ?? false
    engine = try values.decodeIfPresent(EngineOptions.self, forKey: .engine) ?? EngineOptions()
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(threads, forKey: .threads)
    if streams != 1 { try values.encode(streams, forKey: .streams) }
    try values.encodeIfPresent(batch, forKey: .batch)
    if !shapes.isEmpty { try values.encode(shapes, forKey: .shapes) }
    try values.encode(seed, forKey: .seed)
    if allowFallback { try values.encode(allowFallback, forKey: .allowFallback) }
    try values.encodeIfPresent(timeLimit, forKey: .timeLimit)
    if !given.isEmpty { try values.encode(given, forKey: .given) }
    if sandbox { try values.encode(sandbox, forKey: .sandbox) }
    if !engine.isEmpty { try values.encode(engine, forKey: .engine) }
  }
}

extension CellSpec {
  /// Passes every path through `resolve`, as to make it absolute.
  public mutating func resolvePaths(_ resolve: (String) -> String) {
    model.path = resolve(model.path)
    engineLibrary = engineLibrary.map(resolve)
    for index in options.engine.delegates.indices where options.engine.delegates[index].path.contains("/") {
      options.engine.delegates[index].path = resolve(options.engine.delegates[index].path)
    }
    options.given.changeFiles { InputFile(path: resolve($0.path), sha256: $0.sha256) }
    switch measure {
    case .latency, .streams: break
    case .accuracy(var accuracy):
      accuracy.images.source.resolvePaths(resolve)
      measure = .accuracy(accuracy)
    case .stress(var stress):
      stress.images?.source.resolvePaths(resolve)
      measure = .stress(stress)
    case .scenario(var scenario):
      scenario.images?.source.resolvePaths(resolve)
      measure = .scenario(scenario)
    case .load(var load):
      load.arrivals.file = load.arrivals.file.map { InputFile(path: resolve($0.path), sha256: $0.sha256) }
      measure = .load(load)
    }
  }
}

extension DatasetSource {
  fileprivate mutating func resolvePaths(_ resolve: (String) -> String) {
    folder = resolve(folder)
    groundTruth = groundTruth.map(resolve)
    labels = labels.map(resolve)
  }
}
