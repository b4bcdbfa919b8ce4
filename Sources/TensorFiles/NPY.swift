import AssayCore
import ModelFiles

/// NumPy's format for one array, versions 1 to 3 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
enum NPY {
  /// More dimensions than any tensor has.
  private static let maximumRank = 32

  // MARK: Reading

  static func read(_ bytes: UnsafeRawBufferPointer) throws(TensorFileFailure) -> Tensor {
    let reader = ByteReader(bytes: bytes)
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), let version = reader.integer(UInt8.self, at: 6) else {
      throw TensorFileFailure("it is no .npy file: it lacks the mark NUMPY")
    }
    guard (1...3).contains(version) else { throw TensorFileFailure("its version \(version) of .npy is unknown") }
    let lengthSize = version == 1 ? 2 : 4
    let length =
      version == 1
      ? reader.integer(UInt16.self, at: 8).map { Int($0) } : reader.integer(UInt32.self, at: 8).map { Int($0) }
    guard let length, let text = reader.slice(8 + lengthSize, count: length) else {
      throw TensorFileFailure("it is truncated within its header")
    }
    let header = try NPYHeader(text.bytes)
    let offset = 8 + lengthSize + length
    guard let size = Tensor.byteCount(header.type, header.shape), header.shape.count <= maximumRank else {
      throw TensorFileFailure("its shape \(header.shape) is impossible")
    }
    guard let data = reader.slice(offset, count: size)?.bytes else {
      throw TensorFileFailure("its header promises \(size) bytes of data; it has \(max(bytes.count - offset, 0))")
    }
    var elements = Array(data)
    if header.isBigEndian { reverseEach(header.type.byteCount, of: &elements) }
    if header.isFortran, header.shape.count > 1 {
      elements = rowMajor(elements, shape: header.shape, width: header.type.byteCount)
    }
    return Tensor(type: header.type, shape: header.shape, bytes: elements)
  }

  private static func reverseEach(_ width: Int, of bytes: inout [UInt8]) {
    guard width > 1 else { return }
    for start in stride(from: 0, to: bytes.count, by: width) { bytes[start..<start + width].reverse() }
  }

  /// Reorders elements whose first index varies fastest.
  private static func rowMajor(_ bytes: [UInt8], shape: [Int], width: Int) -> [UInt8] {
    guard !bytes.isEmpty else { return bytes }
    var strides = [width]
    for dimension in shape.dropLast() { strides.append((strides.last ?? width) * dimension) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = [Int](repeating: 0, count: shape.count)
    var offset = 0
    while true {
      result += bytes[offset..<offset + width]
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < shape[axis] { break }
        offset -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return result }
    }
  }

  // MARK: Writing

  /// NumPy has no bfloat16, so such tensors become float32, which has all its values. Of other types that it lacks, the bytes are written.
  static func write(_ tensor: Tensor) -> [UInt8] {
    var (descr, data, dimensions) = (NPYHeader.descr(of: tensor.type), tensor.bytes, tensor.shape)
    if descr == nil { (descr, dimensions) = ("|u1", [data.count]) }
    if tensor.type == .bfloat16 {
      descr = "<f4"
      data = stride(from: 0, to: data.count, by: 2).flatMap { [0, 0, tensor.bytes[$0], tensor.bytes[$0 + 1]] }
    }
    let shape = "(" + dimensions.map { "\($0)," }.joined(separator: " ") + ")"
    var header = "{'descr': '\(descr ?? "")', 'fortran_order': False, 'shape': \(shape), }"
    header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
    let length = UInt16(header.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(header.utf8) + data
  }
}

/// The dictionary at the begin of an array: `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }`.
struct NPYHeader {
  let type: DataType
  let shape: [Int]
  let isFortran: Bool
  let isBigEndian: Bool

  init(_ bytes: UnsafeRawBufferPointer) throws(TensorFileFailure) {
    var parser = PythonDictionary(bytes)
    guard let fields = parser.fields(), case .text(let descr)? = fields["descr"],
      case .flag(let isFortran)? = fields["fortran_order"], case .numbers(let shape)? = fields["shape"]
    else { throw TensorFileFailure("its header cannot be read: \(parser.excerpt)") }
    guard let (type, isBigEndian) = Self.type(of: descr) else {
      throw TensorFileFailure("it has elements of the type '\(descr.prefix(20))', which no input takes")
    }
    self.type = type
    self.shape = shape
    self.isFortran = isFortran
    self.isBigEndian = isBigEndian
  }

  private static let types: [(descr: String, type: DataType)] = [
    ("f2", .float16), ("f4", .float32), ("f8", .float64), ("i1", .int8), ("i2", .int16), ("i4", .int32),
    ("i8", .int64), ("u1", .uint8), ("u2", .uint16), ("u4", .uint32), ("u8", .uint64), ("b1", .bool),
    // What the package ml_dtypes saves.
    ("V2", .bfloat16),
  ]

  private static func type(of descr: String) -> (DataType, isBigEndian: Bool)? {
    guard let order = descr.first, "<>|=".contains(order),
      let type = types.first(where: { $0.descr == descr.dropFirst() })?.type
    else { return nil }
    return (type, order == ">")
  }

  /// `nil` for a type that NumPy lacks.
  static func descr(of type: DataType) -> String? {
    types.first { $0.type == type }.map { (type.byteCount == 1 ? "|" : "<") + $0.descr }
  }
}

/// As much of Python's literals as a header has.
private struct PythonDictionary {
  enum Value {
    case text(String)
    case flag(Bool)
    case numbers([Int])
  }

  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// For messages.
  var excerpt: String { String(decoding: bytes.prefix(80), as: UTF8.self).printable }

  /// `nil` where the text is no dictionary of such values.
  mutating func fields() -> [String: Value]? {
    var fields: [String: Value] = [:]
    guard take("{") else { return nil }
    while !take("}") {
      guard let key = text(), take(":"), let value = value() else { return nil }
      fields[key] = value
      guard take(",") || next == UInt8(ascii: "}") else { return nil }
    }
    return fields
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func value() -> Value? {
    if let text = text() { return .text(text) }
    if take("True") { return .flag(true) }
    if take("False") { return .flag(false) }
    return tuple().map { .numbers($0) }
  }

  private mutating func skipSpace() {
    while let next, next == 0x20 || next == 0x0A || next == 0x09 { position += 1 }
  }

  /// Skips a word with the white space around it.
  private mutating func take(_ word: String) -> Bool {
    skipSpace()
    guard bytes.dropFirst(position).starts(with: word.utf8) else { return false }
    position += word.utf8.count
    skipSpace()
    return true
  }

  private mutating func text() -> String? {
    skipSpace()
    guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      let end = bytes[(position + 1)...].firstIndex(of: quote)
    else { return nil }
    defer { position = end + 1 }
    return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
  }

  private mutating func tuple() -> [Int]? {
    var numbers: [Int] = []
    guard take("(") else { return nil }
    while !take(")") {
      let digits = bytes.dropFirst(position).prefix { (0x30...0x39).contains($0) }
      guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
      position += digits.count
      // Python 2 wrote long integers.
      _ = take("L")
      numbers.append(number)
      guard take(",") || next == UInt8(ascii: ")") else { return nil }
    }
    return numbers
  }
}
