public import AssayCore
import CEngineAPIs
public import EngineKit

/// An execution context with a stream, page-locked memory of the host, and memory of the GPU. An inference copies the inputs to the GPU,
/// runs, and copies the outputs back.
public final class TensorRTSession: InferenceSession {
  public let inputs: [TensorSpec]
  public let outputs: [TensorSpec]

  private let shim: TensorRTShim
  private let run: @convention(c) (OpaquePointer) -> assay_trt_status
  private let session: OpaquePointer
  /// Must outlive the session.
  private let engine: LibraryObject
  private let inputMemory: [UnsafeMutableRawBufferPointer]
  private let outputMemory: [UnsafeRawBufferPointer]
  private let modelPath: String

  init(_ model: TensorRTModel) throws(AssayError) {
    (shim, engine, modelPath, inputs) = (model.shim, model.engine, model.modelPath, model.inputs)
    let api = shim.api
    run = api.pointee.infer
    let shapes = model.inputs.map { assay_trt_shape($0.shape) }
    var made: OpaquePointer?
    let status = api.pointee.make_session(engine.pointer, shapes, shapes.count, &made)
    let what = "TensorRT cannot prepare \(modelPath) for inference"
    try shim.check(status, .init(what: what))
    guard let session = made else { throw AssayError(.unsupported, "\(what): it gives nothing.") }
    self.session = session
    let count = api.pointee.engine_tensor_count(engine.pointer)
    let tensors = (0..<count).map { api.pointee.session_tensor(session, $0) }
    inputMemory = tensors.filter { $0.is_input != 0 }.map { .init(start: $0.memory, count: $0.bytes) }
    let results = tensors.filter { $0.is_input == 0 }
    outputMemory = results.map { .init(start: $0.memory, count: $0.bytes) }
    outputs = zip(model.outputs, results).map {
      TensorSpec(name: $0.name, type: $0.type, shape: $1.shape.sizesOrUnknown ?? $0.shape)
    }
  }

  deinit { shim.api.pointee.destroy_session(session) }

  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { inputMemory[index] }

  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer { outputMemory[index] }

  /// By CUDA's events around the model.
  public var deviceMilliseconds: Double? {
    let time = shim.api.pointee.device_milliseconds(session)
    return time.isFinite && time > 0 ? time : nil
  }

  public func infer() throws(AssayError) {
    let status = run(session)
    guard status != ASSAY_TRT_OK else { return }
    try shim.check(status, .init(what: "TensorRT failed to run \(modelPath)", otherwise: .inferenceFailed))
  }
}
