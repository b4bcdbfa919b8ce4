public import AssayCore
import CEngineAPIs
public import EngineKit

/// Inputs in memory of our own, and the outputs of the last run, which belong to PyTorch and are freed at the next one. An inference on a
/// GPU copies the inputs there and the outputs back.
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
  /// Of outputs that the host cannot read as they are.
  private var copies: [PyTorchTensor?]
  private var outputBytes: [UnsafeRawBufferPointer]

  init(_ model: PyTorchModel) throws(AssayError) {
    (inputs, outputs, api) = (model.inputs, model.outputs, model.api)
    (library, modelPath) = (model.library, model.modelPath)
    // PyTorch keeps the number for each thread that calls it.
    model.api.functions.set_num_threads(Int32(clamping: model.threads))
    inputTensors = try model.inputs.map { spec throws(AssayError) in
      try PyTorchInput(spec, on: model.target, in: model.api)
    }
    copies = model.outputs.map { _ in nil }
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
      try giveInputs()
      let status = library.functions.Run(
        library.container, inputHandles.baseAddress, inputHandles.count, outputHandles.baseAddress,
        outputHandles.count, nil, nil)
      guard status == AOTITorchError(AOTI_TORCH_SUCCESS) else { throw library.functions.failure }
      for index in outputHandles.indices { try readOutput(index) }
    } catch {
      throw error.error(.inferenceFailed, "PyTorch failed to run \(modelPath)")
    }
  }

  private func giveInputs() throws(PyTorchFailure) {
    for index in inputHandles.indices {
      do throws(PyTorchFailure) {
        try inputTensors[index].give(&inputHandles[index])
      } catch {
        // No run takes these over.
        for given in inputHandles[..<index] { if let given { _ = api.functions.delete_tensor_object(given) } }
        throw error
      }
    }
  }

  private func readOutput(_ index: Int) throws(PyTorchFailure) {
    guard let tensor = outputHandles[index] else { throw PyTorchFailure(text: "it gave no output \(index)") }
    var (rank, type, place, isContiguous): (Int64, Int32, Int32, Bool) = (0, 0, 0, false)
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
      copies[index] = nil
    }
    try api.check(api.functions.get_device_type(tensor, &place))
    try api.check(api.functions.is_contiguous(tensor, &isContiguous))
    let readable = isContiguous && place == api.cpu ? tensor : try copy(tensor, index).pointer
    var data: UnsafeMutableRawPointer?
    try api.check(api.functions.get_data_ptr(readable, &data))
    outputBytes[index] = UnsafeRawBufferPointer(start: data, count: outputs[index].byteCount)
  }

  /// A row-major copy of an output in host memory, which later runs write again.
  private func copy(_ tensor: OpaquePointer, _ index: Int) throws(PyTorchFailure) -> PyTorchTensor {
    let copy =
      if let copy = copies[index] { copy } else { try api.emptyTensor(outputs[index], on: .cpu) }
    copies[index] = copy
    try api.check(api.functions.copy_(copy.pointer, tensor, 0))
    return copy
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
  /// Where a GPU reads it.
  private let copy: PyTorchTensor?
  private let api: PyTorchAPI

  /// - Throws: `.usage` where there is not that much memory.
  init(_ spec: TensorSpec, on device: PyTorchDevice, in api: PyTorchAPI) throws(AssayError) {
    let memory = try HostMemory(for: spec)
    let layout = RowMajorLayout(spec.shape)
    do throws(PyTorchFailure) {
      tensor = try api.tensor { tensor in
        api.functions.create_tensor_from_blob(
          memory.start, Int64(spec.shape.count), layout.sizes, layout.strides, 0, spec.type.torchNumber ?? 0, api.cpu,
          0,
          tensor)
      }
      copy = device == .cpu ? nil : try api.emptyTensor(spec, on: device)
    } catch {
      throw error.error(.unsupported, "PyTorch cannot hold the tensor '\(spec.name)' on \(device.name)")
    }
    (self.memory, self.api) = (memory, api)
  }

  /// Makes a handle for one run, which takes it over.
  func give(_ handle: UnsafeMutablePointer<OpaquePointer?>) throws(PyTorchFailure) {
    if let copy { try api.check(api.functions.copy_(copy.pointer, tensor.pointer, 0)) }
    try api.check(api.functions.new_tensor_handle((copy ?? tensor).pointer, handle))
  }

  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: memory.start, count: memory.byteCount)
  }
}

extension PyTorchAPI {
  /// A row-major tensor in PyTorch's own memory.
  fileprivate func emptyTensor(_ spec: TensorSpec, on device: PyTorchDevice) throws(PyTorchFailure) -> PyTorchTensor {
    let layout = RowMajorLayout(spec.shape)
    let (kind, number) =
      switch device {
      case .cpu: (cpu, Int32(0))
      case .cuda(let number): (cuda, number)
      }
    return try tensor {
      functions.empty_strided(
        Int64(spec.shape.count), layout.sizes, layout.strides, spec.type.torchNumber ?? 0, kind, number, $0)
    }
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
