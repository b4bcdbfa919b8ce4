/// Writes the fields of a protocol buffer (protobuf.dev/programming-guides/encoding).
package struct ProtobufWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func field(_ number: Int, _ value: Int) {
    varint(number << 3)
    varint(value)
  }

  package mutating func field(_ number: Int, _ value: Float) {
    varint(number << 3 | 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  package mutating func field(_ number: Int, _ text: String) { field(number, Array(text.utf8)) }

  package mutating func field(_ number: Int, _ content: [UInt8]) {
    begin(number, length: content.count)
    bytes += content
  }

  /// A message inside this one.
  package mutating func field(_ number: Int, _ write: (inout ProtobufWriter) -> Void) {
    var message = ProtobufWriter()
    write(&message)
    field(number, message.bytes)
  }

  /// The begin of a field whose bytes follow.
  package mutating func begin(_ number: Int, length: Int) {
    varint(number << 3 | 2)
    varint(length)
  }

  private mutating func varint(_ value: Int) {
    var rest = UInt64(bitPattern: Int64(value))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
