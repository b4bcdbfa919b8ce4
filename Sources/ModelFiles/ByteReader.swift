/// Reads numbers from bytes that may hold anything: what lies outside is `nil`.
package struct ByteReader {
  package let bytes: UnsafeRawBufferPointer
  package var isLittleEndian = true

  package init(bytes: UnsafeRawBufferPointer, isLittleEndian: Bool = true) {
    self.bytes = bytes
    self.isLittleEndian = isLittleEndian
  }

  package func contains(_ offset: Int, count: Int) -> Bool {
    offset >= 0 && count >= 0 && offset <= bytes.count && count <= bytes.count - offset
  }

  package func integer<Number: FixedWidthInteger>(_: Number.Type, at offset: Int) -> Number? {
    guard contains(offset, count: MemoryLayout<Number>.size) else { return nil }
    let number = bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
    return isLittleEndian ? Number(littleEndian: number) : Number(bigEndian: number)
  }

  package func starts(with text: StaticString, at offset: Int) -> Bool {
    guard contains(offset, count: text.utf8CodeUnitCount) else { return false }
    return text.withUTF8Buffer { bytes[offset..<offset + $0.count].elementsEqual($0) }
  }

  /// `nil` where some of it lies outside.
  package func slice(_ offset: Int, count: Int) -> ByteReader? {
    guard contains(offset, count: count) else { return nil }
    return ByteReader(bytes: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
  }
}
