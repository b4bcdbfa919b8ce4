public import AssayCore
import CEngineAPIs
public import EngineKit

/// The default signature of a model that LiteRT compiled, with inputs and outputs in memory of our own.
public final class LiteRTSession: InferenceSession {
  /// The inputs of the model's default signature, in its order.
  public let inputs: [TensorSpec]
  /// The outputs of the model's default signature, in its order.
  public let outputs: [TensorSpec]
  /// `cpu` or `gpu`.
  public let device: String
  /// One line where the GPU left operations to the CPU.
  public let fallbacks: [String]

  private let modelPath: String
  private let functions: LiteRtFunctions
  private let compiled: LiteRTHandle
  private let inputBuffers: LiteRTTensorBuffers
  private let outputBuffers: LiteRTTensorBuffers

  init(
    _ compiled: LiteRTHandle, functions: LiteRtFunctions, spec: SessionSpec, inputs: [LiteRTHostTensor],
    outputs: [LiteRTHostTensor], fallbacks: [String]
  ) throws(AssayError) {
    do throws(LiteRTFailure) {
      inputBuffers = try LiteRTTensorBuffers(inputs, functions: functions)
      outputBuffers = try LiteRTTensorBuffers(outputs, functions: functions)
    } catch {
      throw AssayError(.badModel, "LiteRT takes no host memory for the tensors of \(spec.modelPath): \(error).")
    }
    self.inputs = inputs.map(\.spec)
    self.outputs = outputs.map(\.spec)
    self.device = spec.device
    self.fallbacks = fallbacks
    self.modelPath = spec.modelPath
    self.functions = functions
    self.compiled = compiled
  }

  /// The memory that the library reads an input from.
  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer {
    inputBuffers.memory[index]
  }

  /// The memory that the library writes an output to.
  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(outputBuffers.memory[index])
  }

  /// Runs the model once.
  ///
  /// - Throws: `.inferenceFailed`, with what the library reported.
  public func infer() throws(AssayError) {
    let status = functions.RunCompiledModel(
      compiled.pointer, 0, inputBuffers.count, inputBuffers.handles, outputBuffers.count, outputBuffers.handles)
    guard status == kLiteRtStatusOk else { throw failure(status) }
  }

  private func failure(_ status: LiteRtStatus) -> AssayError {
    let reason = functions.errorMessages(of: compiled) ?? "The library gives no reason."
    return AssayError(.inferenceFailed, "LiteRT failed to run \(modelPath): \(status.name). \(reason)")
  }
}
