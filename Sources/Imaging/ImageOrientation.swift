import ModelFiles

/// An EXIF orientation: tag 0x0112 of the TIFF structure in a JPEG's APP1 segment or a PNG's eXIf chunk.
public enum ImageOrientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirrored, upsideDown, flipped, transposed, turnedLeft, transversed, turnedRight

  /// Reads the orientation from the bytes of a JPEG or PNG file; `upright` if it is missing or damaged, as in Pillow's
  /// `exif_transpose`.
  public init(ofFile bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { Self.read(from: ByteReader(bytes: $0)) } ?? .upright
  }

  private static func read(from file: ByteReader) -> ImageOrientation? {
    guard var tiff = file.starts(with: "PNG", at: 1) ? png(file) : jpeg(file) else { return nil }
    tiff.isLittleEndian = tiff.starts(with: "II", at: 0)
    guard tiff.isLittleEndian || tiff.starts(with: "MM", at: 0), tiff.integer(UInt16.self, at: 2) == 42,
      let directory = tiff.integer(UInt32.self, at: 4).map({ Int($0) }),
      let count = tiff.integer(UInt16.self, at: directory)
    else { return nil }
    for entry in 0..<Int(count) {
      let start = directory + 2 + 12 * entry
      guard let tag = tiff.integer(UInt16.self, at: start) else { return nil }
      guard tag == 0x0112 else { continue }
      // One 16-bit number (type 3) is stored in the entry itself.
      guard tiff.integer(UInt16.self, at: start + 2) == 3, tiff.integer(UInt32.self, at: start + 4) == 1 else {
        return nil
      }
      return tiff.integer(UInt16.self, at: start + 8).flatMap { ImageOrientation(rawValue: Int($0)) }
    }
    return nil
  }

  /// The EXIF of the first APP1 segment that has any, before the first scan.
  private static func jpeg(_ file: ByteReader) -> ByteReader? {
    var file = file
    file.isLittleEndian = false
    var offset = 2
    while let marker = file.integer(UInt16.self, at: offset), marker >> 8 == 0xFF, marker != 0xFFDA {
      // Fill bytes of 0xFF may precede a marker.
      if marker == 0xFFFF {
        offset += 1
        continue
      }
      guard let length = file.integer(UInt16.self, at: offset + 2), length >= 2 else { return nil }
      if marker == 0xFFE1 && length >= 8 && file.starts(with: "Exif\0\0", at: offset + 4) {
        return file.slice(offset + 10, count: Int(length) - 8)
      }
      offset += 2 + Int(length)
    }
    return nil
  }

  private static func png(_ file: ByteReader) -> ByteReader? {
    var file = file
    file.isLittleEndian = false
    var offset = 8
    while let length = file.integer(UInt32.self, at: offset) {
      if file.starts(with: "eXIf", at: offset + 4) { return file.slice(offset + 8, count: Int(length)) }
      offset += 12 + Int(length)
    }
    return nil
  }
}

extension ImageOrientation {
  /// Turns `source` upright, as Pillow's `exif_transpose` does.
  func turn(_ source: RGBImage, into target: inout RGBImage) {
    let (width, height) = (source.width, source.height)
    let (right, down) = (1, width)
    // The target's first pixel in the source, and the steps in the source that lead right and down in the target.
    let (first, stepX, stepY) =
      switch self {
      case .upright: (0, right, down)
      case .mirrored: (width - 1, -right, down)
      case .upsideDown: (width * height - 1, -right, -down)
      case .flipped: (width * (height - 1), right, -down)
      case .transposed: (0, down, right)
      case .turnedLeft: (width * (height - 1), -down, right)
      case .transversed: (width * height - 1, -down, -right)
      case .turnedRight: (width - 1, down, -right)
      }
    let isTurned = rawValue > 4
    let (newWidth, newHeight) = isTurned ? (height, width) : (width, height)
    source.pixels.withUnsafeBufferPointer { source in
      target.fill(width: newWidth, height: newHeight) { pixels in
        var next = 0
        for y in 0..<newHeight {
          var pixel = 3 * (first + y * stepY)
          for _ in 0..<newWidth {
            for channel in 0..<3 { pixels[next + channel] = source[pixel + channel] }
            next += 3
            pixel += 3 * stepX
          }
        }
      }
    }
  }
}
