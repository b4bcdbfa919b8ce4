import AssayCore
import CEngineAPIs
import EngineKit

/// Makes interpreters of one model file, all alike.
struct TFLiteCompiler: Sendable {
  let engine: TFLiteEngine
  let spec: CompileSpec
  let model: LibraryObject
  let facts: TFLiteFileFacts
  /// The number of the signature.
  let signature: Int
  let delegates: [TFLiteDelegateLibrary]
  let edgeTPU: (library: EdgeTPULibrary, stick: EdgeTPULibrary.Stick)?
  let usesXNNPack: Bool

  /// An interpreter whose tensors have their shapes and memory.
  struct Prepared: Sendable {
    let interpreter: TFLiteInterpreter
    /// Where operations run; `nil` on the CPU without delegates.
    let placement: OperationPlacement?
    let fallbacks: [String]
  }

  /// Makes an interpreter, lets the delegates take their operations in order, then XNNPACK those that are left, and allocates the tensors.
  func prepare() throws(AssayError) -> Prepared {
    let delegates = try makeDelegates()
    let xnnPack = usesXNNPack ? engine.functions.makeXNNPack(threads: spec.threads) : nil
    let plan = delegates.isEmpty ? nil : TFLitePlan(engine.functions)
    let messages = TFLiteMessages()
    guard
      let interpreter = TFLiteInterpreter(
        of: model, signature: facts.signatures.isEmpty ? nil : facts.signatures[signature], threads: spec.threads,
        functions: engine.functions, messages: messages,
        delegates: delegates + [xnnPack].compactMap(\.self), plan: plan,
        profiler: spec.observation.map { _ in
          TFLiteProfiler(
            operations: facts.operationCount(ofSignature: signature), delegate: delegates.isEmpty ? "XNNPACK" : nil)
        })
    else { throw failure(messages) }
    try resizeInputs(of: interpreter)
    let (placement, fallbacks) = try apply(delegates, to: interpreter, plan)
    if let xnnPack { try apply(xnnPack, to: interpreter) }
    guard interpreter.allocate() == kTfLiteOk else { throw failure(messages) }
    return Prepared(interpreter: interpreter, placement: placement, fallbacks: fallbacks)
  }

  private func makeDelegates() throws(AssayError) -> [TFLiteDelegate] {
    var made = try delegates.map { library throws(AssayError) in try library.makeDelegate() }
    if let edgeTPU {
      made.append(try edgeTPU.library.makeDelegate(for: edgeTPU.stick, tensorFlowLite: engine.version))
    }
    return made
  }

  /// The library gives 1 for a dynamic dimension of an input; the file has -1.
  private func resizeInputs(of interpreter: TFLiteInterpreter) throws(AssayError) {
    let declared = facts.inputShapes(ofSignature: signature)
    var inputs: [(name: String, shape: [Int])] = []
    for index in 0..<interpreter.inputCount {
      let tensor = try interpreter.input(index)
      let shape = tensor.currentShape
      let isSameRank = declared.indices.contains(index) && declared[index].count == shape.count
      inputs.append((tensor.name, isSameRank ? declared[index] : shape))
    }
    for (index, shape) in try spec.resolve(inputs).enumerated() where shape != inputs[index].shape {
      try TFLiteFile.checkSize(shape, of: inputs[index].name, path: spec.modelPath, engine: name)
      guard interpreter.resize(input: index, to: shape) == kTfLiteOk else { throw failure(interpreter.messages) }
    }
  }

  private func apply(
    _ delegates: [TFLiteDelegate], to interpreter: TFLiteInterpreter, _ plan: TFLitePlan?
  ) throws(AssayError) -> (placement: OperationPlacement?, fallbacks: [String]) {
    guard let plan, let total = plan.remaining(interpreter.apply) else { return (nil, []) }
    var left = total
    var fallbacks: [String] = []
    for delegate in delegates {
      let status = interpreter.apply(delegate)
      guard status == kTfLiteOk else {
        throw AssayError(
          .unsupported,
          "\(delegate.name.capitalizedFirst) does not take \(spec.modelPath) in TensorFlow Lite \(engine.version): "
            + (interpreter.messages.take() ?? "it returned status \(status.rawValue)."))
      }
      guard let after = plan.remaining(interpreter.apply) else { return (nil, fallbacks) }
      if after.count == left.count {
        fallbacks.append("\(delegate.name.capitalizedFirst) takes none of the \(left.count) operations")
      }
      left = after
    }
    let kinds = left.reduce(into: [String]()) { kinds, kind in if !kinds.contains(kind) { kinds.append(kind) } }
    if edgeTPU != nil, !left.isEmpty {
      fallbacks.append("\(left.count) of \(total.count) operations run on the CPU: \(kinds.joined(separator: ", "))")
    }
    return (
      OperationPlacement(onDevice: total.count - left.count, onCPU: left.count, kindsOnCPU: kinds), fallbacks
    )
  }

  /// As TensorFlow Lite applies its default delegate: a graph that XNNPACK does not fit runs without it.
  private func apply(_ xnnPack: TFLiteDelegate, to interpreter: TFLiteInterpreter) throws(AssayError) {
    switch interpreter.apply(xnnPack) {
    case kTfLiteOk: return
    case kTfLiteApplicationError, kTfLiteUnresolvedOps: _ = interpreter.messages.take()
    default: throw failure(interpreter.messages)
    }
  }

  private func failure(_ messages: TFLiteMessages) -> AssayError {
    let reason = messages.take() ?? "the library gives no reason."
    return spec.lackedOperator(of: facts, name, reason) ?? unprepared(reason) ?? spec.unprepared(name, reason)
  }

  /// A libedgetpu that was built for another version of TensorFlow Lite often shows here first.
  private func unprepared(_ reason: String) -> AssayError? {
    guard let library = edgeTPU?.library else { return nil }
    return AssayError(
      .unsupported,
      "\(name) \(engine.version) with \(library.path) (\(library.version)) cannot prepare \(spec.modelPath): \(reason)",
      advice: "If the model runs elsewhere, this libedgetpu may be built for another version of TensorFlow Lite: "
        + "install one for \(engine.version), or name the library that it was built for with ASSAY_TFLITE_LIBRARY.")
  }

  private var name: String { engine.description.displayName }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
