public import AssayCore
import CEngineAPIs
public import EngineKit

/// Inputs in memory of our own, and the outputs of the last run, which belong to PyTorch and are freed at the next one.
public final class PyTorchSession: InferenceSession {
  public let inputs: [TensorSpec]
  public private(set) var outputs: [TensorSpec]

  private let api: PyTorchAPI
  private let library: PyTorchLibrary
  private let modelPath: String
  private let inputTensors: [PyTorchInput]
  /// Of one run, which takes over the inputs.
  private let inputHandles: UnsafeMutableBufferPointer<OpaquePointer?>
  private let outputHandles: UnsafeMutableBufferPointer<OpaquePointer?>
  private var outputBytes: [UnsafeRawBufferPointer]

  init(_ model: PyTorchModel) throws(AssayError) {
    (inputs, outputs, api) = (model.inputs, model.outputs, model.api)
    (library, modelPath) = (model.library, model.modelPath)
    // PyTorch keeps the number for each thread that calls it.
    model.api.functions.set_num_threads(Int32(clamping: model.threads))
    inputTensors = try model.inputs.map { spec throws(AssayError) in try PyTorchInput(spec, in: model.api) }
    inputHandles = .allocate(capacity: model.inputs.count)
    inputHandles.initialize(repeating: nil)
    outputHandles = .allocate(capacity: model.outputs.count)
    outputHandles.initialize(repeating: nil)
    outputBytes = model.outputs.map { _ in UnsafeRawBufferPointer(start: nil, count: 0) }
  }

  deinit {
    deleteOutputs()
    inputHandles.deallocate()
    outputHandles.deallocate()
  }

  public func inputBytes(at index: Int) -> UnsafeMutableRawBufferPointer { inputTensors[index].bytes }

  public func outputBytes(at index: Int) -> UnsafeRawBufferPointer { outputBytes[index] }

  public func infer() throws(AssayError) {
    do throws(PyTorchFailure) {
      deleteOutputs()
      for index in inputHandles.indices {
        try api.check(api.functions.new_tensor_handle(inputTensors[index].pointer, &inputHandles[index]))
      }
      let status = library.functions.Run(
        library.container, inputHandles.baseAddress, inputHandles.count, outputHandles.baseAddress,
        outputHandles.count, nil, nil)
      guard status == AOTITorchError(AOTI_TORCH_SUCCESS) else { throw library.functions.failure }
      for index in outputHandles.indices { try readOutput(index) }
    } catch {
      throw error.error(.inferenceFailed, "PyTorch failed to run \(modelPath)")
    }
  }

  private func readOutput(_ index: Int) throws(PyTorchFailure) {
    guard let tensor = outputHandles[index] else { throw PyTorchFailure(text: "it gave no output \(index)") }
    var (rank, type, isContiguous): (Int64, Int32, Bool) = (0, 0, false)
    var sizes: UnsafeMutablePointer<Int64>?
    try api.check(api.functions.get_dim(tensor, &rank))
    try api.check(api.functions.get_sizes(tensor, &sizes))
    try api.check(api.functions.get_dtype(tensor, &type))
    let shape = UnsafeBufferPointer(start: sizes, count: Int(rank))
    if outputs[index].type.torchNumber != type || !shape.elementsEqual(outputs[index].shape, by: { $0 == $1 }) {
      guard let type = DataType(torch: type) else {
        throw PyTorchFailure(text: "its output '\(outputs[index].name)' has a type that Assay does not have")
      }
      outputs[index] = TensorSpec(name: outputs[index].name, type: type, shape: shape.map { Int($0) })
    }
    try api.check(api.functions.is_contiguous(tensor, &isContiguous))
    if !isContiguous { try makeContiguous(index, of: outputs[index]) }
    var data: UnsafeMutableRawPointer?
    try outputHandles[index].map { pointer throws(PyTorchFailure) in
      try api.check(api.functions.get_data_ptr(pointer, &data))
    }
    outputBytes[index] = UnsafeRawBufferPointer(start: data, count: outputs[index].byteCount)
  }

  /// Replaces an output by a row-major copy.
  private func makeContiguous(_ index: Int, of spec: TensorSpec) throws(PyTorchFailure) {
    guard let tensor = outputHandles[index], let type = spec.type.torchNumber else { return }
    let layout = RowMajorLayout(spec.shape)
    var copy: OpaquePointer?
    try api.check(
      api.functions.empty_strided(
        Int64(spec.shape.count), layout.sizes, layout.strides, type, api.functions.device_type_cpu(), 0, &copy))
    guard let copy else { throw PyTorchFailure(text: "it gave no tensor") }
    outputHandles[index] = copy
    defer { _ = api.functions.delete_tensor_object(tensor) }
    try api.check(api.functions.copy_(copy, tensor, 0))
  }

  private func deleteOutputs() {
    for index in outputHandles.indices {
      if let tensor = outputHandles[index] { _ = api.functions.delete_tensor_object(tensor) }
      outputHandles[index] = nil
    }
  }
}

/// An input in memory of our own.
private final class PyTorchInput {
  private let memory: HostMemory
  private let tensor: PyTorchTensor

  /// - Throws: `.usage` where there is not that much memory.
  init(_ spec: TensorSpec, in api: PyTorchAPI) throws(AssayError) {
    let memory = try HostMemory(for: spec)
    let layout = RowMajorLayout(spec.shape)
    do throws(PyTorchFailure) {
      tensor = try api.tensor { tensor in
        api.functions.create_tensor_from_blob(
          memory.start, Int64(spec.shape.count), layout.sizes, layout.strides, 0, spec.type.torchNumber ?? 0,
          api.functions.device_type_cpu(), 0, tensor)
      }
    } catch {
      throw error.error(.unsupported, "PyTorch cannot hold the tensor '\(spec.name)'")
    }
    self.memory = memory
  }

  var pointer: OpaquePointer { tensor.pointer }

  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: memory.start, count: memory.byteCount)
  }
}

private struct RowMajorLayout {
  let sizes: [Int64]
  let strides: [Int64]

  init(_ shape: [Int]) {
    sizes = shape.map { Int64($0) }
    var (strides, next) = ([Int64](repeating: 1, count: shape.count), Int64(1))
    for axis in shape.indices.reversed() {
      strides[axis] = next
      next *= max(sizes[axis], 1)
    }
    self.strides = strides
  }
}
