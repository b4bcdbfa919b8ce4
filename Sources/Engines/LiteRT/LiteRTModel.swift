public import AssayCore
import CEngineAPIs
public import EngineKit
import Synchronization

/// A signature of a model that LiteRT compiled.
///
/// The library runs a compiled model on one thread at a time, so sessions share the model file and the environment, and each has a
/// compiled model of its own.
public final class LiteRTModel: CompiledModel {
  /// The inputs of the signature, in its order.
  public let inputs: [TensorSpec]
  /// The outputs of the signature, in its order.
  public let outputs: [TensorSpec]
  /// `cpu` or `gpu`.
  public let device: String
  /// One line where the GPU left operations to the CPU.
  public let fallbacks: [String]

  let hostOutputs: [LiteRTHostTensor]
  let compiler: LiteRTCompiler
  /// The first compiled model, until a session takes it. The lock also keeps compilations apart, which the library does not promise to
  /// run side by side.
  private let first: Mutex<LiteRTHandle?>

  init(_ compiler: LiteRTCompiler) throws(AssayError) {
    self.compiler = compiler
    let (compiled, shapes) = try compiler.compile()
    var hostOutputs: [LiteRTHostTensor] = []
    for (output, shape) in zip(compiler.outputs, shapes) {
      hostOutputs.append(try LiteRTHostTensor(output, shape: shape, modelPath: compiler.spec.modelPath))
    }
    fallbacks = compiler.fallbacks(of: compiled)
    first = Mutex(compiled)
    inputs = compiler.hostInputs.map(\.spec)
    outputs = hostOutputs.map(\.spec)
    device = compiler.spec.device
    self.hostOutputs = hostOutputs
  }

  public func makeSession() throws(AssayError) -> LiteRTSession {
    let compiled = try first.withLock { (first) throws(AssayError) in
      guard let compiled = first else { return try compiler.compile().compiled }
      first = nil
      return compiled
    }
    return try LiteRTSession(compiled, of: self)
  }
}

/// Makes compiled models of one model file, all alike.
struct LiteRTCompiler: Sendable {
  let engine: LiteRTEngine
  let environment: LiteRTHandle
  let model: LiteRTHandle
  let device: LiteRTDevice
  let spec: CompileSpec
  /// The number of the signature.
  let signature: Int
  let facts: TFLiteFileFacts
  let inputs: [LiteRTTensor]
  let hostInputs: [LiteRTHostTensor]
  let outputs: [LiteRTTensor]

  var functions: LiteRtFunctions { engine.functions }

  /// Compiles the model with its inputs in their shapes.
  ///
  /// - Returns: also the shapes of the outputs.
  func compile() throws(AssayError) -> (compiled: LiteRTHandle, outputShapes: [[Int]]) {
    let compiled = try compileAsDeclared()
    return (compiled, try allocate(compiled))
  }

  private func compileAsDeclared() throws(AssayError) -> LiteRTHandle {
    do throws(LiteRTFailure) {
      return try functions.compile(
        model, in: environment, hardware: device.hardware, threads: spec.threads,
        keepsProfile: spec.observation != nil)
    } catch {
      if device == .gpu, engine.gpuAccelerator() == nil { throw engine.missing(spec.device) }
      let reason = failedCompilationMessages() ?? "\(error)."
      throw spec.lackedOperator(of: facts, "LiteRT", reason)
        ?? AssayError(.badModel, "LiteRT cannot compile \(spec.modelPath) for \(spec.device): \(reason)")
    }
  }

  /// The library's reason for a failed compilation, on one line. Without a compiled model it has no place to keep one, so compile again
  /// with errors printed.
  private func failedCompilationMessages() -> String? {
    let text = capturingStandardError {
      _ = try? functions.compile(
        model, in: environment, hardware: device.hardware, threads: spec.threads, printsErrors: true)
    }
    let reasons = text.split(separator: "\n").filter { !$0.hasPrefix("INFO: ") }.map { line in
      // "ERROR: [compiled_model.cc:1901] Failed …": the position in LiteRT's sources helps no user.
      line.split(separator: "] ", maxSplits: 1).last.map(String.init) ?? String(line)
    }
    return reasons.isEmpty ? nil : reasons.prefix(2).joined(separator: " ")
  }

  /// Gives the inputs their shapes and allocates all tensors.
  ///
  /// - Returns: the shapes of the outputs.
  private func allocate(_ compiled: LiteRTHandle) throws(AssayError) -> [[Int]] {
    let shapes: [[Int]]
    do throws(LiteRTFailure) {
      for (index, input) in hostInputs.enumerated() where input.spec.shape != inputs[index].shape {
        let shape = input.spec.shape.map { Int32($0) }
        try functions.CompiledModelResizeInputTensorNonStrict(compiled.pointer, signature, index, shape, shape.count)
          .check("CompiledModelResizeInputTensorNonStrict")
      }
      shapes = try functions.outputShapes(
        of: compiled, signature: signature, count: outputs.count, allocatesTensors: true)
    } catch {
      let reason = functions.errorMessages(of: compiled) ?? "\(error)."
      throw spec.lackedOperator(of: facts, "LiteRT", reason) ?? spec.unprepared("LiteRT", reason)
    }
    try spec.checkBatch(outputs: zip(outputs, shapes).map { ($0.name, $1) })
    return shapes
  }

  /// What a model compiled for the GPU leaves to the CPU. On the CPU, what XNNPACK does not take stays on the CPU.
  func fallbacks(of compiled: LiteRTHandle) -> [String] {
    var isComplete = false
    guard device == .gpu,
      functions.CompiledModelIsNonCpuFullyAccelerated(compiled.pointer, &isComplete) != kLiteRtStatusOk || !isComplete
    else { return [] }
    return ["Operations that the GPU accelerator does not take run on the CPU."]
  }
}
