public import AssayCore
import CEngineAPIs
public import EngineKit

/// Inputs in memory of our own, and the outputs of the last run, which belong to TensorFlow and are freed at the next one.
public final class TensorFlowSession: InferenceSession {
  public let inputs: [TensorSpec]
  public private(set) var outputs: [TensorSpec]

  private let inputTensors: [TensorFlowTensor]
  private var outputBytes: [UnsafeRawBufferPointer]
  private let call: TensorFlowCall
  private let modelPath: String

  init(_ model: TensorFlowModel) throws(AssayError) {
    (inputs, outputs, modelPath) = (model.inputs, model.outputs, model.modelPath)
    outputBytes = model.outputs.map { _ in UnsafeRawBufferPointer(start: nil, count: 0) }
    inputTensors = try model.inputs.map { spec throws(AssayError) in try TensorFlowTensor(spec, in: model.api) }
    let texts = try zip(model.textPorts, model.texts).map { port, text throws(AssayError) in
      try TensorFlowText(text.strings, shape: text.shape, name: port.name, in: model.api)
    }
    call = TensorFlowCall(model, inputs: inputTensors.map(\.pointer), texts: texts)
  }

  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { inputTensors[index].bytes }

  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer { outputBytes[index] }

  public func infer() throws(AssayError) {
    do throws(TensorFlowFailure) {
      try call.run()
    } catch {
      throw error.error(
        error.isLimitation ? .unsupported : .inferenceFailed, "TensorFlow failed to run \(modelPath)",
        advice: error.text.contains("Could not find variable")
          ? "A Keras model keeps its variables if it is saved by model.export(folder)." : nil)
    }
    // TensorFlow makes new outputs at every run, perhaps in another shape.
    for index in outputs.indices {
      outputBytes[index] = call.bytes(ofOutput: index)
      if !call.hasShape(outputs[index].shape, output: index) {
        outputs[index] = TensorSpec(
          name: outputs[index].name, type: outputs[index].type, shape: call.shape(ofOutput: index))
      }
    }
  }
}

/// The arguments of a run, prepared once, and the tensors that the last run gave.
private final class TensorFlowCall {
  private let functions: TF_functions
  private let graph: TensorFlowGraph
  private let status: OpaquePointer
  private let texts: [TensorFlowText]
  private let inputPorts: UnsafeMutableBufferPointer<TF_Output>
  private let inputValues: UnsafeMutableBufferPointer<OpaquePointer>
  private let outputPorts: UnsafeMutableBufferPointer<TF_Output>
  private let outputValues: UnsafeMutableBufferPointer<OpaquePointer?>

  /// - Parameter inputs: must outlive the call.
  init(_ model: TensorFlowModel, inputs: [OpaquePointer], texts: [TensorFlowText]) {
    functions = model.api.functions
    graph = model.graph
    status = functions.NewStatus()
    self.texts = texts
    inputPorts = Self.copy((model.inputPorts + model.textPorts).map(\.output))
    inputValues = Self.copy(inputs + texts.map(\.pointer))
    outputPorts = Self.copy(model.outputPorts.map(\.output))
    outputValues = Self.copy(model.outputPorts.map { _ in nil })
  }

  private static func copy<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
    let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = copy.initialize(from: elements)
    return copy
  }

  deinit {
    deleteOutputs()
    functions.DeleteStatus(status)
    inputPorts.deallocate()
    inputValues.deallocate()
    outputPorts.deallocate()
    outputValues.deallocate()
  }

  func run() throws(TensorFlowFailure) {
    deleteOutputs()
    functions.SessionRun(
      graph.session, nil, inputPorts.baseAddress, inputValues.baseAddress, Int32(inputPorts.count),
      outputPorts.baseAddress, outputValues.baseAddress, Int32(outputPorts.count), nil, 0, nil, status)
    let code = functions.GetCode(status)
    guard code == Int32(TF_OK) else {
      throw TensorFlowFailure(code: code, text: String(cString: functions.Message(status)))
    }
  }

  func bytes(ofOutput index: Int) -> UnsafeRawBufferPointer {
    guard let tensor = outputValues[index] else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(start: functions.TensorData(tensor), count: functions.TensorByteSize(tensor))
  }

  func hasShape(_ shape: [Int], output index: Int) -> Bool {
    guard let tensor = outputValues[index], functions.NumDims(tensor) == shape.count else { return false }
    return shape.indices.allSatisfy { functions.Dim(tensor, Int32($0)) == shape[$0] }
  }

  func shape(ofOutput index: Int) -> [Int] {
    guard let tensor = outputValues[index] else { return [] }
    return (0..<functions.NumDims(tensor)).map { Int(functions.Dim(tensor, $0)) }
  }

  private func deleteOutputs() {
    for index in outputValues.indices {
      if let tensor = outputValues[index] { functions.DeleteTensor(tensor) }
      outputValues[index] = nil
    }
  }
}
