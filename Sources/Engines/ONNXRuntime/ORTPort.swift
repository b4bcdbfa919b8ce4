import AssayCore
import CEngineAPIs

/// An input or an output, as the model declares it.
struct ORTPort {
  enum Direction: String {
    case input = "Input"
    case output = "Output"
  }

  let name: String
  let type: DataType
  /// Negative where a dimension is dynamic; `nil` for an unknown rank.
  let shape: [Int]?
  /// What the model calls its dynamic dimensions; empty for the others.
  let dimensionNames: [String]
}

extension ORTLibrary {
  /// The inputs or outputs of a session, in the model's order.
  ///
  /// - Throws: `.unsupported`, naming the port, for anything but tensors of numbers.
  func ports(
    of session: OpaquePointer, _ direction: ORTPort.Direction, modelPath: String
  ) throws(AssayError) -> [ORTPort] {
    let context = "ONNX Runtime cannot describe the \(direction.rawValue.lowercased())s of \(modelPath)"
    var count = 0
    let counted =
      switch direction {
      case .input: api.pointee.SessionGetInputCount(session, &count)
      case .output: api.pointee.SessionGetOutputCount(session, &count)
      }
    try check(counted, .badModel, context)
    var ports: [ORTPort] = []
    for index in 0..<count {
      let name = try name(of: session, direction, at: index, context)
      let type = try make(.badModel, context) {
        switch direction {
        case .input: api.pointee.SessionGetInputTypeInfo(session, index, $0)
        case .output: api.pointee.SessionGetOutputTypeInfo(session, index, $0)
        }
      }
      defer { api.pointee.ReleaseTypeInfo(type) }
      ports.append(try port(name, type, "\(direction.rawValue) '\(name)' of \(modelPath)", context))
    }
    return ports
  }

  private func name(
    of session: OpaquePointer, _ direction: ORTPort.Direction, at index: Int, _ context: String
  ) throws(AssayError) -> String {
    let allocator = try make(.badModel, context) { api.pointee.GetAllocatorWithDefaultOptions($0) }
    var name: UnsafeMutablePointer<CChar>?
    let named =
      switch direction {
      case .input: api.pointee.SessionGetInputName(session, index, allocator, &name)
      case .output: api.pointee.SessionGetOutputName(session, index, allocator, &name)
      }
    try check(named, .badModel, context)
    guard let name else { throw AssayError(.badModel, "\(context): number \(index) has no name.") }
    let text = String(cString: name)
    try check(api.pointee.AllocatorFree(allocator, name), .badModel, context)
    return text
  }

  private func port(
    _ name: String, _ type: OpaquePointer, _ title: String, _ context: String
  ) throws(AssayError) -> ORTPort {
    var kind = ONNX_TYPE_UNKNOWN
    try check(api.pointee.GetOnnxTypeFromTypeInfo(type, &kind), .badModel, context)
    var tensor: OpaquePointer?
    try check(api.pointee.CastTypeInfoToTensorInfo(type, &tensor), .badModel, context)
    guard kind == ONNX_TYPE_TENSOR, let tensor else {
      throw AssayError(
        .unsupported, "\(title) is \(kind.words); Assay measures models that take and give tensors of numbers.")
    }
    var element = ONNX_ELEMENT_UNDEFINED
    try check(api.pointee.GetTensorElementType(tensor, &element), .badModel, context)
    guard let elementType = DataType(element) else {
      throw AssayError(
        .unsupported, "\(title) holds \(element.words); Assay measures tensors of numbers of 8 to 64 bits.")
    }
    let shape = try shape(of: tensor, context)
    var names = [UnsafePointer<CChar>?](repeating: nil, count: shape.count)
    try check(api.pointee.GetSymbolicDimensions(tensor, &names, names.count), .badModel, context)
    let isRankKnown = !reportsUnknownRank || api.pointee.TensorTypeAndShape_HasShape(tensor)
    return ORTPort(
      name: name, type: elementType, shape: isRankKnown ? shape : nil,
      dimensionNames: names.map { $0.map { String(cString: $0) } ?? "" })
  }

  /// The dimensions of a tensor, negative where they are dynamic.
  func shape(of tensor: OpaquePointer, _ context: String) throws(AssayError) -> [Int] {
    var rank = 0
    try check(api.pointee.GetDimensionsCount(tensor, &rank), .badModel, context)
    var dimensions = [Int64](repeating: 0, count: rank)
    try check(api.pointee.GetDimensions(tensor, &dimensions, rank), .badModel, context)
    return dimensions.map { Int($0) }
  }
}

extension DataType {
  /// `nil` for strings, complex numbers, and numbers that have no type in Assay.
  init?(_ element: ONNXTensorElementDataType) {
    switch element {
    case ONNX_ELEMENT_FLOAT16: self = .float16
    case ONNX_ELEMENT_BFLOAT16: self = .bfloat16
    case ONNX_ELEMENT_FLOAT: self = .float32
    case ONNX_ELEMENT_DOUBLE: self = .float64
    case ONNX_ELEMENT_INT8: self = .int8
    case ONNX_ELEMENT_INT16: self = .int16
    case ONNX_ELEMENT_INT32: self = .int32
    case ONNX_ELEMENT_INT64: self = .int64
    case ONNX_ELEMENT_UINT8: self = .uint8
    case ONNX_ELEMENT_UINT16: self = .uint16
    case ONNX_ELEMENT_UINT32: self = .uint32
    case ONNX_ELEMENT_UINT64: self = .uint64
    case ONNX_ELEMENT_BOOL: self = .bool
    default: return nil
    }
  }

  var onnxElement: ONNXTensorElementDataType {
    switch self {
    case .float16: ONNX_ELEMENT_FLOAT16
    case .bfloat16: ONNX_ELEMENT_BFLOAT16
    case .float32: ONNX_ELEMENT_FLOAT
    case .float64: ONNX_ELEMENT_DOUBLE
    case .int8: ONNX_ELEMENT_INT8
    case .int16: ONNX_ELEMENT_INT16
    case .int32: ONNX_ELEMENT_INT32
    case .int64: ONNX_ELEMENT_INT64
    case .uint8: ONNX_ELEMENT_UINT8
    case .uint16: ONNX_ELEMENT_UINT16
    case .uint32: ONNX_ELEMENT_UINT32
    case .uint64: ONNX_ELEMENT_UINT64
    case .bool: ONNX_ELEMENT_BOOL
    }
  }
}

extension ONNXTensorElementDataType {
  fileprivate var words: String {
    switch rawValue {
    case ONNX_ELEMENT_STRING.rawValue: "strings"
    case 14: "complex64 numbers"
    case 15: "complex128 numbers"
    case 17...20: "8-bit floating-point numbers"
    case 21, 22, 23: "4-bit numbers"
    default: "elements of ONNX's type \(rawValue)"
    }
  }
}

extension ONNXType {
  fileprivate var words: String {
    switch self {
    case ONNX_TYPE_SEQUENCE: "a sequence"
    case ONNX_TYPE_MAP: "a map"
    case ONNX_TYPE_SPARSE_TENSOR: "a sparse tensor"
    case ONNX_TYPE_OPTIONAL: "optional"
    default: "of ONNX's type \(rawValue)"
    }
  }
}
