/// A cell, and what one execution of it gave.
public struct CellReport: Hashable, Sendable {
  public var spec: CellSpec
  /// The SHA-256 of the cell's canonical form; `nil` where the model could not be read.
  public var cellID: String?
  public var engine: EngineReport
  /// The device that ran the model; until that is known, the one that was asked for.
  public var device: String
  public var status = CellStatus.failed
  public var error: AssayError?
  public var inputs: [TensorSpec]?
  public var outputs: [TensorSpec]?
  /// What each input got, in the order of `inputs`.
  public var inputsChosen: [InputChoice]?
  /// What the engine made of the model; `nil` where it tells nothing.
  public var execution: Execution?
  public var loadMilliseconds: Double?
  public var firstInferenceMilliseconds: Double?
  public var warmUpCount: Int?
  /// What the device took for an inference, without copies: the median of the warm-up without its first; `nil` where the engine does not tell.
  public var deviceMilliseconds: Double?
  public var latency: LatencySummary?
  /// Over the latencies; `nil` without any.
  public var rate: InferenceRate?
  /// Of streams that ran side by side; `nil` for a single sequence of inferences.
  public var streams: StreamsReport?
  public var harnessOverheadNanoseconds: Double?
  public var peakResidentBytes: Int?
  public var accuracy: AccuracyReport?
  /// What a scenario of MLPerf gave, and whether that counts.
  public var scenario: ScenarioReport?
  /// What an open loop did.
  public var load: LoadReport?
  /// Whether it reached each goal of the run.
  public internal(set) var goals: [GoalOutcome] = []
  public var warnings: [Warning] = []
  /// The record log, where it is kept.
  public var recordLog: String?
  /// The predictions of every image as CSV, where they are kept.
  public var predictions: String?
  /// The log of the machine's sensors, where it is kept.
  public var telemetry: String?
  /// How steady the run was, without what only charts need: that is computed again from the record log.
  public var steadiness: SteadinessReport?
  /// The comparison that the cell took turns in; `nil` where it was measured alone.
  public var turns: Turns?
  /// What `--fail-above` said about the saved run; `nil` without it, and until the comparison.
  public var against: SavedGate?
  /// The prefix command behind which the worker ran; `nil` on the machine that reports.
  public var via: String?
  /// The sources that were measured with, and a note; `nil` where nothing is known.
  public var origin: RunOrigin?
  /// The study that the run belongs to; `nil` if it belongs to none.
  public var study: StudyMembership?
  /// The machine that measured the cell, where that is not the one that reports it.
  public var host: HostDescription?
  /// The id of the run in the store, where it is saved.
  public var runID: Int64?

  public init(_ spec: CellSpec) {
    self.spec = spec
    engine = EngineReport(name: spec.target.engine)
    device = spec.target.device
  }

  public var model: ModelReference { spec.model }
  public var options: CellOptions { spec.options }
  /// The engine with the device that ran the model.
  public var target: Target { Target(engine: engine.name, device: device) }
}

