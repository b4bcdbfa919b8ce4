import AssayCore

/// Damages files: bytes flipped, set to values at the edge, cut, repeated, or taken from another file.
struct FileMutator {
  private var generator: SplitMix64

  /// Bytes at which sizes and offsets go wrong.
  private static let edges: [UInt8] = [0, 1, 2, 3, 4, 7, 8, 0x7F, 0x80, 0xC0, 0xD8, 0xD9, 0xDA, 0xE1, 0xFE, 0xFF]

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func mutate(_ file: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = file
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty { change(&bytes, other) }
    // Otherwise most damage to a PNG file stops at the checksum and never reaches the decoder.
    if Bool.random(using: &generator) { PNGChecksums.repair(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    let end = min(place + Int.random(in: 1...16, using: &generator), bytes.count)
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 2: for index in place..<end { bytes[index] = edge() }
    case 3: bytes[place] = edge()
    case 4: bytes.removeSubrange(place..<end)
    case 5: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 6: bytes.removeSubrange(place...)
    default:
      let from = min(place, other.count)
      bytes.replaceSubrange(place..<end, with: other[from..<min(from + end - place, other.count)])
    }
  }

  private mutating func edge() -> UInt8 { Self.edges.randomElement(using: &generator) ?? 0 }
}

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
