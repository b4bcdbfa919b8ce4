/// A table in an untrusted FlatBuffer (https://flatbuffers.dev/internals).
///
/// A field that is absent or lies outside of the bytes is `nil`; `has` tells the two apart.
struct FlatTable {
  private let reader: ByteReader
  private let position: Int

  /// The root table; `nil` if there is none.
  init?(root bytes: UnsafeRawBufferPointer) {
    self.init(ByteReader(bytes: bytes), offsetAt: 0)
  }

  /// The table that the offset stored at `origin` points to.
  private init?(_ reader: ByteReader, offsetAt origin: Int) {
    guard let offset = reader.integer(UInt32.self, at: origin) else { return nil }
    (self.reader, position) = (reader, origin + Int(offset))
    guard reader.integer(Int32.self, at: position) != nil else { return nil }
  }

  /// The position of a field's value. Fields are numbered as in the schema.
  private func position(_ field: Int) -> Int? {
    guard let distance = reader.integer(Int32.self, at: position) else { return nil }
    let vtable = position - Int(distance)
    guard let size = reader.integer(UInt16.self, at: vtable), 4 + 2 * field + 2 <= size,
      let offset = reader.integer(UInt16.self, at: vtable + 4 + 2 * field), offset != 0
    else { return nil }
    return position + Int(offset)
  }

  func has(_ field: Int) -> Bool { position(field) != nil }

  func integer<Number: FixedWidthInteger>(_ type: Number.Type, _ field: Int) -> Number? {
    position(field).flatMap { reader.integer(type, at: $0) }
  }

  func table(_ field: Int) -> FlatTable? {
    position(field).flatMap { FlatTable(reader, offsetAt: $0) }
  }

  /// The position of a vector's first element, and the number of elements.
  private func vector(_ field: Int, elementSize: Int) -> (first: Int, count: Int)? {
    guard let origin = position(field), let offset = reader.integer(UInt32.self, at: origin),
      let count = reader.integer(UInt32.self, at: origin + Int(offset)).map({ Int($0) })
    else { return nil }
    let first = origin + Int(offset) + 4
    guard reader.contains(first, count: count * elementSize) else { return nil }
    return (first, count)
  }

  func bytes(_ field: Int) -> UnsafeRawBufferPointer? {
    vector(field, elementSize: 1).flatMap { reader.slice($0.first, count: $0.count)?.bytes }
  }

  func floats(_ field: Int) -> [Float]? {
    vector(field, elementSize: 4).map { vector in
      (0..<vector.count).compactMap {
        reader.integer(UInt32.self, at: vector.first + 4 * $0).map(Float.init(bitPattern:))
      }
    }
  }

  func tableCount(_ field: Int) -> Int? { vector(field, elementSize: 4)?.count }

  func table(_ field: Int, at index: Int) -> FlatTable? {
    guard let vector = vector(field, elementSize: 4), index < vector.count else { return nil }
    return FlatTable(reader, offsetAt: vector.first + 4 * index)
  }
}
