/// A table of a FlatBuffer that may be hostile. Absent fields and places outside the bytes are both `nil`; `has` distinguishes them
/// (https://flatbuffers.dev/internals).
package struct FlatTable {
  private let reader: ByteReader
  private let position: Int

  /// The root table; `nil` where there is none.
  package init?(root bytes: UnsafeRawBufferPointer) {
    self.init(ByteReader(bytes: bytes), referenceAt: 0)
  }

  /// The table that the offset at a place leads to.
  private init?(_ reader: ByteReader, referenceAt place: Int) {
    guard let offset = reader.integer(UInt32.self, at: place) else { return nil }
    (self.reader, position) = (reader, place + Int(offset))
    guard reader.integer(Int32.self, at: position) != nil else { return nil }
  }

  /// Where the value of a field stands, by its number in the schema.
  private func place(_ field: Int) -> Int? {
    guard let distance = reader.integer(Int32.self, at: position) else { return nil }
    let directory = position - Int(distance)
    guard let size = reader.integer(UInt16.self, at: directory), 4 + 2 * field + 2 <= size,
      let offset = reader.integer(UInt16.self, at: directory + 4 + 2 * field), offset != 0
    else { return nil }
    return position + Int(offset)
  }

  /// Where the table stands in the file.
  var place: Int { position }

  /// Where the bytes of a field stand, which are an offset for a vector or a table; `nil` for an absent field.
  func fieldPlace(_ field: Int, count: Int) -> Int? {
    place(field).flatMap { reader.contains($0, count: count) ? $0 : nil }
  }

  /// Where the first element of a vector of offsets stands; before it stands their number.
  func vectorPlace(_ field: Int) -> (first: Int, count: Int)? { vector(field, elementSize: 4) }

  package func has(_ field: Int) -> Bool { place(field) != nil }

  package func integer<Number: FixedWidthInteger>(_ type: Number.Type, _ field: Int) -> Number? {
    place(field).flatMap { reader.integer(type, at: $0) }
  }

  package func table(_ field: Int) -> FlatTable? {
    place(field).flatMap { FlatTable(reader, referenceAt: $0) }
  }

  /// The place of the first element of a vector, and how many there are.
  private func vector(_ field: Int, elementSize: Int) -> (first: Int, count: Int)? {
    guard let place = place(field), let offset = reader.integer(UInt32.self, at: place),
      let count = reader.integer(UInt32.self, at: place + Int(offset)).map({ Int($0) })
    else { return nil }
    let first = place + Int(offset) + 4
    guard reader.contains(first, count: count * elementSize) else { return nil }
    return (first, count)
  }

  package func bytes(_ field: Int) -> UnsafeRawBufferPointer? {
    vector(field, elementSize: 1).flatMap { reader.slice($0.first, count: $0.count)?.bytes }
  }

  /// An element of a vector of strings.
  func bytes(_ field: Int, at index: Int) -> UnsafeRawBufferPointer? {
    guard let vector = vector(field, elementSize: 4), index < vector.count else { return nil }
    let place = vector.first + 4 * index
    guard let offset = reader.integer(UInt32.self, at: place),
      let count = reader.integer(UInt32.self, at: place + Int(offset))
    else { return nil }
    return reader.slice(place + Int(offset) + 4, count: Int(count))?.bytes
  }

  package func floats(_ field: Int) -> [Float]? {
    vector(field, elementSize: 4).map { vector in
      (0..<vector.count).compactMap {
        reader.integer(UInt32.self, at: vector.first + 4 * $0).map(Float.init(bitPattern:))
      }
    }
  }

  package func integers(_ field: Int) -> [Int]? {
    vector(field, elementSize: 4).map { vector in
      (0..<vector.count).compactMap { reader.integer(Int32.self, at: vector.first + 4 * $0).map { Int($0) } }
    }
  }

  func firstFloat(_ field: Int) -> Float? {
    vector(field, elementSize: 4).flatMap { vector in
      vector.count > 0 ? reader.integer(UInt32.self, at: vector.first).map(Float.init(bitPattern:)) : nil
    }
  }

  /// The first number of a vector of 64-bit integers.
  func firstLong(_ field: Int) -> Int? {
    vector(field, elementSize: 8).flatMap { vector in
      vector.count > 0 ? reader.integer(Int64.self, at: vector.first).map { Int($0) } : nil
    }
  }

  package func text(_ field: Int) -> String? { bytes(field).map { String(decoding: $0, as: UTF8.self) } }

  /// All tables of a vector; those that are damaged are left out.
  package func tables(_ field: Int) -> [FlatTable] {
    (0..<(tableCount(field) ?? 0)).compactMap { table(field, at: $0) }
  }

  package func tableCount(_ field: Int) -> Int? { vector(field, elementSize: 4)?.count }

  /// - Parameter index: below `tableCount`.
  package func table(_ field: Int, at index: Int) -> FlatTable? {
    guard let vector = vector(field, elementSize: 4), index < vector.count else { return nil }
    return FlatTable(reader, referenceAt: vector.first + 4 * index)
  }
}
