/// The type of a tensor's elements.
public enum DataType: String, Codable, Sendable, CaseIterable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case bool

  // Narrow types, by ONNX's names. Those of less than a byte lie packed, the first element in the lowest bits.
  case float8E4M3FN = "float8_e4m3fn"
  case float8E4M3FNUZ = "float8_e4m3fnuz"
  case float8E5M2 = "float8_e5m2"
  case float8E5M2FNUZ = "float8_e5m2fnuz"
  case float8E8M0 = "float8_e8m0"
  case float4E2M1 = "float4_e2m1"
  case int4, uint4, int2, uint2

  /// Bits per element in host memory.
  public var bitCount: Int {
    switch self {
    case .int2, .uint2: 2
    case .int4, .uint4, .float4E2M1: 4
    case .int8, .uint8, .bool, .float8E4M3FN, .float8E4M3FNUZ, .float8E5M2, .float8E5M2FNUZ, .float8E8M0: 8
    case .float16, .bfloat16, .int16, .uint16: 16
    case .float32, .int32, .uint32: 32
    case .float64, .int64, .uint64: 64
    }
  }

  /// Bytes per element in host memory, at least 1.
  public var byteCount: Int { max(bitCount / 8, 1) }

  /// Whether elements are bit patterns that Assay hands on without reading them as numbers: floats of 8 bits, and what is smaller than
  /// a byte.
  public var isNarrow: Bool {
    switch self {
    case .int8, .uint8, .bool: false
    default: bitCount <= 8
    }
  }
}

extension DataType {
  /// The lowest and the highest value of an integer type; `nil` for others.
  public var bounds: InputRange? {
    switch self {
    case .bool: InputRange(low: 0, high: 1)
    case .int8: InputRange(low: -128, high: 127)
    case .uint8: InputRange(low: 0, high: 255)
    case .int16: InputRange(low: -32768, high: 32767)
    case .uint16: InputRange(low: 0, high: 65535)
    case .int32: InputRange(low: -0x1p31, high: 0x1p31 - 1)
    case .uint32: InputRange(low: 0, high: 0x1p32 - 1)
    case .int64: InputRange(low: -0x1p63, high: 0x1p63)
    case .uint64: InputRange(low: 0, high: 0x1p63)
    default: nil
    }
  }
}
