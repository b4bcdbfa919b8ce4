import AssayCore
import CEngineAPIs

extension TfLiteType {
  /// The elements in words, for types that host memory cannot hold as they are.
  var words: String {
    switch rawValue {
    case 5: "strings"
    case 8, 12: "complex numbers"
    case 14, 15: "resources or variants of TensorFlow"
    case 18: "4-bit integers"
    default: "elements of type \(rawValue)"
    }
  }

  /// `nil` for what host memory cannot hold as it is: strings, complex and 4-bit numbers.
  var dataType: DataType? {
    switch self {
    case kTfLiteFloat16: .float16
    case kTfLiteBFloat16: .bfloat16
    case kTfLiteFloat32: .float32
    case kTfLiteFloat64: .float64
    case kTfLiteInt8: .int8
    case kTfLiteInt16: .int16
    case kTfLiteInt32: .int32
    case kTfLiteInt64: .int64
    case kTfLiteUInt8: .uint8
    case kTfLiteUInt16: .uint16
    case kTfLiteUInt32: .uint32
    case kTfLiteUInt64: .uint64
    case kTfLiteBool: .bool
    default: nil
    }
  }
}
