public import AssayCore
import CEngineAPIs
public import EngineKit

/// A compiled model of its own, with inputs and outputs in memory of ours.
public final class LiteRTSession: InferenceSession {
  public let inputs: [TensorSpec]
  public private(set) var outputs: [TensorSpec]

  private let compiler: LiteRTCompiler
  private let compiled: LiteRTHandle
  private let run:
    @convention(c) (
      LiteRtCompiledModel, Int, Int, UnsafeMutablePointer<LiteRtTensorBuffer>, Int,
      UnsafeMutablePointer<LiteRtTensorBuffer>
    ) -> LiteRtStatus
  private let signature: Int
  private let inputBuffers: LiteRTTensorBuffers
  private var outputBuffers: LiteRTTensorBuffers
  private var hasRun = false
  private var profiler: LiteRTProfiler?

  init(_ compiled: LiteRTHandle, of model: LiteRTModel) throws(AssayError) {
    compiler = model.compiler
    inputBuffers = try compiler.buffers(for: compiler.hostInputs)
    outputBuffers = try compiler.buffers(for: model.hostOutputs)
    inputs = model.inputs
    outputs = model.outputs
    signature = compiler.signature
    run = compiler.functions.RunCompiledModel
    self.compiled = compiled
    profiler = compiler.spec.observation.flatMap { _ in LiteRTProfiler(of: compiled, by: compiler) }
  }

  /// The memory that the library reads an input from.
  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer {
    inputBuffers.memory[index]
  }

  /// The memory that the library writes an output to.
  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(outputBuffers.memory[index])[..<outputs[index].byteCount])
  }

  /// Runs the model once.
  ///
  /// - Throws: `.inferenceFailed`, with what the library reported.
  public func infer() throws(AssayError) {
    guard hasRun else { return try inferFirst() }
    let status = runOnce()
    guard status == kLiteRtStatusOk else { throw failure(status) }
  }

  public func recordLayers() { profiler?.record() }

  public func observedGraph() -> EngineGraph? { profiler?.graph }

  private func runOnce() -> LiteRtStatus {
    run(
      compiled.pointer, signature, inputBuffers.count, inputBuffers.handles, outputBuffers.count, outputBuffers.handles)
  }

  /// Some models resize tensors only when they run. The library then finds the memory of an output too small, but knows its shape.
  private func inferFirst() throws(AssayError) {
    var status = runOnce()
    if status != kLiteRtStatusOk {
      let failure = failure(status)
      guard failure.message.contains("Custom allocation is too small"), try learnOutputs() else { throw failure }
      status = runOnce()
      guard status == kLiteRtStatusOk else { throw self.failure(status) }
    }
    _ = try learnOutputs()
    hasRun = true
  }

  /// Takes over the shapes that the outputs have now, with new memory for those that have grown.
  ///
  /// - Returns: whether any has.
  private func learnOutputs() throws(AssayError) -> Bool {
    let shapes = try? compiler.functions.outputShapes(
      of: compiled, signature: signature, count: outputs.count, allocatesTensors: false)
    guard let shapes, shapes != outputs.map(\.shape) else { return false }
    var tensors: [LiteRTHostTensor] = []
    for (output, shape) in zip(compiler.outputs, shapes) {
      tensors.append(try LiteRTHostTensor(output, shape: shape, modelPath: compiler.spec.modelPath))
    }
    outputs = tensors.map(\.spec)
    guard zip(outputs, outputBuffers.memory).contains(where: { $0.byteCount > $1.count }) else { return false }
    outputBuffers = try compiler.buffers(for: tensors)
    return true
  }

  private func failure(_ status: LiteRtStatus) -> AssayError {
    let path = compiler.spec.modelPath
    let reason = compiler.functions.errorMessages(of: compiled) ?? "The library gives no reason."
    // The library's assertion about an output that it must allocate itself.
    if reason.contains("allocation_type == kTfLiteArenaRw") {
      return AssayError(
        .unsupported,
        "An output of \(path) has a shape that depends on the data; LiteRT's compiled models cannot return such outputs.",
        advice: "Use another engine, such as tflite or openvino, or leave such outputs out of the model.")
    }
    return AssayError(.inferenceFailed, "LiteRT failed to run \(path): \(status.name). \(reason)")
  }
}

extension LiteRTCompiler {
  fileprivate func buffers(for tensors: [LiteRTHostTensor]) throws(AssayError) -> LiteRTTensorBuffers {
    do throws(LiteRTFailure) {
      return try LiteRTTensorBuffers(tensors, functions: functions)
    } catch {
      throw AssayError(
        .unsupported, "LiteRT takes no host memory for the tensors of \(spec.modelPath): \(error).")
    }
  }
}
