/// The fields of a protocol buffer that may be hostile: reading ends at the first byte that is none.
package struct ProtobufMessage: Sequence {
  package enum Value {
    case number(UInt64)
    case bytes(UnsafeRawBufferPointer)
  }

  /// Graphs inside graphs; more than any model has.
  static let deepestGraph = 64

  private let reader: ByteReader

  package init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes: bytes) }

  /// As they stand in the message around.
  var bytes: UnsafeRawBufferPointer { reader.bytes }

  package struct Iterator: IteratorProtocol {
    fileprivate let reader: ByteReader
    fileprivate var position = 0

    package mutating func next() -> (field: Int, value: Value)? {
      guard let key = varint() else { return nil }
      let field = Int(key >> 3)
      switch key & 7 {
      case 0: return varint().map { (field, .number($0)) }
      case 1: return fixed(UInt64.self).map { (field, .number($0)) }
      case 2:
        guard let length = varint(), let count = Int(exactly: length), let slice = reader.slice(position, count: count)
        else { return nil }
        position += count
        return (field, .bytes(slice.bytes))
      case 5: return fixed(UInt32.self).map { (field, .number(UInt64($0))) }
      default: return nil
      }
    }

    private mutating func fixed<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
      defer { position += MemoryLayout<Number>.size }
      return reader.integer(type, at: position)
    }

    fileprivate mutating func varint() -> UInt64? {
      var value: UInt64 = 0
      for shift in stride(from: 0, to: 64, by: 7) {
        guard let byte = reader.integer(UInt8.self, at: position) else { return nil }
        position += 1
        value |= UInt64(byte & 0x7f) << UInt64(shift)
        if byte & 0x80 == 0 { return value }
      }
      return nil
    }
  }

  package func makeIterator() -> Iterator { Iterator(reader: reader) }

  /// Whether every byte belongs to a field.
  var isWhole: Bool {
    var fields = makeIterator()
    while fields.next() != nil {}
    return fields.position == reader.bytes.count
  }

  /// A number of four bytes.
  func real(_ field: Int) -> Double? {
    for case (field, .number(let bits)) in self { return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) }
    return nil
  }

  /// Numbers of four bytes of a repeated field, packed or not; no more than `limit`.
  func reals(_ field: Int, limit: Int) -> [Double] {
    var numbers: [Double] = []
    for (number, value) in self where number == field && numbers.count < limit {
      switch value {
      case .number(let bits): numbers.append(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
      case .bytes(let bytes):
        let packed = ByteReader(bytes: bytes)
        for index in 0..<Swift.min(bytes.count / 4, limit) {
          packed.integer(UInt32.self, at: 4 * index).map { numbers.append(Double(Float(bitPattern: $0))) }
        }
      }
    }
    return numbers
  }

  package func messages(_ field: Int) -> [ProtobufMessage] {
    compactMap { if $0.field == field, case .bytes(let bytes) = $0.value { ProtobufMessage(bytes) } else { nil } }
  }

  package func texts(_ field: Int) -> [String] {
    compactMap {
      if $0.field == field, case .bytes(let bytes) = $0.value { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
  }

  package func text(_ field: Int) -> String? { texts(field).first }

  package func data(_ field: Int) -> UnsafeRawBufferPointer? {
    for case (field, .bytes(let bytes)) in self { return bytes }
    return nil
  }

  /// The integers of a repeated field, packed or not.
  package func integers(_ field: Int) -> [Int] {
    var numbers: [Int] = []
    for (number, value) in self where number == field {
      switch value {
      case .number(let value): numbers.append(Int(truncatingIfNeeded: value))
      case .bytes(let bytes):
        var packed = Iterator(reader: ByteReader(bytes: bytes))
        while let value = packed.varint() { numbers.append(Int(truncatingIfNeeded: value)) }
      }
    }
    return numbers
  }

  package func integer(_ field: Int) -> Int? { integers(field).first }
}
