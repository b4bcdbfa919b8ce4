public import AssayCore
import CEngineAPIs
public import EngineKit

/// One ONNX model compiled by ONNX Runtime.
///
/// Inputs and outputs are values over memory of our own, so that a run reads and writes there without a copy.
public final class ONNXRuntimeSession: InferenceSession {
  public let inputs: [TensorSpec]
  public let outputs: [TensorSpec]
  public let device: String
  public let fallbacks: [String]

  private let inputTensors: [ORTTensor]
  private let outputTensors: [ORTTensor]
  private let call: ORTCall
  private let modelPath: String

  init(environment: ORTEnvironment, spec: SessionSpec, device: ORTDevice) throws(AssayError) {
    let library = environment.library
    let (session, fallbacks) = try environment.compile(spec, for: device)
    self.device = device.description
    self.fallbacks = fallbacks
    modelPath = spec.modelPath

    let inputPorts = try library.ports(of: session.pointer, .input, modelPath: spec.modelPath)
    let outputPorts = try library.ports(of: session.pointer, .output, modelPath: spec.modelPath)
    let memory = LibraryObject(
      try library.make(.engineUnavailable, "ONNX Runtime does not describe host memory") {
        library.api.pointee.CreateCpuMemoryInfo(ORT_DEVICE_ALLOCATOR, ORT_MEM_TYPE_DEFAULT, $0)
      }, releasedBy: library.api.pointee.ReleaseMemoryInfo)

    inputs = try spec.resolve(inputPorts)
    var inputTensors: [ORTTensor] = []
    for input in inputs { inputTensors.append(try ORTTensor(input, describedBy: memory, in: library)) }
    self.inputTensors = inputTensors
    call = try ORTCall(
      session, inputs: inputTensors, outputNames: outputPorts.map(\.name), in: library)
    outputs = try call.resolve(outputPorts, modelPath: spec.modelPath)
    var outputTensors: [ORTTensor] = []
    for output in outputs {
      if let input = inputTensors.first(where: { $0.spec.name == output.name }) {
        // Nothing is copied for an input that the model declares as an output too.
        outputTensors.append(input)
      } else {
        outputTensors.append(try ORTTensor(output, describedBy: memory, in: library))
      }
    }
    self.outputTensors = outputTensors
    try call.setOutputs(outputTensors, areInMemoryOfDevice: device == .cpu)
  }

  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { inputTensors[index].bytes }

  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(outputTensors[index].bytes)
  }

  public func infer() throws(AssayError) {
    if let status = call.run() { throw explain(status) }
  }

  /// Why a run failed: the library refuses to write an output of another shape than the memory that it was given.
  private func explain(_ status: OpaquePointer) -> AssayError {
    let message = call.library.message(consuming: status)
    if let shapes = try? call.shapesOfOwnOutputs(modelPath: modelPath) {
      for (output, shape) in zip(outputs, shapes) where output.shape != shape {
        return AssayError(
          .unsupported,
          "Output '\(output.name)' of \(modelPath) has the shape \(shape), where \(output.shape) was expected.",
          advice: ORTCall.fixedShapesAdvice)
      }
    }
    return AssayError(.inferenceFailed, "ONNX Runtime failed to run \(modelPath): \(message)")
  }
}

extension SessionSpec {
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
        error.code, "\(error.message) The model calls what is dynamic: \(names.joined(separator: ", ")).",
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
