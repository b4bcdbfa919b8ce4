import AssayCore
import CEngineAPIs
import DynamicLibrary

/// The C ABI of `libtorch_cpu.so`.
struct PyTorchAPI: Sendable {
  let functions: torch_functions

  init(_ library: DynamicLibrary) throws(DynamicLibrary.LoadError) {
    functions = torch_functions(
      abi_version: try library.function("aoti_torch_abi_version"),
      set_num_threads: try library.function("_ZN2at15set_num_threadsEi"),
      exception_text: library.optionalFunction("torch_exception_get_what_without_backtrace"),
      device_type_cpu: try library.function("aoti_torch_device_type_cpu"),
      device_type_cuda: try library.function("aoti_torch_device_type_cuda"),
      create_tensor_from_blob: try library.function("aoti_torch_create_tensor_from_blob"),
      empty_strided: try library.function("aoti_torch_empty_strided"),
      copy_: try library.function("aoti_torch_copy_"),
      new_tensor_handle: try library.function("aoti_torch_new_tensor_handle"),
      delete_tensor_object: try library.function("aoti_torch_delete_tensor_object"),
      get_data_ptr: try library.function("aoti_torch_get_data_ptr"),
      get_dim: try library.function("aoti_torch_get_dim"),
      get_sizes: try library.function("aoti_torch_get_sizes"),
      get_dtype: try library.function("aoti_torch_get_dtype"),
      get_device_type: try library.function("aoti_torch_get_device_type"),
      is_contiguous: try library.function("aoti_torch_is_contiguous"))
  }

  func check(_ status: AOTITorchError) throws(PyTorchFailure) {
    guard status != AOTITorchError(AOTI_TORCH_SUCCESS) else { return }
    throw PyTorchFailure(text: functions.exception_text?().map { String(cString: $0) } ?? "")
  }

  /// Makes a tensor, which is deleted with the value returned.
  func tensor(
    _ make: (UnsafeMutablePointer<OpaquePointer?>) -> AOTITorchError
  ) throws(PyTorchFailure) -> PyTorchTensor {
    var pointer: OpaquePointer?
    try check(make(&pointer))
    guard let pointer else { throw PyTorchFailure(text: "it gave no tensor") }
    return PyTorchTensor(pointer, of: self)
  }
}

/// A tensor of PyTorch's, deleted with the last reference.
final class PyTorchTensor {
  let pointer: OpaquePointer
  private let api: PyTorchAPI

  /// Takes over the tensor.
  init(_ pointer: OpaquePointer, of api: PyTorchAPI) { (self.pointer, self.api) = (pointer, api) }

  deinit { _ = api.functions.delete_tensor_object(pointer) }
}

/// PyTorch's message about a failed call.
struct PyTorchFailure: Error {
  let text: String

  /// The first line of the text, which the others only trace.
  var reason: String {
    text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "it gives no reason; its output may"
  }

  func error(_ code: AssayError.Code, _ attempt: String, advice: String? = nil) -> AssayError {
    AssayError(code, "\(attempt): \(reason)", advice: advice)
  }
}

extension DataType {
  /// By the names in code that AOTInductor writes, and by number.
  private static let torchTypes: [(name: String, number: Int, type: DataType)] = [
    ("uint8", TORCH_UINT8, .uint8), ("int8", TORCH_INT8, .int8), ("int16", TORCH_INT16, .int16),
    ("int32", TORCH_INT32, .int32), ("int64", TORCH_INT64, .int64), ("float16", TORCH_FLOAT16, .float16),
    ("float32", TORCH_FLOAT32, .float32), ("float64", TORCH_FLOAT64, .float64), ("bool", TORCH_BOOL, .bool),
    ("bfloat16", TORCH_BFLOAT16, .bfloat16), ("uint16", TORCH_UINT16, .uint16), ("uint32", TORCH_UINT32, .uint32),
    ("uint64", TORCH_UINT64, .uint64),
  ]

  init?(torch name: Substring) {
    guard let type = Self.torchTypes.first(where: { $0.name == name })?.type else { return nil }
    self = type
  }

  init?(torch number: Int32) {
    guard let type = Self.torchTypes.first(where: { $0.number == Int(number) })?.type else { return nil }
    self = type
  }

  var torchNumber: Int32? { Self.torchTypes.first { $0.type == self }.map { Int32($0.number) } }
}
