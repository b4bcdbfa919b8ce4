import AssayCore
import CImageCodecs

/// Why an archive cannot be read, as a part of a sentence about it.
package struct ZipFailure: Error {
  package let reason: String

  init(_ reason: String) { self.reason = reason }
}

/// The members of a zip archive, found through its directory (PKWARE's APPNOTE.TXT, sections 4.3 and 4.5).
package struct ZipArchive {
  package struct Member {
    package let name: String
    fileprivate let method: UInt16
    fileprivate let checksum: UInt32
    fileprivate let compressedSize: Int
    package let size: Int
    /// Of the local header.
    fileprivate let offset: Int
  }

  package let members: [Member]
  private let reader: ByteReader

  private static let maximumMembers = 100_000

  package init(_ bytes: UnsafeRawBufferPointer) throws(ZipFailure) {
    reader = ByteReader(bytes: bytes)
    guard let end = Self.endOfDirectory(reader) else {
      throw ZipFailure("it is no whole zip archive: its directory is missing")
    }
    guard end.count <= Self.maximumMembers else { throw ZipFailure("it has \(end.count) members") }
    var members: [Member] = []
    var position = end.offset
    for _ in 0..<end.count {
      guard let (member, next) = Self.member(reader, at: position) else {
        throw ZipFailure("its directory is damaged")
      }
      members.append(member)
      position = next
    }
    self.members = members
  }

  /// The content of a member.
  package func content(of member: Member) throws(ZipFailure) -> [UInt8] {
    let data = try data(of: member)
    let content = try content(of: member, from: data)
    try content.withUnsafeBytes { check($0, of: member) }.get()
    return content
  }

  /// The content of a member that is not compressed, where it lies in the archive.
  ///
  /// - Returns: `nil` for one that is compressed.
  package func storedContent(of member: Member) throws(ZipFailure) -> UnsafeRawBufferPointer? {
    guard member.method == 0, member.size == member.compressedSize else { return nil }
    let data = try data(of: member)
    try check(data, of: member).get()
    return data
  }

  private func data(of member: Member) throws(ZipFailure) -> UnsafeRawBufferPointer {
    guard reader.integer(UInt32.self, at: member.offset) == 0x0403_4B50,
      let nameLength = reader.integer(UInt16.self, at: member.offset + 26),
      let extraLength = reader.integer(UInt16.self, at: member.offset + 28),
      let data = reader.slice(
        member.offset + 30 + Int(nameLength) + Int(extraLength), count: member.compressedSize)?.bytes
    else { throw ZipFailure("its member '\(member.name.printable)' is truncated or damaged") }
    return data
  }

  private func check(_ content: UnsafeRawBufferPointer, of member: Member) -> Result<Void, ZipFailure> {
    Self.checksum(content) == member.checksum
      ? .success(())
      : .failure(ZipFailure("its member '\(member.name.printable)' is damaged: the checksum is wrong"))
  }

  private func content(
    of member: Member, from data: UnsafeRawBufferPointer
  ) throws(ZipFailure) -> [UInt8] {
    switch member.method {
    case 0 where member.size == member.compressedSize: return Array(data)
    case 8:
      // Deflate makes at most 1032 bytes of one: a directory that promises more lies.
      guard member.size / 1032 <= member.compressedSize else { break }
      var content = [UInt8](repeating: 0, count: member.size)
      let isWhole = content.withUnsafeMutableBytes {
        assay_inflate(data.baseAddress, data.count, $0.baseAddress, $0.count)
      }
      if isWhole { return content }
    case 0: break
    default:
      throw ZipFailure("its member '\(member.name.printable)' is compressed by method \(member.method)")
    }
    throw ZipFailure("its member '\(member.name.printable)' is damaged")
  }

  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    assay_crc32(bytes.baseAddress, bytes.count)
  }

  /// The last record of an archive, behind which only a comment stands.
  private static func endOfDirectory(_ reader: ByteReader) -> (offset: Int, count: Int)? {
    let last = reader.bytes.count - 22
    guard last >= 0 else { return nil }
    for position in stride(from: last, through: max(last - 0xFFFF, 0), by: -1)
    where reader.integer(UInt32.self, at: position) == 0x0605_4B50 {
      let count = reader.integer(UInt16.self, at: position + 10)
      let offset = reader.integer(UInt32.self, at: position + 16)
      guard let count, let offset else { return nil }
      if offset == .max || count == .max { return endOfLargeDirectory(reader, before: position) }
      return (Int(offset), Int(count))
    }
    return nil
  }

  /// Of an archive that 32 bits do not suffice for.
  private static func endOfLargeDirectory(_ reader: ByteReader, before position: Int) -> (offset: Int, count: Int)? {
    guard reader.integer(UInt32.self, at: position - 20) == 0x0706_4B50,
      let place = reader.integer(UInt64.self, at: position - 12).flatMap({ Int(exactly: $0) }),
      reader.integer(UInt32.self, at: place) == 0x0606_4B50, place < Int.max - 64,
      let count = reader.integer(UInt64.self, at: place + 32).flatMap({ Int(exactly: $0) }),
      let offset = reader.integer(UInt64.self, at: place + 48).flatMap({ Int(exactly: $0) })
    else { return nil }
    return (offset, count)
  }

  private static func member(_ reader: ByteReader, at position: Int) -> (Member, next: Int)? {
    guard reader.contains(position, count: 46), reader.integer(UInt32.self, at: position) == 0x0201_4B50,
      let method = reader.integer(UInt16.self, at: position + 10),
      let checksum = reader.integer(UInt32.self, at: position + 16),
      let nameLength = reader.integer(UInt16.self, at: position + 28),
      let extraLength = reader.integer(UInt16.self, at: position + 30),
      let commentLength = reader.integer(UInt16.self, at: position + 32),
      let name = reader.slice(position + 46, count: Int(nameLength)),
      let extra = reader.slice(position + 46 + Int(nameLength), count: Int(extraLength))
    else { return nil }
    // Compressed size, size, offset. Each that is too large for 32 bits stands in the extra field, in this order: size, compressed size, offset.
    let short = [24, 20, 42].map { reader.integer(UInt32.self, at: position + $0) ?? 0 }
    var large = largeNumbers(extra)[...]
    var numbers: [Int] = []
    for number in short {
      guard number == .max else {
        numbers.append(Int(number))
        continue
      }
      guard let value = large.popFirst().flatMap({ Int(exactly: $0) }), value < Int.max / 2 else { return nil }
      numbers.append(value)
    }
    let member = Member(
      name: String(decoding: name.bytes, as: UTF8.self), method: method, checksum: checksum,
      compressedSize: numbers[1], size: numbers[0], offset: numbers[2])
    return (member, position + 46 + Int(nameLength) + Int(extraLength) + Int(commentLength))
  }

  /// The 64-bit numbers of the extra field 1.
  private static func largeNumbers(_ extra: ByteReader) -> [UInt64] {
    var position = 0
    while let tag = extra.integer(UInt16.self, at: position), let size = extra.integer(UInt16.self, at: position + 2) {
      if tag == 1 {
        return (0..<Int(size) / 8).compactMap { extra.integer(UInt64.self, at: position + 4 + 8 * $0) }
      }
      position += 4 + Int(size)
    }
    return []
  }
}
