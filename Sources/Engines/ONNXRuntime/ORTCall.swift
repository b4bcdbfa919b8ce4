import AssayCore
import CEngineAPIs

/// Everything that a run is called with, made ready once.
final class ORTCall {
  let library: ORTLibrary
  private let session: LibraryObject
  private let options: LibraryObject
  private let inputs: [ORTTensor]
  private let inputNames: CStringArray
  private let inputValues: UnsafeMutablePointer<OpaquePointer>
  private let inputCount: Int
  private let outputNames: CStringArray
  private let outputValues: UnsafeMutablePointer<OpaquePointer?>
  private let outputCount: Int
  private var binding: LibraryObject?

  init(
    _ session: LibraryObject, inputs: [ORTTensor], outputNames: [String], in library: ORTLibrary
  ) throws(AssayError) {
    let options = try library.make(.engineUnavailable, "ONNX Runtime makes no options of a run") {
      library.api.pointee.CreateRunOptions($0)
    }
    self.library = library
    self.session = session
    self.options = LibraryObject(options, releasedBy: library.api.pointee.ReleaseRunOptions)
    self.inputs = inputs
    inputNames = CStringArray(inputs.map(\.spec.name))
    inputCount = inputs.count
    inputValues = .allocate(capacity: inputCount)
    for (index, input) in inputs.enumerated() { (inputValues + index).initialize(to: input.pointer) }
    self.outputNames = CStringArray(outputNames)
    outputCount = outputNames.count
    outputValues = .allocate(capacity: outputCount)
    outputValues.initialize(repeating: nil, count: outputCount)
  }

  deinit {
    // It refers to the session.
    binding = nil
    inputValues.deallocate()
    outputValues.deallocate()
  }

  /// Has the following runs write into tensors, which must live as long as this call.
  ///
  /// A binding saves the library the checks and look-ups of a plain run: 0.1 to 0.3 µs of the 2 to 4 µs that a model of one node
  /// takes. But it copies inputs to a device with memory of its own only once, when they are bound; there, every run must be given
  /// the host's inputs anew.
  func setOutputs(_ tensors: [ORTTensor], areInMemoryOfDevice: Bool) throws(AssayError) {
    for (index, tensor) in tensors.enumerated() { outputValues[index] = tensor.pointer }
    guard areInMemoryOfDevice else { return }
    let api = library.api
    let context = "ONNX Runtime does not bind inputs and outputs"
    let binding = LibraryObject(
      try library.make(.engineUnavailable, context) { api.pointee.CreateIoBinding(session.pointer, $0) },
      releasedBy: api.pointee.ReleaseIoBinding)
    for (index, tensor) in inputs.enumerated() {
      let bound = api.pointee.BindInput(binding.pointer, inputNames.pointers[index], tensor.pointer)
      try library.check(bound, .engineUnavailable, context)
    }
    for (index, tensor) in tensors.enumerated() {
      let bound = api.pointee.BindOutput(binding.pointer, outputNames.pointers[index], tensor.pointer)
      try library.check(bound, .engineUnavailable, context)
    }
    self.binding = binding
  }

  /// Runs the model into the tensors that were set.
  ///
  /// - Returns: `nil`, or the status of a failure.
  func run() -> OpaquePointer? {
    guard let binding else { return run(into: outputValues) }
    return library.api.pointee.RunWithBinding(session.pointer, options.pointer, binding.pointer)
  }

  private func run(into outputs: UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer? {
    library.api.pointee.Run(
      session.pointer, options.pointer, inputNames.pointers, inputValues, inputCount, outputNames.pointers,
      outputCount, outputs)
  }

  /// Runs the model into outputs that the library makes for this run alone, and tells their shapes.
  func shapesOfOwnOutputs(modelPath: String) throws(AssayError) -> [[Int]] {
    var values = [OpaquePointer?](repeating: nil, count: outputCount)
    defer { for case let value? in values { library.api.pointee.ReleaseValue(value) } }
    let status = values.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.flatMap { run(into: $0) } }
    let context = "ONNX Runtime failed to run \(modelPath)"
    try library.check(status, .inferenceFailed, context)
    var shapes: [[Int]] = []
    for case let value? in values {
      let type = try library.make(.inferenceFailed, context) {
        library.api.pointee.GetTensorTypeAndShape(value, $0)
      }
      defer { library.api.pointee.ReleaseTensorTypeAndShapeInfo(type) }
      shapes.append(try library.shape(of: type, context))
    }
    return shapes
  }

  static let fixedShapesAdvice =
    "Assay measures models whose output shapes follow from their input shapes; leave such outputs out of the model."

  /// The specs of a model's outputs. Shapes that the model does not tell are learnt from one run on zeros.
  ///
  /// - Throws: `.unsupported` where an output is empty for zeros, so that its shape depends on what the inputs hold.
  func resolve(_ ports: [ORTPort], modelPath: String) throws(AssayError) -> [TensorSpec] {
    let declared = ports.map(\.shape)
    let isTold = declared.allSatisfy { shape in shape?.allSatisfy { $0 > 0 } ?? false }
    let shapes = isTold ? declared.compactMap(\.self) : try shapesOfOwnOutputs(modelPath: modelPath)
    var specs: [TensorSpec] = []
    for (port, shape) in zip(ports, shapes) {
      guard shape.allSatisfy({ $0 > 0 }) else {
        throw AssayError(
          .unsupported,
          "The size of output '\(port.name)' of \(modelPath) depends on what the inputs hold: for zeros it is \(shape).",
          advice: Self.fixedShapesAdvice)
      }
      specs.append(TensorSpec(name: port.name, type: port.type, shape: shape))
    }
    return specs
  }
}
