import CEngineAPIs

/// A tensor of an infer request: the memory that it has now, and the shape.
struct OpenVINOTensor {
  let shape: [Int]
  let bytes: UnsafeMutableRawBufferPointer
  /// Keeps the memory.
  private let object: LibraryObject

  init(_ object: LibraryObject, shape: [Int], _ api: OpenVINOAPI) throws(OpenVINOFailure) {
    self.object = object
    self.shape = shape
    let count = try api.size { api.functions.tensor_get_byte_size(object.pointer, $0) }
    var data: UnsafeMutableRawPointer?
    try api.check(api.functions.tensor_data(object.pointer, &data))
    bytes = UnsafeMutableRawBufferPointer(start: data, count: count)
  }
}

extension OpenVINOAPI {
  func inferRequest(ofCompiled model: LibraryObject) throws(OpenVINOFailure) -> LibraryObject {
    try object(releasedBy: functions.infer_request_free) {
      functions.compiled_model_create_infer_request(model.pointer, $0)
    }
  }

  /// - Parameter shape: of the input, which is static once the model is compiled.
  func inputTensor(_ index: Int, of request: LibraryObject, shape: [Int]) throws(OpenVINOFailure) -> OpenVINOTensor {
    let tensor = try object(releasedBy: functions.tensor_free) {
      functions.infer_request_get_input_tensor_by_index(request.pointer, index, $0)
    }
    return try OpenVINOTensor(tensor, shape: shape, self)
  }

  /// The tensor that the last inference wrote.
  func outputTensor(_ index: Int, of request: LibraryObject) throws(OpenVINOFailure) -> OpenVINOTensor {
    let tensor = try object(releasedBy: functions.tensor_free) {
      functions.infer_request_get_output_tensor_by_index(request.pointer, index, $0)
    }
    return try OpenVINOTensor(tensor, shape: shape(of: tensor), self)
  }

  /// `ov_tensor_get_shape` fails for a tensor of rank 0, which has one element.
  private func shape(of tensor: LibraryObject) throws(OpenVINOFailure) -> [Int] {
    var shape = ov_shape_t()
    let status = functions.tensor_get_shape(tensor.pointer, &shape)
    if status == OV_STATUS_INVALID_C_PARAM { return [] }
    try check(status)
    defer { _ = functions.shape_free(&shape) }
    return UnsafeBufferPointer(start: shape.dims, count: Int(shape.rank)).map(Int.init)
  }
}
