import AssayCore
import CImageCodecs
import ModelFiles

/// The members of a zip archive, found through its directory (PKWARE's APPNOTE.TXT, sections 4.3 and 4.5).
struct ZipArchive {
  struct Member {
    let name: String
    fileprivate let method: UInt16
    fileprivate let checksum: UInt32
    fileprivate let compressedSize: Int
    let size: Int
    /// Of the local header.
    fileprivate let offset: Int
  }

  let members: [Member]
  private let reader: ByteReader

  private static let maximumMembers = 100_000

  init(_ bytes: UnsafeRawBufferPointer) throws(TensorFileFailure) {
    reader = ByteReader(bytes: bytes)
    guard let end = Self.endOfDirectory(reader) else {
      throw TensorFileFailure("it is no whole zip archive: its directory is missing")
    }
    guard end.count <= Self.maximumMembers else { throw TensorFileFailure("it has \(end.count) members") }
    var members: [Member] = []
    var position = end.offset
    for _ in 0..<end.count {
      guard let (member, next) = Self.member(reader, at: position) else {
        throw TensorFileFailure("its directory is damaged")
      }
      members.append(member)
      position = next
    }
    self.members = members
  }

  /// The content of a member.
  func content(of member: Member) throws(TensorFileFailure) -> [UInt8] {
    guard reader.integer(UInt32.self, at: member.offset) == 0x0403_4B50,
      let nameLength = reader.integer(UInt16.self, at: member.offset + 26),
      let extraLength = reader.integer(UInt16.self, at: member.offset + 28),
      let data = reader.slice(
        member.offset + 30 + Int(nameLength) + Int(extraLength), count: member.compressedSize)?.bytes
    else { throw TensorFileFailure("its member '\(member.name.printable)' is truncated or damaged") }
    let content = try content(of: member, from: data)
    guard content.withUnsafeBytes({ Self.checksum($0) }) == member.checksum else {
      throw TensorFileFailure("its member '\(member.name.printable)' is damaged: the checksum is wrong")
    }
    return content
  }

  private func content(
    of member: Member, from data: UnsafeRawBufferPointer
  ) throws(TensorFileFailure) -> [UInt8] {
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
      throw TensorFileFailure("its member '\(member.name.printable)' is compressed by method \(member.method)")
    }
    throw TensorFileFailure("its member '\(member.name.printable)' is damaged")
  }

  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 { assay_crc32(bytes.baseAddress, bytes.count) }

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

/// Writes zip archives without compression.
enum ZipWriter {
  /// - Returns: `nil` where 32 bits do not suffice.
  static func archive(_ members: [(name: String, content: [UInt8])]) -> [UInt8]? {
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, content) in members {
      guard let size = UInt32(exactly: content.count), let offset = UInt32(exactly: bytes.count), size < .max else {
        return nil
      }
      let checksum = content.withUnsafeBytes { ZipArchive.checksum($0) }
      // Version 2.0, names in UTF-8, stored, 1 January 1980.
      let common =
        little(20 as UInt16) + little(0x800 as UInt16) + little(0 as UInt16) + little(0 as UInt16)
        + little(0x21 as UInt16) + little(checksum) + little(size) + little(size)
        + little(UInt16(truncatingIfNeeded: name.utf8.count)) + little(0 as UInt16)
      bytes += little(0x0403_4B50 as UInt32) + common + Array(name.utf8) + content
      directory +=
        little(0x0201_4B50 as UInt32) + little(20 as UInt16) + common + [UInt8](repeating: 0, count: 10)
        + little(offset) + Array(name.utf8)
    }
    guard let offset = UInt32(exactly: bytes.count), let count = UInt16(exactly: members.count) else { return nil }
    return bytes + directory + little(0x0605_4B50 as UInt32) + little(0 as UInt32) + little(count) + little(count)
      + little(UInt32(directory.count)) + little(offset) + little(0 as UInt16)
  }

  private static func little(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
