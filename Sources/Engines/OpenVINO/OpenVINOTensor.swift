import CEngineAPIs

/// A tensor of an infer request: the memory that it has now, and the shape.
struct OpenVINOTensor {
  let shape: [Int]
  let bytes: UnsafeMutableRawBufferPointer
  /// Keeps the memory.
  private let object: LibraryObject

  init(_ object: LibraryObject, _ api: OpenVINOAPI) throws(OpenVINOFailure) {
    self.object = object
    var shape = ov_shape_t()
    try api.check(api.functions.tensor_get_shape(object.pointer, &shape))
    defer { _ = api.functions.shape_free(&shape) }
    self.shape = UnsafeBufferPointer(start: shape.dims, count: Int(shape.rank)).map(Int.init)

    let count = try api.size { api.functions.tensor_get_byte_size(object.pointer, $0) }
    var data: UnsafeMutableRawPointer?
    try api.check(api.functions.tensor_data(object.pointer, &data))
    bytes = UnsafeMutableRawBufferPointer(start: data, count: count)
  }
}

extension OpenVINOAPI {
  typealias TensorGetter = (OpaquePointer, Int, UnsafeMutablePointer<OpaquePointer?>) -> ov_status_e

  func inferRequest(ofCompiled model: LibraryObject) throws(OpenVINOFailure) -> LibraryObject {
    try object(releasedBy: functions.infer_request_free) {
      functions.compiled_model_create_infer_request(model.pointer, $0)
    }
  }

  func tensor(_ index: Int, of request: LibraryObject, _ get: TensorGetter) throws(OpenVINOFailure) -> OpenVINOTensor {
    try OpenVINOTensor(object(releasedBy: functions.tensor_free) { get(request.pointer, index, $0) }, self)
  }

  func tensors(
    _ count: Int, of request: LibraryObject, _ get: TensorGetter
  ) throws(OpenVINOFailure) -> [OpenVINOTensor] {
    try (0..<count).map { index throws(OpenVINOFailure) in try tensor(index, of: request, get) }
  }

  /// The device that a compiled model really runs on, in OpenVINO's words; `nil` for versions that do not tell.
  func executionDevice(ofCompiled model: LibraryObject) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard functions.compiled_model_get_property(model.pointer, "EXECUTION_DEVICES", &text) == OV_STATUS_OK else {
      return nil
    }
    return takeString(text)
  }
}
