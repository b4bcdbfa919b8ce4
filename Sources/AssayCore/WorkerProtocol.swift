/// What the parent sends to a worker first.
public struct WorkerRequest: Codable, Sendable {
  /// Parent and worker are built together; a mixed pair refuses to work instead of misreading.
  public static let currentVersion = 2

  public enum Task: Codable, Sendable {
    /// Open the library of an engine and tell what it is.
    case describeEngine(name: String, library: String?)
    case measure(CellPlan)
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
    case (.finished, _), (.failed, _), (.engineOpened, .describeEngine): true
    default: false
    }
  }
}

/// What the parent may send to a worker after the request.
public enum WorkerCommand: Codable, Hashable, Sendable {
  /// End after the current inference. The end of the stream says the same, and that the parent is gone.
  case stop
  /// Run one more block of inferences; for `Workload.blocks`, once it measures, one at a time.
  case runBlock(RepetitionRule)
}

/// What a worker tells its parent, in this order; `failed` may come at any point and is the last.
public enum WorkerMessage: Codable, Sendable {
  case engineOpened(OpenedEngine)
  case sessionReady(ReadySession)
  /// Warm-up is over and the record log is being filled.
  case measuring(WarmUpResult)
  /// Accuracy so far; sent a few times a second, between inferences.
  case counted(AccuracyCounts)
  /// A block is over, and these records were made in it; the worker sleeps until the next command.
  case blockDone(firstRecord: Int, count: Int)
  case finished(CellMeasurement)
  case failed(AssayError)
}

/// An engine as its library describes itself.
public struct OpenedEngine: Codable, Hashable, Sendable {
  public let name: String
  public let version: String
  /// The file that was loaded; `nil` for an engine that is part of Assay.
  public let library: String?
  /// How that file was found, in words: `managed folder`, `ASSAY_LITERT_LIBRARY`.
  public let origin: String
  /// The devices that it offers on this machine; `nil` where it was not asked.
  public let devices: [DeviceDescription]?

  public init(name: String, version: String, library: String?, origin: String, devices: [DeviceDescription]?) {
    self.name = name
    self.version = version
    self.library = library
    self.origin = origin
    self.devices = devices
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

/// A session as it was really made.
public struct ReadySession: Codable, Hashable, Sendable {
  public let inputs: [TensorSpec]
  public let outputs: [TensorSpec]
  public let device: String
  /// From opening the model file to a session ready to infer.
  public let loadMilliseconds: Double
  public let warnings: [Warning]

  public init(
    inputs: [TensorSpec], outputs: [TensorSpec], device: String, loadMilliseconds: Double, warnings: [Warning]
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.device = device
    self.loadMilliseconds = loadMilliseconds
    self.warnings = warnings
  }
}

public struct WarmUpResult: Codable, Hashable, Sendable {
  public let firstInferenceMilliseconds: Double
  public let count: Int
  /// What the timed loop itself costs per inference, measured in this process with an engine that does nothing.
  public let harnessOverheadNanoseconds: Double

  public init(firstInferenceMilliseconds: Double, count: Int, harnessOverheadNanoseconds: Double) {
    self.firstInferenceMilliseconds = firstInferenceMilliseconds
    self.count = count
    self.harnessOverheadNanoseconds = harnessOverheadNanoseconds
  }
}

/// What stands when a cell has ended by itself or was asked to stop; latencies are in the record log.
public struct CellMeasurement: Codable, Hashable, Sendable {
  /// The parent asked to stop before the workload was through.
  public let stoppedEarly: Bool
  public let peakResidentBytes: Int?
  public let accuracy: AccuracyCounts?

  public init(stoppedEarly: Bool, peakResidentBytes: Int?, accuracy: AccuracyCounts?) {
    self.stoppedEarly = stoppedEarly
    self.peakResidentBytes = peakResidentBytes
    self.accuracy = accuracy
  }
}
