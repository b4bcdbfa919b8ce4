public import AssayCore
import CEngineAPIs
public import EngineKit

/// One ONNX model compiled by ONNX Runtime. Its session object may run on several threads at once; what a run reads and writes belongs
/// to an `ONNXRuntimeSession`.
public struct ONNXRuntimeModel: CompiledModel {
  public let inputs: [TensorSpec]
  /// Those that are tensors of numbers; a run computes the others too.
  public let outputs: [TensorSpec]
  public let device: String
  public let fallbacks: [String]
  /// Which operations run on the device, for every device but the CPU.
  public let execution: Execution

  /// Inputs that take strings.
  let texts: [ORTText.Content]
  /// The names of outputs that are no tensors of numbers: strings, sequences, maps.
  let unreadOutputs: [String]
  let library: ORTLibrary
  let session: LibraryObject
  /// Describes host memory to the library.
  let hostMemory: LibraryObject
  let modelPath: String
  let target: ORTDevice
  /// The folder of an observation.
  let observation: String?

  init(environment: ORTEnvironment, spec: CompileSpec, device: ORTDevice) throws(AssayError) {
    let library = environment.library
    let compilation = try environment.compile(spec, for: device)
    (session, fallbacks) = (compilation.session, compilation.fallbacks)
    execution = Execution(placement: compilation.placement)
    self.library = library
    self.device = device.description
    target = device
    modelPath = spec.modelPath
    observation = spec.observation
    (inputs, texts) = try spec.resolve(library.ports(of: session.pointer, .input, modelPath: spec.modelPath))
    let outputPorts = try library.ports(of: session.pointer, .output, modelPath: spec.modelPath)
    outputs = outputPorts.compactMap(\.declaredSpec)
    unreadOutputs = outputPorts.filter { $0.declaredSpec == nil }.map(\.name)
    hostMemory = LibraryObject(
      try library.make(.engineUnavailable, "ONNX Runtime does not describe host memory") {
        library.api.pointee.CreateCpuMemoryInfo(ORT_DEVICE_ALLOCATOR, ORT_MEM_TYPE_DEFAULT, $0)
      }, releasedBy: library.api.pointee.ReleaseMemoryInfo)
  }

  public var textInputs: [String] { texts.map(\.name) }

  public func makeSession() throws(AssayError) -> ONNXRuntimeSession { try ONNXRuntimeSession(self) }
}

extension ORTPort {
  /// The spec of a tensor of numbers as the model declares it, -1 for what is dynamic; `nil` for other ports.
  fileprivate var declaredSpec: TensorSpec? {
    guard case .numbers(let type) = content else { return nil }
    return TensorSpec(name: name, type: type, shape: shape.map { $0.map { max($0, -1) } } ?? [-1])
  }
}

extension CompileSpec {
  /// A model's inputs of numbers and those of strings, every dimension known.
  ///
  /// - Throws: `.unsupported` for an input that is no tensor of either.
  fileprivate func resolve(_ ports: [ORTPort]) throws(AssayError) -> (numbers: [TensorSpec], texts: [ORTText.Content]) {
    try checkShapeNames(against: ports.map(\.name))
    var numbers: [TensorSpec] = []
    var texts: [ORTText.Content] = []
    for port in ports {
      if case .other(let words) = port.content {
        throw AssayError(
          .unsupported,
          "Input '\(port.name)' of \(modelPath) is \(words); Assay gives inputs tensors of numbers or strings.")
      }
      let shape = try resolve(port, inputCount: ports.count)
      try checkKeepsFixedDimensions(shape, ofInput: port.name, declared: port.shape)
      switch port.content {
      case .numbers(let type): numbers.append(TensorSpec(name: port.name, type: type, shape: shape))
      default:
        texts.append(
          ORTText.Content(
            name: port.name, shape: shape,
            texts: try self.texts(of: port.name, shape: shape, inputCount: ports.count)))
      }
    }
    return (numbers, texts)
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
}
