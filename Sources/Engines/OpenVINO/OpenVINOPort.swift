import AssayCore
import CEngineAPIs

/// An input or output of a model, as OpenVINO declares it.
struct OpenVINOPort {
  let name: String
  let type: ov_element_type_e
  /// A negative number for a dynamic dimension; `nil` where the rank itself is dynamic.
  let shape: [Int]?

  /// - Parameter fallbackName: the name of a port that has none, as in `input_0`.
  init(_ port: LibraryObject, fallbackName: String, _ api: OpenVINOAPI) throws(OpenVINOFailure) {
    var text: UnsafeMutablePointer<CChar>?
    let named = api.functions.port_get_any_name(port.pointer, &text) == OV_STATUS_OK
    let name = named ? api.takeString(text) : nil
    self.name = name.flatMap { $0.isEmpty ? nil : $0 } ?? fallbackName

    var type: ov_element_type_e = 0
    try api.check(api.functions.port_get_element_type(port.pointer, &type))
    self.type = type

    var shape = ov_partial_shape_t()
    try api.check(api.functions.port_get_partial_shape(port.pointer, &shape))
    defer { api.functions.partial_shape_free(&shape) }
    self.shape =
      shape.rank.min == shape.rank.max
      ? UnsafeBufferPointer(start: shape.dims, count: Int(shape.rank.min)).map { $0.min == $0.max ? Int($0.min) : -1 }
      : nil
  }

  var isStatic: Bool { shape.map { $0.allSatisfy { $0 >= 0 } } ?? false }
}

extension OpenVINOAPI {
  /// The inputs of a model that is not yet compiled.
  func inputs(of model: LibraryObject) throws(OpenVINOFailure) -> [OpenVINOPort] {
    try ports("input", of: model, functions.model_inputs_size, functions.model_const_input_by_index)
  }

  /// The outputs of a model that is not yet compiled.
  func outputs(of model: LibraryObject) throws(OpenVINOFailure) -> [OpenVINOPort] {
    try ports("output", of: model, functions.model_outputs_size, functions.model_const_output_by_index)
  }

  func inputs(ofCompiled model: LibraryObject) throws(OpenVINOFailure) -> [OpenVINOPort] {
    try ports("input", of: model, functions.compiled_model_inputs_size, functions.compiled_model_input_by_index)
  }

  func outputs(ofCompiled model: LibraryObject) throws(OpenVINOFailure) -> [OpenVINOPort] {
    try ports("output", of: model, functions.compiled_model_outputs_size, functions.compiled_model_output_by_index)
  }

  private func ports(
    _ kind: String, of model: LibraryObject,
    _ count: (OpaquePointer, UnsafeMutablePointer<Int>) -> ov_status_e,
    _ port: (OpaquePointer, Int, UnsafeMutablePointer<OpaquePointer?>) -> ov_status_e
  ) throws(OpenVINOFailure) -> [OpenVINOPort] {
    var ports: [OpenVINOPort] = []
    for index in 0..<(try size { count(model.pointer, $0) }) {
      let object = try object(releasedBy: functions.output_const_port_free) { port(model.pointer, index, $0) }
      ports.append(try OpenVINOPort(object, fallbackName: "\(kind)_\(index)", self))
    }
    return ports
  }

  /// Gives some inputs of a model, by index, static shapes of rank 1 or more: the library takes a scalar for an empty vector.
  func reshape(_ model: LibraryObject, inputs: [Int], to shapes: [[Int]]) throws(OpenVINOFailure) {
    // Made by hand, because the library refuses to make the shapes of empty tensors. One array for all the dimensions.
    let dimensions = UnsafeMutableBufferPointer<ov_dimension_t>.allocate(capacity: shapes.reduce(0) { $0 + $1.count })
    defer { dimensions.deallocate() }
    var partial: [ov_partial_shape_t] = []
    var end = 0
    for shape in shapes {
      let rank = Int64(shape.count)
      let start = dimensions.baseAddress.map { $0 + end }
      for size in shape {
        dimensions.initializeElement(at: end, to: ov_dimension_t(min: Int64(size), max: Int64(size)))
        end += 1
      }
      partial.append(ov_partial_shape_t(rank: ov_dimension_t(min: rank, max: rank), dims: start))
    }
    try check(
      functions.model_reshape_by_port_indexes(model.pointer, inputs, partial, shapes.count))
  }
}
