public import AssayCore
import CEngineAPIs
public import EngineKit

/// A model compiled by OpenVINO.
///
/// Inputs and outputs are the tensors of its one infer request: the plug-in computes in them wherever their layout allows
/// it, and nothing is copied on our side.
public final class OpenVINOSession: InferenceSession {
  /// The inputs, in the order of the model.
  public let inputs: [TensorSpec]
  /// The outputs, in the order of the model.
  public let outputs: [TensorSpec]
  /// What OpenVINO says of the compiled model: `cpu`, `gpu:1`.
  public let device: String

  private let api: OpenVINOAPI
  private let modelPath: String
  private let request: LibraryObject
  private let run: @convention(c) (OpaquePointer) -> ov_status_e
  private let inputTensors: [OpenVINOTensor]
  /// Changes only where there are dynamic outputs.
  private var outputTensors: [OpenVINOTensor]
  /// The outputs that OpenVINO may move or resize at every inference, because it cannot tell their shapes beforehand.
  private let dynamicOutputs: [Int]

  init(_ spec: SessionSpec, on deviceName: String, engine: OpenVINOEngine) throws(AssayError) {
    let compiled = try engine.compile(spec, for: deviceName)
    api = engine.core.api
    modelPath = spec.modelPath
    run = api.functions.infer_request_infer
    device = Self.device(api.executionDevice(ofCompiled: compiled) ?? deviceName, asked: spec.device)
    let (inputPorts, outputPorts) = try engine.ports(ofCompiled: compiled, spec)
    let inputTypes = try engine.types(of: inputPorts, spec)
    let outputTypes = try engine.types(of: outputPorts, spec)
    dynamicOutputs = outputPorts.indices.filter { !outputPorts[$0].isStatic }
    do throws(OpenVINOFailure) {
      request = try api.inferRequest(ofCompiled: compiled)
      inputTensors = try api.tensors(
        inputPorts.count, of: request, api.functions.infer_request_get_input_tensor_by_index)
      // An input that nobody fills is of zeros, not of what happened to lie in memory.
      for tensor in inputTensors { tensor.bytes.initializeMemory(as: UInt8.self, repeating: 0) }
      // The first inference settles the shapes that only it can tell.
      if !dynamicOutputs.isEmpty { try api.check(run(request.pointer)) }
      outputTensors = try api.tensors(
        outputPorts.count, of: request, api.functions.infer_request_get_output_tensor_by_index)
    } catch {
      throw error.error(.badModel, "OpenVINO cannot make \(spec.modelPath) ready for inference")
    }
    inputs = try Self.specs(inputPorts, inputTypes, inputTensors, spec)
    outputs = try Self.specs(outputPorts, outputTypes, outputTensors, spec)
  }

  /// The memory of the request's own input tensor.
  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { inputTensors[index].bytes }

  /// The memory of the request's own output tensor.
  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(outputTensors[index].bytes)
  }

  /// Infers synchronously, on the calling thread and those of the stream.
  public func infer() throws(AssayError) {
    let status = run(request.pointer)
    if status != OV_STATUS_OK || !dynamicOutputs.isEmpty { try finish(status) }
  }

  /// What an inference needs after it only where it failed or its outputs may have moved.
  private func finish(_ status: ov_status_e) throws(AssayError) {
    do throws(OpenVINOFailure) {
      try api.check(status)
      for index in dynamicOutputs {
        outputTensors[index] = try api.tensor(
          index, of: request, api.functions.infer_request_get_output_tensor_by_index)
      }
    } catch {
      throw error.error(.inferenceFailed, "OpenVINO failed to run \(modelPath)")
    }
    for index in dynamicOutputs where outputTensors[index].shape != outputs[index].shape {
      throw AssayError(
        .unsupported,
        "The shape of output '\(outputs[index].name)' of \(modelPath) depends on the data: "
          + "\(outputs[index].shape), then \(outputTensors[index].shape).")
    }
  }

  /// The words of the target that asked for it, where the device is that or one of several of that name.
  private static func device(_ name: String, asked: String) -> String {
    let device = OpenVINOEngine.targetDevice(name)
    return device.hasPrefix(asked + ":") ? asked : device
  }

  private static func specs(
    _ ports: [OpenVINOPort], _ types: [DataType], _ tensors: [OpenVINOTensor], _ spec: SessionSpec
  ) throws(AssayError) -> [TensorSpec] {
    try ports.indices.map { index throws(AssayError) in
      let (name, shape) = (ports[index].name, tensors[index].shape)
      guard shape.allSatisfy({ $0 > 0 }) else {
        throw AssayError(
          .unsupported,
          "The shape of '\(name)' of \(spec.modelPath) depends on the data: from inputs of zeros it is \(shape).")
      }
      return TensorSpec(name: name, type: types[index], shape: shape)
    }
  }
}
