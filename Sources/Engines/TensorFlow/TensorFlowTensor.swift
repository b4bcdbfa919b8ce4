import AssayCore
import CEngineAPIs

/// A tensor that is fed: numbers in memory of our own.
final class TensorFlowTensor {
  let pointer: OpaquePointer
  private let memory: HostMemory
  private let api: TensorFlowAPI

  /// - Throws: `.usage` where there is not that much memory.
  init(_ spec: TensorSpec, in api: TensorFlowAPI) throws(AssayError) {
    let memory = try HostMemory(for: spec)
    let shape = spec.shape.map { Int64($0) }
    // The memory is ours, and the library holds no reference to it once a run has ended.
    let tensor = spec.type.tensorFlowType.flatMap { type in
      api.functions.NewTensor(
        type, shape, Int32(shape.count), memory.start, memory.byteCount, { _, _, _ in }, nil)
    }
    guard let tensor, api.functions.TensorData(tensor) == memory.start || memory.byteCount == 0 else {
      throw AssayError(.unsupported, "TensorFlow cannot use the memory of the tensor '\(spec.name)'.")
    }
    (pointer, self.memory, self.api) = (tensor, memory, api)
  }

  deinit { api.functions.DeleteTensor(pointer) }

  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: memory.start, count: memory.byteCount)
  }
}

/// A tensor of strings that is fed.
final class TensorFlowText {
  let pointer: OpaquePointer
  private let strings: UnsafeMutablePointer<TF_TString>
  private let count: Int
  private let api: TensorFlowAPI

  /// - Parameter texts: as many as the shape needs.
  init(_ texts: [String], shape: [Int], name: String, in api: TensorFlowAPI) throws(AssayError) {
    let dimensions = shape.map { Int64($0) }
    let tensor = api.functions.AllocateTensor(
      TF_STRING, dimensions, Int32(shape.count), texts.count * MemoryLayout<TF_TString>.stride)
    guard let tensor, let data = api.functions.TensorData(tensor) else {
      throw AssayError(.unsupported, "TensorFlow cannot hold the strings of '\(name)'.")
    }
    strings = data.bindMemory(to: TF_TString.self, capacity: texts.count)
    for (index, text) in texts.enumerated() {
      api.functions.StringInit(strings + index)
      api.functions.StringCopy(strings + index, text, text.utf8.count)
    }
    (pointer, count, self.api) = (tensor, texts.count, api)
  }

  deinit {
    for index in 0..<count { api.functions.StringDealloc(strings + index) }
    api.functions.DeleteTensor(pointer)
  }
}
