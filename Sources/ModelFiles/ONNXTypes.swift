package import AssayCore

/// Element types by their number in `TensorProto.DataType`.
package enum ONNXTypes {
  package static let byNumber: [Int: DataType] = [
    1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .bool, 10: .float16,
    11: .float64, 12: .uint32, 13: .uint64, 16: .bfloat16, 17: .float8E4M3FN, 18: .float8E4M3FNUZ, 19: .float8E5M2,
    20: .float8E5M2FNUZ, 21: .uint4, 22: .int4, 23: .float4E2M1, 24: .float8E8M0, 25: .uint2, 26: .int2,
  ]

  /// The number of a type, by its name.
  static func number(_ name: String) -> Int? {
    byNumber.first { $0.value.rawValue == name }?.key ?? (name == "string" ? 8 : nil)
  }

  /// The name of a type, also of those that no input takes.
  static func name(_ number: Int) -> String? {
    byNumber[number]?.rawValue ?? [8: "string", 14: "complex64", 15: "complex128"][number]
  }
}

extension SourceTensor {
  /// The element type that ONNX gives a number.
  public static func typeName(_ number: Int) -> String? { ONNXTypes.name(number) }
}
