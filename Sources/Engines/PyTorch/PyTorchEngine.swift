public import AssayCore
import CEngineAPIs
import DynamicLibrary
public import EngineKit

/// PyTorch, for models that AOTInductor has compiled: their libraries and `libtorch_cpu.so` have a C ABI. Models that are not compiled
/// need PyTorch's C++ or Python.
public struct PyTorchEngine: Engine {
  public static let definition = EngineDefinition(
    EngineDescription(
      name: "torch", displayName: "PyTorch", formats: [.pt2],
      wheelPatterns: ["torch/lib/libtorch_cpu.so"], systemNames: ["libtorch_cpu.so"],
      support: [
        DeviceSupport(
          "cpu", [.float32, .float16, .bfloat16], .tested, note: "compiled by AOTInductor for such a processor"),
        DeviceSupport(
          "cuda", [.float32, .float16, .bfloat16], .testedWithStandIn,
          note: "compiled for CUDA; needs a build of PyTorch with it; no test runs on a GPU"),
      ])
  ) { path throws(AssayError) in try PyTorchEngine(opening: path) }

  public var description: EngineDescription { Self.definition.description }
  public let version: String
  public let libraryPath: String?
  let api: PyTorchAPI

  public init(opening libraryPath: String) throws(AssayError) {
    let library = try Self.definition.description.open(
      libraryPath, with: "aoti_torch_abi_version", need: "a libtorch_cpu.so with the C ABI of AOTInductor"
    ) { library throws(DynamicLibrary.LoadError) in try PyTorchAPI(library) }
    api = library.functions
    let number = api.functions.abi_version()
    version = [56, 48, 40].map { String(number >> UInt64($0) & 0xFF) }.joined(separator: ".")
    self.libraryPath = library.path
  }

  /// The CPU, and the GPUs if this build of PyTorch can use them. Asking starts CUDA.
  public var devices: [DeviceDescription] { [DeviceDescription(name: PyTorchDevice.cpu.name)] + gpus }

  public func compile(_ spec: CompileSpec) throws(AssayError) -> PyTorchModel {
    try description.checkReads(spec)
    try spec.checkNoSignature(engine: description.displayName)
    guard let device = PyTorchDevice(spec.device) else {
      throw AssayError(
        .deviceUnavailable, "Assay drives PyTorch on CPUs and with CUDA, not on '\(spec.device)'.",
        advice: "Write -e torch, or -e torch:cuda for the first GPU.")
    }
    return try PyTorchModel(spec, on: device, by: self)
  }
}
