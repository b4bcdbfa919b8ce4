import AssayCore
import CEngineAPIs

/// A tensor in host memory of our own, and the library's value for it.
final class ORTTensor {
  let spec: TensorSpec
  private let memory: HostMemory
  private let value: LibraryObject

  /// - Parameter description: the library's description of host memory.
  /// - Throws: `.usage` where there is not that much memory.
  init(_ spec: TensorSpec, describedBy description: LibraryObject, in library: ORTLibrary) throws(AssayError) {
    self.spec = spec
    let memory = try HostMemory(for: spec)
    var shape = spec.shape.map { Int64($0) }
    let value = try library.make(.unsupported, "ONNX Runtime cannot hold the tensor '\(spec.name)'") { out in
      library.api.pointee.CreateTensorWithDataAsOrtValue(
        description.pointer, memory.start, memory.byteCount, &shape, shape.count, spec.type.onnxElement, out)
    }
    self.memory = memory
    self.value = LibraryObject(value, releasedBy: library.api.pointee.ReleaseValue)
  }

  var pointer: OpaquePointer { value.pointer }
  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: memory.start, count: memory.byteCount)
  }
}

/// A tensor of strings.
final class ORTText {
  struct Content {
    let name: String
    /// Every dimension known.
    let shape: [Int]
    /// As many as the shape needs.
    let texts: [String]
  }

  let name: String
  private let value: LibraryObject

  init(_ content: Content, in library: ORTLibrary) throws(AssayError) {
    name = content.name
    let api = library.api
    let context = "ONNX Runtime cannot hold the strings of '\(content.name)'"
    var shape = content.shape.map { Int64($0) }
    let allocator = try library.make(.unsupported, context) { api.pointee.GetAllocatorWithDefaultOptions($0) }
    let value = LibraryObject(
      try library.make(.unsupported, context) {
        api.pointee.CreateTensorAsOrtValue(allocator, &shape, shape.count, ONNX_ELEMENT_STRING, $0)
      }, releasedBy: api.pointee.ReleaseValue)
    let strings = CStringArray(content.texts)
    try library.check(
      withExtendedLifetime(strings) {
        api.pointee.FillStringTensor(value.pointer, strings.pointers, content.texts.count)
      },
      .unsupported, context)
    self.value = value
  }

  var pointer: OpaquePointer { value.pointer }
}
