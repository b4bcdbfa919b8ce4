public import AssayCore
import CEngineAPIs
public import EngineKit

/// An interpreter of its own. Inputs and outputs lie in its memory, where they are written and read without copies.
public final class TFLiteSession: InferenceSession {
  public let inputs: [TensorSpec]
  public private(set) var outputs: [TensorSpec]

  private let interpreter: TFLiteInterpreter
  private let path: String
  private let inputMemory: [UnsafeMutableRawBufferPointer]
  private var outputMemory: [UnsafeRawBufferPointer] = []
  /// Whether an output may lie elsewhere after each inference.
  private let movesOutputs: Bool
  private var hasRun = false

  init(_ interpreter: TFLiteInterpreter, of model: TFLiteModel, path: String) throws(AssayError) {
    self.interpreter = interpreter
    self.path = path
    inputs = model.inputs
    outputs = model.outputs
    movesOutputs = model.outputs.contains { !$0.isResolved }
    inputMemory = try model.inputs.indices.map { index throws(AssayError) in try interpreter.input(index).bytes }
    for (input, memory) in zip(inputs, inputMemory) where memory.count < input.byteCount {
      throw AssayError(.unsupported, "TensorFlow Lite gives no memory to the input '\(input.name)' of \(path).")
    }
    try findOutputs()
  }

  /// The memory that the library reads an input from.
  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { inputMemory[index] }

  /// The memory that the library has written an output to.
  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer { outputMemory[index] }

  /// Runs the model once.
  ///
  /// - Throws: `.inferenceFailed`, with what the library or a delegate reported.
  public func infer() throws(AssayError) {
    let status = interpreter.invoke()
    guard status == kTfLiteOk else {
      throw AssayError(
        .inferenceFailed,
        "TensorFlow Lite failed to run \(path): "
          + (interpreter.messages.take() ?? "it returned status \(status.rawValue) without a reason."))
    }
    if !hasRun || movesOutputs { try learnOutputs() }
  }

  /// Takes over the shapes and places that the outputs have now. They stay where they are, except for shapes that depend on the data.
  private func learnOutputs() throws(AssayError) {
    hasRun = true
    for index in outputs.indices {
      let tensor = try interpreter.output(index)
      outputs[index] = try tensor.spec(shape: tensor.currentShape, path: path)
    }
    try findOutputs()
  }

  private func findOutputs() throws(AssayError) {
    outputMemory = try outputs.indices.map { index throws(AssayError) in
      UnsafeRawBufferPointer(try interpreter.output(index).bytes)
    }
  }
}
