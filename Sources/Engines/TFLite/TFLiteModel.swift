public import AssayCore
public import EngineKit
import Synchronization

/// A signature of a model that TensorFlow Lite prepared. Sessions share the model file, and each has an interpreter of its own.
public final class TFLiteModel: CompiledModel {
  /// The inputs in the order of the subgraph.
  public let inputs: [TensorSpec]
  /// The outputs in the order of the subgraph.
  public let outputs: [TensorSpec]
  /// `cpu`, or the Edge TPU of the target.
  public let device: String
  public let fallbacks: [String]
  public let execution: Execution

  private let compiler: TFLiteCompiler
  /// The first interpreter, until a session takes it. The lock also keeps delegates from starting side by side.
  private let first: Mutex<TFLiteInterpreter?>

  init(_ compiler: TFLiteCompiler) throws(AssayError) {
    self.compiler = compiler
    let prepared = try compiler.prepare()
    let (interpreter, path) = (prepared.interpreter, compiler.spec.modelPath)
    inputs = try (0..<interpreter.inputCount).map { index throws(AssayError) in
      let tensor = try interpreter.input(index)
      return try tensor.spec(shape: tensor.currentShape, path: path)
    }
    outputs = try (0..<interpreter.outputCount).map { index throws(AssayError) in
      let tensor = try interpreter.output(index)
      return try tensor.spec(shape: tensor.shape, path: path)
    }
    try compiler.spec.checkBatch(outputs: outputs.filter(\.isResolved).map { ($0.name, $0.shape) })
    first = Mutex(interpreter)
    device = compiler.spec.device
    fallbacks = prepared.fallbacks
    execution = Execution(placement: prepared.placement)
  }

  public func makeSession() throws(AssayError) -> TFLiteSession {
    let interpreter = try first.withLock { (first) throws(AssayError) in
      guard let interpreter = first else { return try compiler.prepare().interpreter }
      first = nil
      return interpreter
    }
    return try TFLiteSession(interpreter, of: self, path: compiler.spec.modelPath)
  }
}
