import AssayCore
import CEngineAPIs
import EngineKit
import Glibc
import ModelFiles

/// What no library reports of a TFLite file. LiteRT and TensorFlow Lite share it.
struct TFLiteFileFacts: Sendable {
  /// Operators that are not TFLite's own.
  let customOperators: [String]
  /// The signatures, in order.
  let signatures: [TFLiteGraph.Signature]
  private let inputShapes: [[[Int]]]
  /// The runtime version that the parts compiled for an Edge TPU need; `nil` without any.
  let edgeTPURuntime: Int?
  private let operationCounts: [Int]

  init(_ graph: TFLiteGraph?) {
    customOperators = graph?.customOperators ?? []
    signatures = graph?.signatureInterfaces ?? []
    inputShapes = (0..<max(signatures.count, 1)).map { graph?.inputs(ofSignature: $0).map(\.shape) ?? [] }
    edgeTPURuntime = graph?.edgeTPURuntime
    operationCounts = (0..<max(signatures.count, 1)).map { graph?.operationCount(ofSignature: $0) ?? 0 }
  }

  /// The shapes of a signature's inputs as the model declares them, -1 for a dynamic dimension. A model without signatures has
  /// those of its first subgraph.
  func inputShapes(ofSignature index: Int) -> [[Int]] { inputShapes.indices.contains(index) ? inputShapes[index] : [] }

  /// How many operations the subgraph of a signature has.
  func operationCount(ofSignature index: Int) -> Int {
    operationCounts.indices.contains(index) ? operationCounts[index] : 0
  }
}

enum TFLiteFile {
  /// Calls a body with the bytes of a model, which begins as a TFLite model does.
  ///
  /// - Throws: `.badModel`, and what the body throws.
  static func withBytes<Result>(
    of path: String, _ body: (UnsafeRawBufferPointer) throws(AssayError) -> Result
  ) throws(AssayError) -> Result {
    try withModelBytes(of: path) { (bytes) throws(AssayError) in
      guard ModelFormat.tflite.traits?.isMarked(bytes) == true else {
        throw AssayError(.badModel, "\(path) is no TensorFlow Lite model: it does not have the identifier TFL3.")
      }
      return try body(bytes)
    }
  }

  /// The error for a file whose tables do not fit its size.
  static func damaged(_ path: String) -> AssayError {
    AssayError(.badModel, "\(path) is damaged: it is not a whole flatbuffer. Was its download cut short?")
  }

  /// Checks that a tensor has no more elements than the libraries count.
  ///
  /// - Throws: `.unsupported`.
  static func checkSize(_ shape: [Int], of tensor: String, path: String, engine: String) throws(AssayError) {
    // They keep dimensions and counts of elements in 32 bits. A tensor without elements may still have a large dimension.
    let count = shape.reduce(1) { count, size in count > Int32.max ? count : count * min(size, Int(Int32.max) + 1) }
    guard count > Int32.max || shape.contains(where: { $0 > Int32.max }) else { return }
    throw AssayError(.unsupported, "Tensor '\(tensor)' of \(path) is too large for \(engine): \(shape).")
  }

  /// The elements of a tensor.
  ///
  /// - Throws: `.unsupported` for what host memory cannot hold as it is.
  static func dataType(_ type: TfLiteType, of tensor: String, path: String) throws(AssayError) -> DataType {
    if let type = type.dataType { return type }
    throw AssayError(
      .unsupported, "Tensor '\(tensor)' of \(path) holds \(type.words); Assay measures tensors of numbers.")
  }
}

extension CompileSpec {
  /// The inputs of a model in the shapes that they will have.
  ///
  /// - Parameter inputs: names and declared shapes.
  func resolve(_ inputs: [(name: String, shape: [Int])]) throws(AssayError) -> [[Int]] {
    try checkShapeNames(against: inputs.map(\.name))
    return try inputs.map { input throws(AssayError) in
      let shape = try resolve(input: input.name, declared: input.shape, inputCount: inputs.count)
      if let batch, shape.first != batch {
        throw AssayError(.unsupported, "Input '\(input.name)' of \(modelPath) is a scalar: it takes no batch.")
      }
      return shape
    }
  }

  /// Checks that the outputs have grown with `--batch`: a model may take a larger input and still compute one result of it.
  func checkBatch(outputs: [(name: String, shape: [Int])]) throws(AssayError) {
    guard let batch, let output = outputs.first(where: { ($0.shape.first ?? 1) % batch != 0 }) else { return }
    throw AssayError(
      .unsupported, "\(modelPath) takes no batch of \(batch): its output '\(output.name)' stays \(output.shape).")
  }

  /// The error for a library that cannot prepare the model with its inputs in their shapes.
  func unprepared(_ engine: String, _ reason: String) -> AssayError {
    guard batch == nil && shapes.isEmpty else {
      return AssayError(
        .unsupported, "\(modelPath) cannot run with inputs of other shapes: \(reason)",
        advice: "Leave out --batch and --shape to run it as it is.")
    }
    return AssayError(.badModel, "\(engine) cannot prepare \(modelPath): \(reason)")
  }

  /// The error for a reason that names an operator which is not TFLite's own; `nil` for another reason.
  func lackedOperator(of facts: TFLiteFileFacts, _ engine: String, _ reason: String) -> AssayError? {
    guard let name = facts.customOperators.first(where: reason.contains) else { return nil }
    return AssayError(
      .unsupported, "\(engine) lacks the operator '\(name)', which \(modelPath) uses.",
      advice: OperatorAdvice.advice(for: name) ?? "Try another engine, or convert the model without custom operators.")
  }
}
