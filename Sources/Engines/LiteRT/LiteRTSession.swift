public import AssayCore
import CEngineAPIs
public import EngineKit

/// A compiled model of its own, with inputs and outputs in memory of ours.
public final class LiteRTSession: InferenceSession {
  public let inputs: [TensorSpec]
  public let outputs: [TensorSpec]

  private let modelPath: String
  private let functions: LiteRtFunctions
  private let compiled: LiteRTHandle
  private let inputBuffers: LiteRTTensorBuffers
  private let outputBuffers: LiteRTTensorBuffers

  init(_ compiled: LiteRTHandle, of model: LiteRTModel) throws(AssayError) {
    do throws(LiteRTFailure) {
      inputBuffers = try LiteRTTensorBuffers(model.hostInputs, functions: model.functions)
      outputBuffers = try LiteRTTensorBuffers(model.hostOutputs, functions: model.functions)
    } catch {
      throw AssayError(.badModel, "LiteRT takes no host memory for the tensors of \(model.modelPath): \(error).")
    }
    inputs = model.inputs
    outputs = model.outputs
    modelPath = model.modelPath
    functions = model.functions
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
