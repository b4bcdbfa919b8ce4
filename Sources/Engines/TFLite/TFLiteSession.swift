public import AssayCore
import CEngineAPIs
public import EngineKit

/// An interpreter of its own. Inputs and outputs lie in its memory, where they are written and read without copies.
public final class TFLiteSession: InferenceSession {
  public let inputs: [TensorSpec]

  private let interpreter: TFLiteInterpreter
  private let path: String
  private let inputMemory: [UnsafeMutableRawBufferPointer]
  private let preparedOutputs: [TensorSpec]
  private let outputTensors: [TFLiteTensor]
  private let isOnEdgeTPU: Bool
  private var hasRun = false

  init(_ interpreter: TFLiteInterpreter, of model: TFLiteModel, path: String) throws(AssayError) {
    self.interpreter = interpreter
    self.path = path
    inputs = model.inputs
    preparedOutputs = model.outputs
    isOnEdgeTPU = model.device != Target.defaultDevice
    inputMemory = try model.inputs.indices.map { index throws(AssayError) in try interpreter.input(index).bytes }
    outputTensors = try model.outputs.indices.map { index throws(AssayError) in try interpreter.output(index) }
    for (input, memory) in zip(inputs, inputMemory) where memory.count < input.byteCount {
      throw AssayError(.unsupported, "TensorFlow Lite gives no memory to the input '\(input.name)' of \(path).")
    }
  }

  public var outputs: [TensorSpec] {
    guard hasRun else { return preparedOutputs }
    return zip(preparedOutputs, outputTensors).map { output, tensor in
      TensorSpec(
        name: output.name, type: output.type, shape: tensor.currentShape, quantization: output.quantization)
    }
  }

  /// The memory that the library reads an input from.
  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { inputMemory[index] }

  /// The memory that the library has written an output to. An output whose shape depends on the data may lie elsewhere each time.
  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(outputTensors[index].bytes)
  }

  /// Runs the model once.
  ///
  /// - Throws: `.inferenceFailed`, with what the library or a delegate reported.
  public func infer() throws(AssayError) {
    let status = interpreter.invoke()
    guard status == kTfLiteOk else {
      throw AssayError(
        .inferenceFailed,
        "TensorFlow Lite failed to run \(path): "
          + (interpreter.messages.take() ?? "it returned status \(status.rawValue) without a reason."),
        advice: isOnEdgeTPU
          ? "Is the Edge TPU still connected? A stick that disconnects under load needs a hub with its own power." : nil
      )
    }
    hasRun = true
  }

  public func recordLayers() { interpreter.profiler?.record() }

  public func observedGraph() -> EngineGraph? { interpreter.profiler?.graph }
}
