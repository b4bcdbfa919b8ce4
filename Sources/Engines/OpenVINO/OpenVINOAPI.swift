import AssayCore
import CEngineAPIs
import DynamicLibrary

/// OpenVINO's C API, with its habits: objects that the caller frees, results through pointers, status codes.
struct OpenVINOAPI: Sendable {
  let functions: ov_functions

  init(_ library: DynamicLibrary) throws(DynamicLibrary.LoadError) {
    functions = ov_functions(
      free: try library.function("ov_free"),
      get_error_info: try library.function("ov_get_error_info"),
      get_last_err_msg: library.optionalFunction("ov_get_last_err_msg"),
      get_openvino_version: try library.function("ov_get_openvino_version"),
      version_free: try library.function("ov_version_free"),
      core_create: try library.function("ov_core_create"),
      core_free: try library.function("ov_core_free"),
      core_get_available_devices: try library.function("ov_core_get_available_devices"),
      available_devices_free: try library.function("ov_available_devices_free"),
      core_get_property: try library.function("ov_core_get_property"),
      core_set_property: try library.function("ov_core_set_property"),
      core_read_model: try library.function("ov_core_read_model"),
      core_compile_model: try library.function("ov_core_compile_model"),
      model_free: try library.function("ov_model_free"),
      model_inputs_size: try library.function("ov_model_inputs_size"),
      model_outputs_size: try library.function("ov_model_outputs_size"),
      model_const_input_by_index: try library.function("ov_model_const_input_by_index"),
      model_const_output_by_index: try library.function("ov_model_const_output_by_index"),
      model_reshape_by_port_indexes: try library.function("ov_model_reshape_by_port_indexes"),
      port_get_any_name: try library.function("ov_port_get_any_name"),
      port_get_partial_shape: try library.function("ov_port_get_partial_shape"),
      port_get_element_type: try library.function("ov_port_get_element_type"),
      output_const_port_free: try library.function("ov_output_const_port_free"),
      partial_shape_free: try library.function("ov_partial_shape_free"),
      shape_free: try library.function("ov_shape_free"),
      compiled_model_free: try library.function("ov_compiled_model_free"),
      compiled_model_inputs_size: try library.function("ov_compiled_model_inputs_size"),
      compiled_model_outputs_size: try library.function("ov_compiled_model_outputs_size"),
      compiled_model_input_by_index: try library.function("ov_compiled_model_input_by_index"),
      compiled_model_output_by_index: try library.function("ov_compiled_model_output_by_index"),
      compiled_model_get_property: try library.function("ov_compiled_model_get_property"),
      compiled_model_create_infer_request: try library.function("ov_compiled_model_create_infer_request"),
      compiled_model_get_runtime_model: try library.function("ov_compiled_model_get_runtime_model"),
      infer_request_free: try library.function("ov_infer_request_free"),
      infer_request_get_input_tensor_by_index: try library.function("ov_infer_request_get_input_tensor_by_index"),
      infer_request_get_output_tensor_by_index: try library.function("ov_infer_request_get_output_tensor_by_index"),
      infer_request_infer: try library.function("ov_infer_request_infer"),
      infer_request_start_async: try library.function("ov_infer_request_start_async"),
      infer_request_wait: try library.function("ov_infer_request_wait"),
      infer_request_get_profiling_info: try library.function("ov_infer_request_get_profiling_info"),
      profiling_info_list_free: try library.function("ov_profiling_info_list_free"),
      serialize_to_paths: library.optionalFunction(ASSAY_OV_SERIALIZE_TO_PATHS),
      serialize_to_strings: library.optionalFunction(ASSAY_OV_SERIALIZE_TO_STRINGS),
      tensor_create: try library.function("ov_tensor_create"),
      tensor_free: try library.function("ov_tensor_free"),
      tensor_get_shape: try library.function("ov_tensor_get_shape"),
      tensor_get_byte_size: try library.function("ov_tensor_get_byte_size"),
      tensor_data: try library.function("ov_tensor_data"))
  }

