import ModelFiles

/// Writes zip archives without compression.
package enum ZipWriter {
  /// - Returns: `nil` where 32 bits do not suffice.
  package static func archive(_ members: [(name: String, content: [UInt8])]) -> [UInt8]? {
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
