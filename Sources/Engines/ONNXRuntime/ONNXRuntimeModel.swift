public import AssayCore
import CEngineAPIs
public import EngineKit

/// One ONNX model compiled by ONNX Runtime. Its session object may run on several threads at once; what a run reads and writes belongs
/// to an `ONNXRuntimeSession`.
public struct ONNXRuntimeModel: CompiledModel {
  public let inputs: [TensorSpec]
  public let outputs: [TensorSpec]
  public let device: String
  public let fallbacks: [String]

  let library: ORTLibrary
  let session: LibraryObject
  /// Describes host memory to the library.
  let hostMemory: LibraryObject
  let modelPath: String
  let target: ORTDevice

  init(environment: ORTEnvironment, spec: CompileSpec, device: ORTDevice) throws(AssayError) {
    let library = environment.library
    (session, fallbacks) = try environment.compile(spec, for: device)
    self.library = library
    self.device = device.description
    target = device
    modelPath = spec.modelPath
    inputs = try spec.resolve(library.ports(of: session.pointer, .input, modelPath: spec.modelPath))
    outputs = try library.ports(of: session.pointer, .output, modelPath: spec.modelPath).map { port in
      TensorSpec(name: port.name, type: port.type, shape: port.shape.map { $0.map { max($0, -1) } } ?? [-1])
    }
    hostMemory = LibraryObject(
      try library.make(.engineUnavailable, "ONNX Runtime does not describe host memory") {
        library.api.pointee.CreateCpuMemoryInfo(ORT_DEVICE_ALLOCATOR, ORT_MEM_TYPE_DEFAULT, $0)
      }, releasedBy: library.api.pointee.ReleaseMemoryInfo)
  }

  public func makeSession() throws(AssayError) -> ONNXRuntimeSession { try ONNXRuntimeSession(self) }
}

extension CompileSpec {
  /// The specs of a model's inputs, every dimension known.
  fileprivate func resolve(_ ports: [ORTPort]) throws(AssayError) -> [TensorSpec] {
    try checkShapeNames(against: ports.map(\.name))
    var specs: [TensorSpec] = []
    for port in ports {
      let shape = try resolve(port, inputCount: ports.count)
      try check(shape, against: port)
      specs.append(TensorSpec(name: port.name, type: port.type, shape: shape))
    }
    return specs
  }

  private func resolve(_ port: ORTPort, inputCount: Int) throws(AssayError) -> [Int] {
    do {
      return try resolve(input: port.name, declared: port.shape, inputCount: inputCount)
    } catch {
      let names = port.dimensionNames.filter { !$0.isEmpty }
      guard !names.isEmpty else { throw error }
      throw AssayError(
        error.code, "\(error.message) The model names its dynamic dimensions \(names.joined(separator: ", ")).",
        advice: error.advice)
    }
  }

  /// The library takes another size than the model's only where that is dynamic.
  private func check(_ shape: [Int], against port: ORTPort) throws(AssayError) {
    for (axis, (size, declared)) in zip(shape, port.shape ?? shape).enumerated() where declared >= 0 && size != declared
    {
      if axis == 0, batch != nil {
        throw AssayError(
          .unsupported, "The first dimension of input '\(port.name)' of \(modelPath) is fixed at \(declared).",
          advice: "Leave --batch out, or export the model again with a dynamic first dimension.")
      }
      throw AssayError(
        .usage,
        "--shape gives dimension \(axis) of input '\(port.name)' the size \(size); the model fixes it at \(declared).",
        advice: "Give the model's own size, or export the model again with that dimension dynamic.")
    }
  }
}