extension CellReport: Codable {
  enum CodingKeys: String, CodingKey {
    case engine, device, status, error, inputs, outputs, latency, accuracy, predictions, warnings, telemetry, steadiness
    case turns, against, origin, study, host, via, goals, execution, scenario, load, streams
    case cellID = "cell_id"
    case inputsChosen = "inputs_chosen"
    case loadMilliseconds = "load_ms"
    case firstInferenceMilliseconds = "first_inference_ms"
    case warmUpCount = "warm_up_count"
    case deviceMilliseconds = "device_ms"
    case throughput = "throughput_per_s"
    case inferencesPerSecond = "inferences_per_s"
    case samplesPerSecond = "samples_per_s"
    case harnessOverheadNanoseconds = "harness_overhead_ns"
    case peakResidentBytes = "peak_rss_bytes"
    case recordLog = "record_log"
    case runID = "run"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(try CellSpec(from: decoder))
    cellID = try values.decodeIfPresent(String.self, forKey: .cellID)
    engine = try values.decode(EngineReport.self, forKey: .engine)
    device = try values.decode(String.self, forKey: .device)
    status = try values.decode(CellStatus.self, forKey: .status)
    error = try values.decodeIfPresent(AssayError.self, forKey: .error)
    inputs = try values.decodeIfPresent([TensorSpec].self, forKey: .inputs)
    outputs = try values.decodeIfPresent([TensorSpec].self, forKey: .outputs)
    inputsChosen = try values.decodeIfPresent([InputChoice].self, forKey: .inputsChosen)
    execution = try values.decodeIfPresent(Execution.self, forKey: .execution)
    loadMilliseconds = try values.decodeIfPresent(Double.self, forKey: .loadMilliseconds)
    firstInferenceMilliseconds = try values.decodeIfPresent(Double.self, forKey: .firstInferenceMilliseconds)
    warmUpCount = try values.decodeIfPresent(Int.self, forKey: .warmUpCount)
    deviceMilliseconds = try values.decodeIfPresent(Double.self, forKey: .deviceMilliseconds)
    latency = try values.decodeIfPresent(LatencySummary.self, forKey: .latency)
    // An Assay before names for both stored samples alone.
    let throughput = try values.decodeIfPresent(Double.self, forKey: .throughput)
    if let samples = try values.decodeIfPresent(Double.self, forKey: .samplesPerSecond) ?? throughput {
      let inferences = try values.decodeIfPresent(Double.self, forKey: .inferencesPerSecond)
      rate = InferenceRate(inferences: inferences ?? samples / Double(options.batch ?? 1), samples: samples)
    }
    streams = try values.decodeIfPresent(StreamsReport.self, forKey: .streams)
    harnessOverheadNanoseconds = try values.decodeIfPresent(Double.self, forKey: .harnessOverheadNanoseconds)
    peakResidentBytes = try values.decodeIfPresent(Int.self, forKey: .peakResidentBytes)
    accuracy = try values.decodeIfPresent(AccuracyReport.self, forKey: .accuracy)
    scenario = try values.decodeIfPresent(ScenarioReport.self, forKey: .scenario)
    load = try values.decodeIfPresent(LoadReport.self, forKey: .load)
    goals = try values.decodeIfPresent([GoalOutcome].self, forKey: .goals) ?? []
    warnings = try values.decode([Warning].self, forKey: .warnings)
    recordLog = try values.decodeIfPresent(String.self, forKey: .recordLog)
    predictions = try values.decodeIfPresent(String.self, forKey: .predictions)
    telemetry = try values.decodeIfPresent(String.self, forKey: .telemetry)
    steadiness = try values.decodeIfPresent(SteadinessReport.self, forKey: .steadiness)
    turns = try values.decodeIfPresent(Turns.self, forKey: .turns)
    against = try values.decodeIfPresent(SavedGate.self, forKey: .against)
    via = try values.decodeIfPresent(String.self, forKey: .via)
    origin = try values.decodeIfPresent(RunOrigin.self, forKey: .origin)
    study = try values.decodeIfPresent(StudyMembership.self, forKey: .study)
    host = try values.decodeIfPresent(HostDescription.self, forKey: .host)
    runID = try values.decodeIfPresent(Int64.self, forKey: .runID)
  }

