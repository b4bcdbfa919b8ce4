/// What the parent sends to a worker first.
public struct WorkerRequest: Codable, Sendable {
  /// Parent and worker are built together; a mixed pair refuses to work instead of misreading.
  public static let currentVersion = 8

  public enum Task: Codable, Sendable {
    /// Describe the machine that the worker runs on, and the engines that it knows.
    case describeMachine
    /// Open the library of an engine and describe it.
    case describeEngine(name: String, library: String?)
    case measure(CellSpec, CellJob)
    /// Run one case of the suite that every engine must pass, or say which cases there are.
    case testEngine(EngineTest)
    /// Compile the model of a cell so that the engine tells of the layers that it runs, and record them in some inferences; with none, one
    /// inference runs and no times are kept. The job has the files of a worker in a sandbox or without shared files.
    case observeLayers(CellSpec, CellJob?, inferences: Int)
    /// Compile the model of a cell, and run nothing. The job is as above.
    case compile(CellSpec, CellJob?)
  }

  public let version: Int
  public let task: Task

  public init(_ task: Task) {
    self.version = Self.currentVersion
    self.task = task
  }

  /// Whether this message is the last that the task asks for.
  public func isAnswered(by message: WorkerMessage) -> Bool {
    switch (message, task) {
    case (.finished, _), (.failed, _), (.machine, _), (.engineOpened, .describeEngine), (.tested, _), (.layers, _),
      (.compiled, _):
      true
    default: false
    }
  }

  /// The engine's library that it names.
  public var library: String? {
    switch task {
    case .describeMachine: nil
    case .describeEngine(_, let library): library
    case .measure(let spec, _): spec.engineLibrary
    case .testEngine(let test): test.library
    case .observeLayers(let spec, _, _), .compile(let spec, _): spec.engineLibrary
    }
  }

  /// Whether the worker waits for commands once it measures.
  public var measuresInBlocks: Bool { if case .measure(_, let job) = task { job.measuresInBlocks } else { false } }
}

/// What the parent may send to a worker after the request.
public enum WorkerCommand: Codable, Hashable, Sendable {
  /// End after the current inference. The end of the stream means the same, and that the parent is gone.
  case stop
  /// Run one more block of inferences, for a job that measures in blocks; one at a time.
  case runBlock(RepetitionRule)
  /// Take files, for a job with a delivery; sent before any other command. First come the files of the model, then images, some at a time. The
  /// worker answers with `lacking`. An empty offer is the last and has no answer.
  case offer([OfferedFile])
}

/// What a worker sends to its parent, in this order; `failed` may come at any point and is the last.
///
/// A worker that shares no files also sends its records, as frames: those of a block before `blockDone`, all before `finished` or `failed`.
public enum WorkerMessage: Codable, Sendable {
  case machine(MachineDescription)
  /// Indices of the offered files that the worker lacks. The parent sends them in this order.
  case lacking([Int])
  case engineOpened(OpenedEngine)
  case sessionReady(ReadySession)
  /// Warm-up is over, and records follow.
  case measuring(WarmUpResult)
  /// Accuracy so far; sent a few times a second, between inferences.
  case counted(AccuracyCounts)
  /// A block is over and made these records; the worker sleeps until the next command.
  case blockDone(RecordRange)
  /// What the sensors of the worker's machine say now, where the worker reads them.
  case sensors(SensorReadings)
  case warning(Warning)
  /// Something stopped the worker, and let it go on.
  case stopped(WorkerStop)
  case finished(CellMeasurement)
  /// What the case of an engine's test found wrong, a sentence each; or the names of all cases, where none was asked for.
  case tested([String])
  /// What the engine made of a model.
  case layers(ObservedLayers)
  /// The engine has compiled the model.
  case compiled
  case failed(AssayError)
}

/// A case of the suite that every engine must pass, to run in a process of its own.
public struct EngineTest: Codable, Hashable, Sendable {
  /// The name in a target.
  public var engine: String
  /// The library to open instead of the one that Assay would find.
  public var library: String?
  /// The folder with models and `expected.json`; `nil` for the cases that need no model.
  public var models: String?
  /// The name of the case; `nil` asks for the names of all.
  public var caseName: String?

  public init(engine: String, library: String? = nil, models: String? = nil) {
    self.engine = engine
    self.library = library
    self.models = models
  }
}

/// A time in which a worker stood still.
public struct WorkerStop: Codable, Hashable, Sendable {
  /// When it began, in nanoseconds on the axis of the record log; `nil` where there are no records that it could be in.
  public let start: UInt64?
  public let nanoseconds: UInt64

  public init(start: UInt64?, nanoseconds: UInt64) {
    self.start = start
    self.nanoseconds = nanoseconds
  }
}

/// The machine that a worker runs on, and the engines that it knows.
public struct MachineDescription: Codable, Hashable, Sendable {
  public let host: HostDescription
  public let engines: [KnownEngine]

  public init(host: HostDescription, engines: [KnownEngine]) {
    self.host = host
    self.engines = engines
  }
}

/// An engine that a worker knows, without opening its library.
public struct KnownEngine: Codable, Hashable, Sendable {
  /// The name in a target: `litert`.
  public let name: String
  /// The name that its makers write: `LiteRT`.
  public let displayName: String
  /// The engine that this is another build of, which is used only where it is named.
  public let variantOf: String?
  public let formats: [ModelFormat]
  /// Whether its library is where Assay looks for one. Does not ask the system's loader, which would load it.
  public let isInstalled: Bool
  /// What it runs on, and how far that is tested.
  public let support: [DeviceSupport]
  /// Whether `assay engines install` installs its library.
  public let isInstallable: Bool
  /// Whether it is a plugin, whose file alone knows the formats and the devices.
  public let isPlugin: Bool

