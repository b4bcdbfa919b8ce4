import AssayCore
import CEngineAPIs

/// A tensor of a known size that lies in host memory.
struct LiteRTHostTensor {
  let spec: TensorSpec
  let elementType: TfLiteType

  /// - Parameter shape: every dimension known.
  /// - Throws: `.unsupported` for element types and sizes that cannot lie in host memory.
  init(_ tensor: LiteRTTensor, shape: [Int], modelPath: String) throws(AssayError) {
    let type = try TFLiteFile.dataType(tensor.type, of: tensor.name, path: modelPath)
    try TFLiteFile.checkSize(shape, of: tensor.name, path: modelPath, engine: "LiteRT")
    spec = TensorSpec(name: tensor.name, type: type, shape: shape, quantization: tensor.quantization)
    elementType = tensor.type
  }
}

/// Host memory for tensors, and the library's handles to it.
///
/// The library computes in this memory itself: nothing is copied, and outputs can be read without locking.
final class LiteRTTensorBuffers {
  /// The handles as `LiteRtRunCompiledModel` takes them.
  let handles: UnsafeMutablePointer<LiteRtTensorBuffer>
  let count: Int
  let memory: [UnsafeMutableRawBufferPointer]
  private let destroy: @convention(c) (LiteRtTensorBuffer) -> Void

  /// `LITERT_HOST_MEMORY_BUFFER_ALIGNMENT`: memory that is not aligned so is refused.
  private static let alignment = 64
  /// XNNPACK may read up to 128 bytes beyond a tensor (`XNN_EXTRA_BYTES`).
  private static let tail = 128

  init(_ tensors: [LiteRTHostTensor], functions: LiteRtFunctions) throws(LiteRTFailure) {
    var made: [LiteRtTensorBuffer] = []
    var memory: [UnsafeMutableRawBufferPointer] = []
    do throws(LiteRTFailure) {
      for tensor in tensors {
        let size = tensor.spec.byteCount
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size + Self.tail, alignment: Self.alignment)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        memory.append(UnsafeMutableRawBufferPointer(rebasing: bytes.prefix(size)))
        var type = LiteRtRankedTensorType(
          element_type: tensor.elementType, layout: LiteRtLayout(shape: tensor.spec.shape))
        made.append(
          try liteRTObject("CreateTensorBufferFromHostMemory") {
            functions.CreateTensorBufferFromHostMemory(&type, bytes.baseAddress, size, nil, $0)
          })
      }
    } catch {
      made.forEach(functions.DestroyTensorBuffer)
      memory.forEach { $0.deallocate() }
      throw error
    }
    handles = .allocate(capacity: made.count)
    handles.initialize(from: made, count: made.count)
    count = made.count
    self.memory = memory
    destroy = functions.DestroyTensorBuffer
  }

  deinit {
    for index in 0..<count { destroy(handles[index]) }
    handles.deallocate()
    memory.forEach { $0.deallocate() }
  }
}