  /// The fields of the spec stand beside those of the report.
  public func encode(to encoder: any Encoder) throws {
    try spec.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(cellID, forKey: .cellID)
    try values.encode(engine, forKey: .engine)
    try values.encode(device, forKey: .device)
    try values.encode(status, forKey: .status)
    // A reader may rely on the key: null where nothing went wrong.
    try values.encode(error, forKey: .error)
    try values.encodeIfPresent(inputs, forKey: .inputs)
    try values.encodeIfPresent(outputs, forKey: .outputs)
    try values.encodeIfPresent(inputsChosen, forKey: .inputsChosen)
    try values.encodeIfPresent(execution, forKey: .execution)
    try values.encodeIfPresent(loadMilliseconds, forKey: .loadMilliseconds)
    try values.encodeIfPresent(firstInferenceMilliseconds, forKey: .firstInferenceMilliseconds)
    try values.encodeIfPresent(warmUpCount, forKey: .warmUpCount)
    try values.encodeIfPresent(deviceMilliseconds, forKey: .deviceMilliseconds)
    try values.encodeIfPresent(latency, forKey: .latency)
    try values.encodeIfPresent(rate?.samples, forKey: .throughput)
    try values.encodeIfPresent(rate?.inferences, forKey: .inferencesPerSecond)
    try values.encodeIfPresent(rate?.samples, forKey: .samplesPerSecond)
    try values.encodeIfPresent(streams, forKey: .streams)
    try values.encodeIfPresent(harnessOverheadNanoseconds, forKey: .harnessOverheadNanoseconds)
    try values.encodeIfPresent(peakResidentBytes, forKey: .peakResidentBytes)
    try values.encodeIfPresent(accuracy, forKey: .accuracy)
    try values.encodeIfPresent(scenario, forKey: .scenario)
    try values.encodeIfPresent(load, forKey: .load)
    if !goals.isEmpty { try values.encode(goals, forKey: .goals) }
    try values.encode(warnings, forKey: .warnings)
    try values.encodeIfPresent(recordLog, forKey: .recordLog)
    try values.encodeIfPresent(predictions, forKey: .predictions)
    try values.encodeIfPresent(telemetry, forKey: .telemetry)
    try values.encodeIfPresent(steadiness, forKey: .steadiness)
    try values.encodeIfPresent(turns, forKey: .turns)
    try values.encodeIfPresent(against, forKey: .against)
    try values.encodeIfPresent(via, forKey: .via)
    try values.encodeIfPresent(origin, forKey: .origin)
    try values.encodeIfPresent(study, forKey: .study)
    try values.encodeIfPresent(host, forKey: .host)
    try values.encodeIfPresent(runID, forKey: .runID)
  }
}

/// How many inferences and samples a second were made: by the mean latency, or by all streams together. An inference of a batch has several
/// samples.
public struct InferenceRate: Hashable, Sendable {
  public var inferences: Double
  public var samples: Double

  public init(inferences: Double, samples: Double) {
    self.inferences = inferences
    self.samples = samples
  }
}

/// The engine's library that measured a cell.
public struct EngineReport: Codable, Hashable, Sendable {
  public let name: String
  public var version: String?
  public var library: String?
  /// The SHA-256 of the library's file, of saved runs on this machine.
  public var librarySHA256: String?

  public init(name: String, version: String? = nil, library: String? = nil) {
    self.name = name
    self.version = version
    self.library = library
  }

  enum CodingKeys: String, CodingKey {
    case name, version, library
    case librarySHA256 = "library_sha256"
  }
}

/// How a cell took turns with others in a live comparison.
public struct Turns: Codable, Hashable, Sendable {
  /// The same for all cells of a comparison, and for no other.
  public var comparison: String
  /// The number of this cell and of the reference among the operands, from 1.
  public var cell: Int
  public var reference: Int
  /// The records that count of each round, in order: the first index, then how many.
  public var blocks: [RecordRange]
  public var interleaving: Interleaving

  public init(comparison: String, cell: Int, reference: Int, blocks: [RecordRange], interleaving: Interleaving) {
    self.comparison = comparison
    self.cell = cell
    self.reference = reference
    self.blocks = blocks
    self.interleaving = interleaving
  }
}

/// Consecutive records of a log. In JSON `[first, count]`.
public struct RecordRange: Codable, Hashable, Sendable {
  public var first: Int
  public var count: Int

  public init(first: Int, count: Int) {
    self.first = first
    self.count = count
  }

  public init(from decoder: any Decoder) throws {
    var values = try decoder.unkeyedContainer()
    first = try values.decode(Int.self)
    count = try values.decode(Int.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.unkeyedContainer()
    try values.encode(first)
    try values.encode(count)
  }
}
