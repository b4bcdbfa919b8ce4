import AssayCore
import ModelFiles

/// ONNX's message for one tensor (fields of onnx.proto3), as in `test_data_set_0/input_0.pb`.
enum TensorProto {
  static func read(_ bytes: UnsafeRawBufferPointer) throws(TensorFileFailure) -> TensorFile {
    let message = ProtobufMessage(bytes)
    guard let number = message.integer(2) else { throw TensorFileFailure("it is no ONNX tensor: it has no type") }
    let name = message.text(8) ?? ""
    if number == string { return .texts(try texts(message, name: name)) }
    guard let type = ONNXTypes.byNumber[number] else {
      throw TensorFileFailure("it has elements of ONNX's type \(number), which no input takes")
    }
    guard message.integer(14) != 1 else { throw TensorFileFailure("its data lie in another file") }
    let shape = message.integers(1)
    guard shape.count <= 32, let size = Tensor.byteCount(type, shape) else {
      throw TensorFileFailure("its shape \(shape.prefix(32)) is impossible")
    }
    let data = message.data(9).map { Array($0) } ?? typedData(message, type: type, limit: size)
    guard data.count == size else {
      throw TensorFileFailure("its shape \(shape) needs \(size) bytes of data; it has \(data.count)")
    }
    return .tensors([Tensor(name: name, type: type, shape: shape, bytes: data)])
  }

  private static let string = 8

  private static func texts(_ message: ProtobufMessage, name: String) throws(TensorFileFailure) -> TextTensor {
    let (shape, texts) = (message.integers(1), message.texts(6))
    guard shape.count <= 32, let count = Tensor.byteCount(.uint8, shape) else {
      throw TensorFileFailure("its shape \(shape.prefix(32)) is impossible")
    }
    guard texts.count == count else {
      throw TensorFileFailure("its shape \(shape) needs \(count) strings; it has \(texts.count)")
    }
    return TextTensor(name: name, shape: shape, texts: texts)
  }

  /// The elements in the repeated field of their type; small types lie in the lower bytes of 32 bits.
  private static func typedData(_ message: ProtobufMessage, type: DataType, limit: Int) -> [UInt8] {
    let width = type.byteCount
    switch type {
    case .float32: return fixed(message, field: 4, width: 4)
    case .float64: return fixed(message, field: 10, width: 8)
    default:
      let field = type == .int64 ? 7 : type == .uint32 || type == .uint64 ? 11 : 5
      var bytes: [UInt8] = []
      for number in message.integers(field) where bytes.count <= limit {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0.prefix(width) }
      }
      return bytes
    }
  }

  /// Floats of a repeated field, packed or not.
  private static func fixed(_ message: ProtobufMessage, field: Int, width: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for (number, value) in message where number == field {
      switch value {
      case .bytes(let packed): bytes += packed
      case .number(let bits): withUnsafeBytes(of: bits.littleEndian) { bytes += $0.prefix(width) }
      }
    }
    return bytes
  }
}
