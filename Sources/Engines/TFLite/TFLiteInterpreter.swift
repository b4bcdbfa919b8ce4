import AssayCore
import CEngineAPIs
import ModelFiles

/// An interpreter of one model, for one signature.
///
/// The first subgraph runs through the functions of the interpreter, which also resize inputs that the model declares with a size.
/// Other subgraphs run only through their signature.
final class TFLiteInterpreter: Sendable {
  let messages: TFLiteMessages
  /// The names of the signature; `nil` for a model without signatures.
  private let signature: TFLiteGraph.Signature?
  private let functions: TfLiteFunctions
  // A session confines both to its thread; before, only the thread that compiles has them.
  private nonisolated(unsafe) let pointer: OpaquePointer
  private nonisolated(unsafe) let runner: OpaquePointer?
  // What the interpreter refers to, released after it.
  private let model: LibraryObject
  private let delegates: [TFLiteDelegate]
  private let plan: TFLitePlan?

  /// `nil` if the library makes none; `messages` has the reason.
  init?(
    of model: LibraryObject, signature: TFLiteGraph.Signature?, threads: Int, functions: TfLiteFunctions,
    messages: TFLiteMessages, delegates: [TFLiteDelegate], plan: TFLitePlan?
  ) {
    guard let options = functions.InterpreterOptionsCreate() else { return nil }
    defer { functions.InterpreterOptionsDelete(options) }
    functions.InterpreterOptionsSetNumThreads(options, Int32(clamping: threads))
    functions.InterpreterOptionsSetErrorReporter(options, assay_tflite_reporter(), messages.pointer)
    guard let pointer = functions.InterpreterCreate(model.pointer, options) else { return nil }
    var runner: OpaquePointer?
    if let signature, signature.subgraph != 0 {
      runner = functions.InterpreterGetSignatureRunner(pointer, signature.name)
      guard runner != nil else {
        functions.InterpreterDelete(pointer)
        return nil
      }
    }
    self.pointer = pointer
    self.runner = runner
    self.signature = signature
    self.functions = functions
    self.messages = messages
    self.model = model
    self.delegates = delegates
    self.plan = plan
  }

  deinit {
    if let runner { functions.SignatureRunnerDelete(runner) }
    functions.InterpreterDelete(pointer)
  }

  var inputCount: Int {
    runner == nil ? Int(functions.InterpreterGetInputTensorCount(pointer)) : signature?.inputs.count ?? 0
  }

  var outputCount: Int {
    runner == nil ? Int(functions.InterpreterGetOutputTensorCount(pointer)) : signature?.outputs.count ?? 0
  }

  /// - Throws: `.badModel` for a signature without such an input.
  func input(_ index: Int) throws(AssayError) -> TFLiteTensor {
    let tensor =
      if let runner { functions.SignatureRunnerGetInputTensor(runner, signature?.inputs[index] ?? "") } else {
        functions.InterpreterGetInputTensor(pointer, Int32(index))
      }
    return try wrap(tensor, index, names: signature?.inputs, count: inputCount)
  }

  /// - Throws: `.badModel` for a signature without such an output.
  func output(_ index: Int) throws(AssayError) -> TFLiteTensor {
    let tensor =
      if let runner { functions.SignatureRunnerGetOutputTensor(runner, signature?.outputs[index] ?? "") } else {
        functions.InterpreterGetOutputTensor(pointer, Int32(index))
      }
    return try wrap(tensor, index, names: signature?.outputs, count: outputCount)
  }

  private func wrap(
    _ pointer: OpaquePointer?, _ index: Int, names: [String]?, count: Int
  ) throws(AssayError) -> TFLiteTensor {
    guard let pointer else {
      throw AssayError(
        .badModel, "The signature '\(signature?.name ?? "")' lists a tensor that TensorFlow Lite does not find.")
    }
    // A signature may name only some of the tensors.
    let name = names?.count == count ? names?[index] : functions.TensorName(pointer).map { String(cString: $0) }
    return TFLiteTensor(pointer, name: name ?? "", functions: functions)
  }

  /// - Parameter shape: every dimension fits 32 bits.
  func resize(input index: Int, to shape: [Int]) -> TfLiteStatus {
    let dimensions = shape.map { Int32($0) }
    guard let runner else {
      return functions.InterpreterResizeInputTensor(pointer, Int32(index), dimensions, Int32(shape.count))
    }
    return functions.SignatureRunnerResizeInputTensor(
      runner, signature?.inputs[index] ?? "", dimensions, Int32(shape.count))
  }

  /// Lets a delegate take over operations.
  func apply(_ delegate: TFLiteDelegate) -> TfLiteStatus {
    functions.InterpreterModifyGraphWithDelegate(pointer, delegate.pointer)
  }

  func allocate() -> TfLiteStatus {
    if let runner {
      functions.SignatureRunnerAllocateTensors(runner)
    } else {
      functions.InterpreterAllocateTensors(pointer)
    }
  }

  func invoke() -> TfLiteStatus {
    if let runner { functions.SignatureRunnerInvoke(runner) } else { functions.InterpreterInvoke(pointer) }
  }
}

/// A tensor of an interpreter, valid as long as that.
struct TFLiteTensor {
  let name: String
  private let pointer: OpaquePointer
  private let functions: TfLiteFunctions

  fileprivate init(_ pointer: OpaquePointer, name: String, functions: TfLiteFunctions) {
    self.pointer = pointer
    self.name = name
    self.functions = functions
  }

  /// -1 for each dimension that only an inference can tell.
  var shape: [Int] {
    let rank = functions.TensorNumDims(pointer)
    let isDynamic = functions.TensorAllocationType(pointer) == kTfLiteDynamic
    return (0..<max(rank, 0)).map { isDynamic ? -1 : Int(functions.TensorDim(pointer, $0)) }
  }

  /// The shape that the last inference gave it.
  var currentShape: [Int] {
    (0..<max(functions.TensorNumDims(pointer), 0)).map { Int(functions.TensorDim(pointer, $0)) }
  }

  /// - Throws: `.unsupported` for elements that host memory cannot hold as they are.
  func spec(shape: [Int], path: String) throws(AssayError) -> TensorSpec {
    let type = try TFLiteFile.dataType(TfLiteType(rawValue: functions.TensorType(pointer)), of: name, path: path)
    let parameters = functions.TensorQuantizationParams(pointer)
    return TensorSpec(
      name: name, type: type, shape: shape,
      quantization: parameters.scale == 0
        ? nil : Quantization(scale: Double(parameters.scale), zeroPoint: Int(parameters.zero_point)))
  }

  /// The memory that the library reads and writes; empty before it is allocated.
  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      start: functions.TensorData(pointer),
      count: functions.TensorData(pointer) == nil ? 0 : functions.TensorByteSize(pointer))
  }
}
