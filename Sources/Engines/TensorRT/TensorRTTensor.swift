import AssayCore
import CEngineAPIs

extension assay_trt_shape {
  init(_ sizes: [Int]) {
    self.init()
    rank = Int32(sizes.count)
    withUnsafeMutableBytes(of: &self.sizes) { bytes in
      let numbers = bytes.bindMemory(to: Int64.self)
      for (axis, size) in sizes.enumerated() { numbers[axis] = Int64(size) }
    }
  }

  /// -1 where a size is dynamic; `nil` for an unknown rank.
  var sizesOrUnknown: [Int]? {
    guard rank >= 0 else { return nil }
    return withUnsafeBytes(of: sizes) { bytes in bytes.bindMemory(to: Int64.self).prefix(Int(rank)).map { Int($0) } }
  }
}

extension assay_trt_tensor {
  /// - Throws: `.unsupported` for a type that Assay does not know.
  func spec(shape: [Int], modelPath: String) throws(AssayError) -> TensorSpec {
    let name = String(cString: name)
    guard let type = DataType(tensorRT: type) else {
      throw AssayError(
        .unsupported,
        "'\(name)' of \(modelPath) has elements of TensorRT's type \(type), which Assay has no values for.")
    }
    return TensorSpec(name: name, type: type, shape: shape)
  }
}

extension DataType {
  /// By the numbers of `nvinfer1::DataType`.
  private static let ofTensorRT: [DataType] = [
    .float32, .float16, .int8, .int32, .bool, .uint8, .float8E4M3FN, .bfloat16, .int64, .int4, .float4E2M1, .float8E8M0,
  ]

  fileprivate init?(tensorRT number: Int32) {
    guard Self.ofTensorRT.indices.contains(Int(number)) else { return nil }
    self = Self.ofTensorRT[Int(number)]
  }
}