  public init(
    name: String, displayName: String, variantOf: String? = nil, formats: [ModelFormat], isInstalled: Bool,
    support: [DeviceSupport] = [], isInstallable: Bool = true, isPlugin: Bool = false
  ) {
    self.name = name
    self.displayName = displayName
    self.variantOf = variantOf
    self.formats = formats
    self.isInstalled = isInstalled
    self.support = support
    self.isInstallable = isInstallable
    self.isPlugin = isPlugin
  }
}

/// An engine as its library describes itself.
public struct OpenedEngine: Codable, Hashable, Sendable {
  public let name: String
  public let displayName: String
  public let formats: [ModelFormat]
  public let version: String
  /// The file that was loaded; `nil` for an engine that is part of Assay.
  public let library: String?
  /// How that file was found, in words: `managed folder`, `ASSAY_LITERT_LIBRARY`.
  public let origin: String
  /// The devices that it offers on this machine; `nil` if nobody asked.
  public let devices: [DeviceDescription]?
  /// What keeps connected devices from being used; `nil` if nobody asked.
  public let problems: [String]?

  public init(
    name: String, displayName: String, formats: [ModelFormat], version: String, library: String?, origin: String,
    devices: [DeviceDescription]?, problems: [String]? = nil
  ) {
    self.name = name
    self.displayName = displayName
    self.formats = formats
    self.version = version
    self.library = library
    self.origin = origin
    self.devices = devices
    self.problems = problems
  }

  enum CodingKeys: String, CodingKey {
    case name, formats, version, library, origin, devices, problems
    case displayName = "display_name"
  }
}

/// A device that an engine offers on this machine.
public struct DeviceDescription: Codable, Hashable, Sendable {
  /// The name in a target: `cpu`, `gpu`, `cuda:0`.
  public let name: String
  /// What the engine calls the hardware; `nil` where it does not say.
  public let hardware: String?

  public init(name: String, hardware: String? = nil) {
    self.name = name
    self.hardware = hardware
  }
}

/// A session as the engine made it.
public struct ReadySession: Codable, Hashable, Sendable {
  public let inputs: [TensorSpec]
  /// What is known of them before the first inference; `WarmUpResult` has them in full.
  public let outputs: [TensorSpec]
  public let device: String
  /// From opening the model file to a session ready to infer.
  public let loadMilliseconds: Double
  /// What each input gets, in the order of `inputs`.
  public let inputsChosen: [InputChoice]
  /// What the engine made of the model; `nil` where it tells nothing.
  public let execution: Execution?
  public let warnings: [Warning]

  enum CodingKeys: String, CodingKey {
    case inputs, outputs, device, execution, warnings
    case inputsChosen = "inputs_chosen"
    case loadMilliseconds = "load_ms"
  }

  public init(
    inputs: [TensorSpec], outputs: [TensorSpec], device: String, loadMilliseconds: Double,
    inputsChosen: [InputChoice] = [], execution: Execution? = nil, warnings: [Warning]
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.device = device
    self.loadMilliseconds = loadMilliseconds
    self.inputsChosen = inputsChosen
    self.execution = execution
    self.warnings = warnings
  }
}

/// What a session showed while it warmed up.
public struct WarmUpResult: Codable, Hashable, Sendable {
  public let firstInferenceMilliseconds: Double
  public let count: Int
  /// Exact, since an inference has run.
  public let outputs: [TensorSpec]
  /// What the timed loop itself costs per inference, measured in this process with an engine that does nothing.
  public let harnessOverheadNanoseconds: Double
  /// What the device took for an inference, without copies: the median of the warm-up without its first; `nil` where the engine does not tell.
  public let deviceMilliseconds: Double?

  enum CodingKeys: String, CodingKey {
    case firstInferenceMilliseconds = "first_inference_ms"
    case count = "warm_up_count"
    case outputs
    case deviceMilliseconds = "device_ms"
    case harnessOverheadNanoseconds = "harness_overhead_ns"
  }

  public init(
    firstInferenceMilliseconds: Double, count: Int, outputs: [TensorSpec], harnessOverheadNanoseconds: Double,
    deviceMilliseconds: Double? = nil
  ) {
    self.firstInferenceMilliseconds = firstInferenceMilliseconds
    self.count = count
    self.outputs = outputs
    self.harnessOverheadNanoseconds = harnessOverheadNanoseconds
    self.deviceMilliseconds = deviceMilliseconds
  }
}

/// The result of a cell that ended by itself or on request; its latencies are in the record log.
public struct CellMeasurement: Codable, Hashable, Sendable {
  /// The parent asked to stop before the workload was through.
  public let stoppedEarly: Bool
  public let peakResidentBytes: Int?
  public let accuracy: AccuracyCounts?
  /// `nil` for a single sequence of inferences.
  public let streams: StreamFacts?

  public init(stoppedEarly: Bool, peakResidentBytes: Int?, accuracy: AccuracyCounts?, streams: StreamFacts? = nil) {
    self.stoppedEarly = stoppedEarly
    self.peakResidentBytes = peakResidentBytes
    self.accuracy = accuracy
    self.streams = streams
  }
}
