import AssayCore
import CEngineAPIs

/// The arguments of a run, prepared once.
final class ORTCall {
  /// An output as the last run left it.
  struct Output {
    let shape: [Int]
    let bytes: UnsafeRawBufferPointer
  }

  let library: ORTLibrary
  private let session: LibraryObject
  private let options: LibraryObject
  private let inputCount: Int
  private let inputNames: CStringArray
  private let inputValues: UnsafeMutablePointer<OpaquePointer>
  /// Of the first outputs; those behind are not read.
  private let outputTypes: [DataType]
  private let outputCount: Int
  private let outputNames: CStringArray
  private let outputValues: UnsafeMutablePointer<OpaquePointer?>
  private let isOnCPU: Bool
  private var binding: LibraryObject?

  /// - Parameter inputs: must outlive the call.
  init(_ model: ONNXRuntimeModel, inputs: [(name: String, value: OpaquePointer)]) throws(AssayError) {
    let library = model.library
    let options = try library.make(.engineUnavailable, "ONNX Runtime makes no options of a run") {
      library.api.pointee.CreateRunOptions($0)
    }
    self.library = library
    session = model.session
    self.options = LibraryObject(options, releasedBy: library.api.pointee.ReleaseRunOptions)
    inputCount = inputs.count
    inputNames = CStringArray(inputs.map(\.name))
    inputValues = .allocate(capacity: inputs.count)
    for (index, input) in inputs.enumerated() { (inputValues + index).initialize(to: input.value) }
    outputTypes = model.outputs.map(\.type)
    outputCount = outputTypes.count + model.unreadOutputs.count
    outputNames = CStringArray(model.outputs.map(\.name) + model.unreadOutputs)
    outputValues = .allocate(capacity: outputCount)
    outputValues.initialize(repeating: nil, count: outputCount)
    isOnCPU = model.target.isCPU
  }

  deinit {
    releaseOutputs()
    inputValues.deallocate()
    outputValues.deallocate()
  }

  var hasUnreadOutputs: Bool { outputCount > outputTypes.count }

  /// Runs the model into the outputs of the last `runIntoNewOutputs`.
  ///
  /// - Returns: `nil`, or the status of a failure.
  func run() -> OpaquePointer? {
    guard let binding else { return runIntoOutputValues() }
    return library.api.pointee.RunWithBinding(session.pointer, options.pointer, binding.pointer)
  }

  /// Runs the model into outputs that the library makes, and keeps them for the following runs.
  ///
  /// - Throws: `.inferenceFailed`.
  func runIntoNewOutputs(modelPath: String) throws(AssayError) -> [Output] {
    releaseOutputs()
    let context = "ONNX Runtime failed to run \(modelPath)"
    try library.check(runIntoOutputValues(), .inferenceFailed, context)
    var outputs: [Output] = []
    for (index, type) in outputTypes.enumerated() {
      guard let value = outputValues[index] else {
        throw AssayError(.inferenceFailed, "\(context): it gave no output '\(outputNames[index])'.")
      }
      outputs.append(try describe(value, type: type, context))
    }
    if isOnCPU && !hasUnreadOutputs { binding = try bind() }
    return outputs
  }

  private func runIntoOutputValues() -> OpaquePointer? {
    library.api.pointee.Run(
      session.pointer, options.pointer, inputNames.pointers, inputValues, inputCount, outputNames.pointers,
      outputCount, outputValues)
  }

  private func describe(_ value: OpaquePointer, type: DataType, _ context: String) throws(AssayError) -> Output {
    let information = try library.make(.inferenceFailed, context) {
      library.api.pointee.GetTensorTypeAndShape(value, $0)
    }
    defer { library.api.pointee.ReleaseTensorTypeAndShapeInfo(information) }
    let shape = try library.shape(of: information, context)
    var data: UnsafeMutableRawPointer?
    try library.check(library.api.pointee.GetTensorMutableData(value, &data), .inferenceFailed, context)
    let spec = TensorSpec(name: "", type: type, shape: shape)
    return Output(shape: shape, bytes: UnsafeRawBufferPointer(start: data, count: spec.byteCount))
  }

  /// A binding saves the library the checks and look-ups of a plain run: 0.1 to 0.3 µs of the 2 to 4 µs that a model of one node
  /// takes. It copies inputs to a device with memory of its own only once, when they are bound, so it serves the CPU alone.
  private func bind() throws(AssayError) -> LibraryObject {
    let api = library.api
    let context = "ONNX Runtime does not bind inputs and outputs"
    let binding = LibraryObject(
      try library.make(.engineUnavailable, context) { api.pointee.CreateIoBinding(session.pointer, $0) },
      releasedBy: api.pointee.ReleaseIoBinding)
    for index in 0..<inputCount {
      let bound = api.pointee.BindInput(binding.pointer, inputNames.pointers[index], inputValues[index])
      try library.check(bound, .engineUnavailable, context)
    }
    for index in outputTypes.indices {
      guard let value = outputValues[index] else { continue }
      let bound = api.pointee.BindOutput(binding.pointer, outputNames.pointers[index], value)
      try library.check(bound, .engineUnavailable, context)
    }
    return binding
  }

  private func releaseOutputs() {
    // It refers to the session and the outputs.
    binding = nil
    for index in 0..<outputCount {
      if let value = outputValues[index] { library.api.pointee.ReleaseValue(value) }
      outputValues[index] = nil
    }
  }
}