  /// The version that the library reports, without the branch that it was built from: `2026.4.1-22982`.
  func version() -> String {
    var version = ov_version_t()
    guard functions.get_openvino_version(&version) == OV_STATUS_OK, let number = version.build_number else {
      return "unknown"
    }
    defer { functions.version_free(&version) }
    return String(cString: number).split(separator: "-").prefix(2).joined(separator: "-")
  }

  /// Takes over a text that the library made.
  func takeString(_ text: UnsafeMutablePointer<CChar>?) -> String? {
    guard let text else { return nil }
    defer { functions.free(text) }
    return String(cString: text)
  }

  /// Makes an object of the library's, freed with the value returned.
  func object(
    releasedBy free: @escaping @convention(c) (OpaquePointer) -> Void,
    _ make: (UnsafeMutablePointer<OpaquePointer?>) -> ov_status_e
  ) throws(OpenVINOFailure) -> LibraryObject {
    var pointer: OpaquePointer?
    try check(make(&pointer))
    guard let pointer else { throw OpenVINOFailure(text: "OpenVINO returned nothing and reported no error.") }
    return LibraryObject(pointer, releasedBy: free)
  }

  /// Reads a size of the library's.
  func size(_ read: (UnsafeMutablePointer<Int>) -> ov_status_e) throws(OpenVINOFailure) -> Int {
    var size = 0
    try check(read(&size))
    return size
  }

  func check(_ status: ov_status_e) throws(OpenVINOFailure) {
    guard status != OV_STATUS_OK else { return }
    // A refused parameter leaves the message of an earlier failure in place.
    guard status != OV_STATUS_INVALID_C_PARAM, let text = functions.get_last_err_msg?() else {
      let text = functions.get_error_info(status).map { String(cString: $0) } ?? "status \(status)"
      let isSilent = functions.get_last_err_msg == nil
      throw OpenVINOFailure(text: isSilent ? "\(text) (this version of OpenVINO gives no reasons)" : text)
    }
    defer { functions.free(text) }
    throw OpenVINOFailure(text: String(cString: text))
  }
}

/// OpenVINO's message about a failed call.
struct OpenVINOFailure: Error {
  /// The text of the exception, with the positions in OpenVINO's sources that it passed through.
  let text: String

  /// The lines of the text that are about the model, not about OpenVINO's sources.
  var reason: String {
    // Before this, OpenVINO prints the graph around the operation.
    let start = text.firstRange(of: "CALLBACK HAS THROWN: ")?.upperBound ?? text.startIndex
    let lines = text[start...].split(whereSeparator: \.isNewline).map(\.trimmed).filter { !$0.isEmpty }
    let useful = lines.filter { line in
      !Self.noise.contains { line.hasPrefix($0) } && !(line.hasPrefix("Check '") && line.contains("' failed at "))
    }
    return useful.isEmpty ? lines.last ?? "no reason given" : useful.prefix(3).joined(separator: " ")
  }

  /// Whether OpenVINO understood the file, but not something in it.
  var isLimitation: Bool {
    Self.limitations.contains { text.contains($0) }
  }

  /// The code of the failure, if nothing but the model can be its cause.
  var modelFault: AssayError.Code { isLimitation ? .unsupported : .badModel }

  private static let noise = ["Exception from ", "FrontEnd API failed with ", "Summary:"]
  private static let limitations = [
    "OpConversionFailure", "NotImplementedFailure", "NOT_IMPLEMENTED",
    "Error is encountered while working with operation", "Unsupported type", "Unexpected type: ",
    "doesn't support", "CALLBACK HAS THROWN", "Input descriptor for SequenceInsert", "Destination memory is undefined",
    "Builtin Option is not accessible", "malformed flatbuffer: optional",
  ]

  /// The failure as an `AssayError`, after what was tried.
  func error(_ code: AssayError.Code, _ attempt: String, advice: String? = nil) -> AssayError {
    AssayError(code, "\(attempt): \(reason)", advice: advice)
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
