/// Corrects the checksums of a PNG file up to the first chunk that makes no sense.
enum PNGChecksums {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }

  static func repair(_ bytes: inout [UInt8]) {
    guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else { return }
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - place - 12 else { return }
      let end = place + 8 + length
      let crc = ~bytes[place + 4..<end].reduce(~0 as UInt32) {
        table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8
      }
      for byte in 0..<4 { bytes[end + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(24 - 8 * byte)) }
      place = end + 4
    }
  }
}
