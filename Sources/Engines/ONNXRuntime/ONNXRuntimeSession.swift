public import AssayCore
public import EngineKit

/// Inputs in memory of our own, and outputs in the memory that the library takes for them at the first run; later runs read and write
/// there without a copy.
public final class ONNXRuntimeSession: InferenceSession {
  public let inputs: [TensorSpec]
  public private(set) var outputs: [TensorSpec]

  private let inputTensors: [ORTTensor]
  private let texts: [ORTText]
  private var outputBytes: [UnsafeRawBufferPointer]
  private let declaredShapes: [[Int]]
  private let call: ORTCall
  private let modelPath: String
  private var hasOutputs = false
  /// The library refuses to write outputs that contradict the model's own declaration, or that are no tensors of numbers, so it makes
  /// new ones at every run.
  private var makesNewOutputs = false
  private var observation: ORTObservation?

  init(_ model: ONNXRuntimeModel) throws(AssayError) {
    inputs = model.inputs
    outputs = model.outputs
    declaredShapes = model.outputs.map(\.shape)
    outputBytes = model.outputs.map { _ in UnsafeRawBufferPointer(start: nil, count: 0) }
    modelPath = model.modelPath
    observation = model.observation.map { ORTObservation(of: model, in: $0) }
    var tensors: [ORTTensor] = []
    for input in inputs { tensors.append(try ORTTensor(input, describedBy: model.hostMemory, in: model.library)) }
    inputTensors = tensors
    texts = try model.texts.map { content throws(AssayError) in try ORTText(content, in: model.library) }
    call = try ORTCall(
      model, inputs: tensors.map { ($0.spec.name, $0.pointer) } + texts.map { ($0.name, $0.pointer) })
  }

  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { inputTensors[index].bytes }

  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer { outputBytes[index] }

  public func infer() throws(AssayError) {
    guard hasOutputs && !makesNewOutputs else { return try inferIntoNewOutputs() }
    if let status = call.run() { try recover(from: status) }
  }

  public func recordLayers() { observation?.recorded += 1 }

  public func observedGraph() throws(AssayError) -> EngineGraph? { try observation?.graph() }

  /// A run whose outputs the library makes, in the shapes that the inputs give. They take in the results of later runs.
  private func inferIntoNewOutputs() throws(AssayError) {
    hasOutputs = false
    let results = try call.runIntoNewOutputs(modelPath: modelPath)
    makesNewOutputs = call.hasUnreadOutputs || zip(declaredShapes, results).contains { !$1.shape.fits($0) }
    outputs = zip(outputs, results).map { TensorSpec(name: $0.name, type: $0.type, shape: $1.shape) }
    outputBytes = results.map(\.bytes)
    hasOutputs = true
  }

  /// The library refuses to write an output whose shape is another one than before; such inputs get outputs of their own.
  private func recover(from status: OpaquePointer) throws(AssayError) {
    let message = call.library.message(consuming: status)
    let before = outputs
    guard (try? inferIntoNewOutputs()) != nil, outputs != before else {
      throw AssayError(.inferenceFailed, "ONNX Runtime failed to run \(modelPath): \(message)")
    }
  }
}

extension [Int] {
  /// Whether a shape is one that a declaration with -1 for unknown dimensions allows.
  fileprivate func fits(_ declared: [Int]) -> Bool {
    declared == [-1] || count == declared.count && zip(self, declared).allSatisfy { $1 < 0 || $0 == $1 }
  }
}
