import AssayCore

extension SourceTensor {
  /// A tensor of an ONNX model. Its values are read only if they are few.
  init(onnx message: ProtobufMessage) {
    let type = message.integer(2) ?? 0
    self.init(name: message.text(8) ?? "", type: ONNXTypes.name(type), shape: message.integers(1))
    isConstant = true
    let count = (shape ?? []).reduce(1) { $0 * min(max($1, 0), Self.longestValue + 1) % (1 << 40) }
    // Of a longer vector, such as the scales of channels, the first number says enough.
    if count <= Self.longestValue || shape?.count == 1 {
      value = Self.numbers(message, type: type, limit: min(count, Self.longestValue))
    }
  }

  private static func numbers(_ message: ProtobufMessage, type: Int, limit: Int) -> SourceValue? {
    guard let type = ONNXTypes.byNumber[type] else { return nil }
    let raw = message.data(9).map { ByteReader(bytes: $0) }
    func integers<Number: FixedWidthInteger>(_: Number.Type, _ field: Int) -> SourceValue {
      guard let raw else { return .bounded(message.integers(field).prefix(limit)) }
      let width = MemoryLayout<Number>.size
      return .bounded(
        (0..<limit).compactMap { raw.integer(Number.self, at: width * $0).map { Int(truncatingIfNeeded: $0) } })
    }
    switch type {
    case .float32:
      guard let raw else { return .reals(message.reals(4, limit: limit)) }
      return .reals(
        (0..<limit).compactMap { raw.integer(UInt32.self, at: 4 * $0).map { Double(Float(bitPattern: $0)) } })
    case .float16:
      return raw.map { raw in
        .reals((0..<limit).compactMap { raw.integer(UInt16.self, at: 2 * $0).map { Double(Float16(bitPattern: $0)) } })
      }
    case .int64: return integers(Int64.self, 7)
    case .int32: return integers(Int32.self, 5)
    case .int8: return integers(Int8.self, 5)
    case .uint8: return integers(UInt8.self, 5)
    case .int16: return integers(Int16.self, 5)
    case .uint16: return integers(UInt16.self, 5)
    default: return nil
    }
  }

  /// A tensor with many zeros (SparseTensorProto).
  init(onnxSparse message: ProtobufMessage) {
    let values = message.messages(1).first
    self.init(
      name: values?.text(8) ?? "", type: (values?.integer(2)).flatMap(ONNXTypes.name), shape: message.integers(3))
    isConstant = true
  }
}
