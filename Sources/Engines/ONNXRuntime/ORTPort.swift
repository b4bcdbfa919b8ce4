import AssayCore
import CEngineAPIs

/// An input or an output, as the model declares it.
struct ORTPort {
  enum Direction: String {
    case input = "Input"
    case output = "Output"
  }

  enum Content {
    case numbers(DataType)
    case strings
    /// In words, what no tensor of Assay holds: `a sequence`.
    case other(String)
  }

  let name: String
  let content: Content
  /// Negative where a dimension is dynamic; `nil` for an unknown rank, and for what is no tensor.
  let shape: [Int]?
  /// What the model calls its dynamic dimensions; empty for the others.
  let dimensionNames: [String]
}

extension ORTLibrary {
  /// The inputs or outputs of a session, in the model's order.
  ///
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
      ports.append(try port(name, type, context))
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

  private func port(_ name: String, _ type: OpaquePointer, _ context: String) throws(AssayError) -> ORTPort {
    var kind = ONNX_TYPE_UNKNOWN
    try check(api.pointee.GetOnnxTypeFromTypeInfo(type, &kind), .badModel, context)
    var tensor: OpaquePointer?
    try check(api.pointee.CastTypeInfoToTensorInfo(type, &tensor), .badModel, context)
    guard kind == ONNX_TYPE_TENSOR, let tensor else {
      return ORTPort(name: name, content: .other(kind.words), shape: nil, dimensionNames: [])
    }
    var element = ONNX_ELEMENT_UNDEFINED
    try check(api.pointee.GetTensorElementType(tensor, &element), .badModel, context)
    let shape = try shape(of: tensor, context)
    var names = [UnsafePointer<CChar>?](repeating: nil, count: shape.count)
    try check(api.pointee.GetSymbolicDimensions(tensor, &names, names.count), .badModel, context)
    let isRankKnown = newestAPI < ASSAY_ORT_HAS_SHAPE_API || api.pointee.TensorTypeAndShape_HasShape(tensor)
    return ORTPort(
      name: name, content: element.content, shape: isRankKnown ? shape : nil,
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
  private static let onnxElements: [(DataType, ONNXTensorElementDataType)] = [
    (.float16, ONNX_ELEMENT_FLOAT16), (.bfloat16, ONNX_ELEMENT_BFLOAT16), (.float32, ONNX_ELEMENT_FLOAT),
    (.float64, ONNX_ELEMENT_DOUBLE), (.int8, ONNX_ELEMENT_INT8), (.int16, ONNX_ELEMENT_INT16),
    (.int32, ONNX_ELEMENT_INT32), (.int64, ONNX_ELEMENT_INT64), (.uint8, ONNX_ELEMENT_UINT8),
    (.uint16, ONNX_ELEMENT_UINT16), (.uint32, ONNX_ELEMENT_UINT32), (.uint64, ONNX_ELEMENT_UINT64),
    (.bool, ONNX_ELEMENT_BOOL), (.float8E4M3FN, ONNX_ELEMENT_FLOAT8E4M3FN),
    (.float8E4M3FNUZ, ONNX_ELEMENT_FLOAT8E4M3FNUZ), (.float8E5M2, ONNX_ELEMENT_FLOAT8E5M2),
    (.float8E5M2FNUZ, ONNX_ELEMENT_FLOAT8E5M2FNUZ), (.float8E8M0, ONNX_ELEMENT_FLOAT8E8M0),
    (.float4E2M1, ONNX_ELEMENT_FLOAT4E2M1), (.int4, ONNX_ELEMENT_INT4), (.uint4, ONNX_ELEMENT_UINT4),
    (.int2, ONNX_ELEMENT_INT2), (.uint2, ONNX_ELEMENT_UINT2),
  ]

  /// `nil` for strings, complex numbers, and numbers that have no type in Assay.
  init?(_ element: ONNXTensorElementDataType) {
    guard let type = Self.onnxElements.first(where: { $0.1 == element })?.0 else { return nil }
    self = type
  }

  var onnxElement: ONNXTensorElementDataType {
    Self.onnxElements.first { $0.0 == self }?.1 ?? ONNX_ELEMENT_UNDEFINED
  }
}

extension ONNXTensorElementDataType {
  fileprivate var content: ORTPort.Content {
    switch rawValue {
    case ONNX_ELEMENT_STRING.rawValue: .strings
    case 14: .other("a tensor of complex64 numbers")
    case 15: .other("a tensor of complex128 numbers")
    default: DataType(self).map { .numbers($0) } ?? .other("a tensor of ONNX Runtime's type \(rawValue)")
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
