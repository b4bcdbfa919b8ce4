public import AssayCore
import CEngineAPIs
public import EngineKit

/// One infer request of a compiled model.
///
/// Inputs and outputs are the request's own tensors: the plug-in computes in them wherever their layout allows it, and Assay copies
/// nothing.
public final class OpenVINOSession: InferenceSession {
  public let inputs: [TensorSpec]
  public private(set) var outputs: [TensorSpec]

  private let api: OpenVINOAPI
  private let modelPath: String
  private let device: String
  private let request: LibraryObject
  private let run: @convention(c) (OpaquePointer) -> ov_status_e
  /// With several streams, waits for what `run` only starts.
  private let wait: (@convention(c) (OpaquePointer) -> ov_status_e)?
  private let inputTensors: [OpenVINOTensor]
  /// `nil` for a dynamic output before the first inference.
  private var outputTensors: [OpenVINOTensor?]
  /// Outputs that OpenVINO may move or resize at every inference, because it does not know their shapes beforehand.
  private let dynamicOutputs: [Int]
  private var observation: OpenVINOObservation?

  init(_ model: OpenVINOModel) throws(AssayError) {
    (inputs, outputs, api) = (model.inputs, model.outputs, model.api)
    (modelPath, device) = (model.modelPath, model.device)
    // Synchronous requests of several threads get no stream each: two of MobileNetV2 do half as much as asynchronous ones.
    run = model.hasStreams ? api.functions.infer_request_start_async : api.functions.infer_request_infer
    wait = model.hasStreams ? api.functions.infer_request_wait : nil
    observation = model.observation.map { OpenVINOObservation(of: model, in: $0) }
    let specs = model.outputs
    dynamicOutputs = specs.indices.filter { !specs[$0].isResolved }
    do throws(OpenVINOFailure) {
      let request = try model.api.inferRequest(ofCompiled: model.compiled)
      self.request = request
      inputTensors = try model.inputs.indices.map { index throws(OpenVINOFailure) in
        try model.api.inputTensor(index, of: request, shape: model.inputs[index].shape)
      }
      outputTensors = try specs.indices.map { index throws(OpenVINOFailure) in
        specs[index].isResolved ? try model.api.outputTensor(index, of: request) : nil
      }
    } catch {
      throw error.error(.badModel, "OpenVINO cannot prepare \(model.modelPath) for inference")
    }
    // An unfilled input holds zeros, not whatever lay in memory.
    for tensor in inputTensors { tensor.bytes.initializeMemory(as: UInt8.self, repeating: 0) }
  }

  /// The memory of the request's own input tensor.
  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { inputTensors[index].bytes }

  /// The memory of the request's own output tensor.
  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(outputTensors[index]?.bytes ?? UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }

  /// Infers on the calling thread and those of the stream; of several streams on the threads of the next that is free, while the calling one sleeps.
  public func infer() throws(AssayError) {
    var status = run(request.pointer)
    if let wait, status == OV_STATUS_OK { status = wait(request.pointer) }
    if status != OV_STATUS_OK || !dynamicOutputs.isEmpty { try finish(status) }
  }

  public func recordLayers() throws(AssayError) { try observation?.record(request) }

  public func observedGraph() throws(AssayError) -> EngineGraph? { try observation?.graph() }

  /// The work after an inference that failed, or whose outputs may have moved.
  private func finish(_ status: ov_status_e) throws(AssayError) {
    do throws(OpenVINOFailure) {
      try api.check(status)
      for index in dynamicOutputs {
        let tensor = try api.outputTensor(index, of: request)
        outputTensors[index] = tensor
        if outputs[index].shape != tensor.shape {
          outputs[index] = TensorSpec(name: outputs[index].name, type: outputs[index].type, shape: tensor.shape)
        }
      }
    } catch {
      throw error.error(
        .inferenceFailed, "OpenVINO failed to run \(modelPath) on \(device)",
        advice: OpenVINODevice.advice(for: device))
    }
  }
}
