public import AssayCore
import CEngineAPIs
import DynamicLibrary
public import EngineKit
import Glibc

/// TensorFlow, through the C API of `libtensorflow_cc.so.2`, which the wheels hold, or of `libtensorflow.so.2`.
public struct TensorFlowEngine: Engine {
  public static let definition = EngineDefinition(
    EngineDescription(
      name: "tensorflow", displayName: "TensorFlow", formats: [.savedModel],
      wheelPatterns: ["tensorflow/libtensorflow_cc.so*"],
      systemNames: ["libtensorflow_cc.so.2", "libtensorflow.so.2"],
      support: [
        DeviceSupport("cpu", [.float32, .float16, .bfloat16], .tested),
        DeviceSupport("gpu", [.float32, .float16, .bfloat16], .untested, note: "needs a build of TensorFlow for GPUs"),
      ], streams: [.sharedSession])
  ) { path throws(AssayError) in try TensorFlowEngine(opening: path) }

  public var description: EngineDescription { Self.definition.description }
  public let version: String
  public let libraryPath: String?
  let api: TensorFlowAPI

  public init(opening libraryPath: String) throws(AssayError) {
    // It would say on standard error which instructions of the processor it uses. Errors and warnings stay.
    setenv("TF_CPP_MIN_LOG_LEVEL", "1", 0)
    let library = try Self.definition.description.open(
      libraryPath, with: "TF_Version", need: "libtensorflow_cc.so.2 or libtensorflow.so.2"
    ) { library throws(DynamicLibrary.LoadError) in try TensorFlowAPI(library) }
    api = library.functions
    version = String(cString: api.functions.Version())
    self.libraryPath = library.path
  }

  /// The devices of this machine, by a session without a graph. Starts the drivers of all of them.
  public var devices: [DeviceDescription] {
    let kinds = (try? TensorFlowGraph(api, options: TensorFlowConfig(threads: 1, device: nil)).deviceKinds()) ?? []
    let gpus = kinds.count { $0 == "GPU" }
    return [DeviceDescription(name: "cpu")] + (0..<gpus).map { DeviceDescription(name: "gpu:\($0)") }
  }

  public func compile(_ spec: CompileSpec) throws(AssayError) -> TensorFlowModel {
    try description.checkReads(spec)
    guard let device = TensorFlowDevice(spec.device) else { throw unavailable(spec) }
    let model = try TensorFlowModel(spec, for: device, with: api)
    // A library without support for GPUs ignores what it is asked.
    if case .gpu = device, !model.graph.deviceKinds().contains("GPU") { throw unavailable(spec) }
    return model
  }

  private func unavailable(_ spec: CompileSpec) -> AssayError {
    AssayError(
      .deviceUnavailable, "TensorFlow \(version) at \(libraryPath ?? "") has no device '\(spec.device)'.",
      advice: "It has: \(devices.map(\.name).joined(separator: ", "))")
  }
}

/// A device that Assay drives through TensorFlow.
enum TensorFlowDevice {
  case cpu
  /// A GPU, by its number in the order of TensorFlow.
  case gpu(Int)

  /// Reads `cpu`, `gpu` (the first), `gpu:N`, and the same with `cuda`, the name of the other engines for it.
  init?(_ name: String) {
    if name == Target.defaultDevice {
      self = .cpu
    } else {
      guard let index = deviceNumber(name, of: "gpu") ?? deviceNumber(name, of: "cuda") else { return nil }
      self = .gpu(Int(index))
    }
  }
}
