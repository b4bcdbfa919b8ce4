import ModelFiles

/// How a camera was held, as EXIF tells it (tag 0x0112 of the TIFF structure in a JPEG's APP1 segment or a PNG's eXIf chunk).
public enum ImageOrientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirrored, upsideDown, flipped, transposed, turnedLeft, transversed, turnedRight

  /// What the bytes of a JPEG or PNG file say; `upright` where they say nothing that can be understood, as for Pillow's
  /// `exif_transpose`.
  public init(ofFile bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { Self.found(in: ByteReader(bytes: $0)) } ?? .upright
  }

  private static func found(in file: ByteReader) -> ImageOrientation? {
    guard var tiff = file.starts(with: "PNG", at: 1) ? png(file) : jpeg(file) else { return nil }
    tiff.isLittleEndian = tiff.starts(with: "II", at: 0)
    guard tiff.isLittleEndian || tiff.starts(with: "MM", at: 0), tiff.integer(UInt16.self, at: 2) == 42,
      let directory = tiff.integer(UInt32.self, at: 4).map({ Int($0) }),
      let count = tiff.integer(UInt16.self, at: directory)
    else { return nil }
    for entry in 0..<Int(count) {
      let place = directory + 2 + 12 * entry
      guard let tag = tiff.integer(UInt16.self, at: place) else { return nil }
      guard tag == 0x0112 else { continue }
      // One 16-bit number (type 3), in the place of the offset of a longer value.
      guard tiff.integer(UInt16.self, at: place + 2) == 3, tiff.integer(UInt32.self, at: place + 4) == 1 else {
        return nil
      }
      return tiff.integer(UInt16.self, at: place + 8).flatMap { ImageOrientation(rawValue: Int($0)) }
    }
    return nil
  }

  /// The first segment APP1 that holds EXIF, looked for up to the first scan.
  private static func jpeg(_ file: ByteReader) -> ByteReader? {
    var file = file
    file.isLittleEndian = false
    var place = 2
    while let marker = file.integer(UInt16.self, at: place), marker >> 8 == 0xFF, marker != 0xFFDA {
      // 0xFF before a marker fills up.
      if marker == 0xFFFF {
        place += 1
        continue
      }
      guard let length = file.integer(UInt16.self, at: place + 2), length >= 2 else { return nil }
      if marker == 0xFFE1 && length >= 8 && file.starts(with: "Exif\0\0", at: place + 4) {
        return file.slice(place + 10, count: Int(length) - 8)
      }
      place += 2 + Int(length)
    }
    return nil
  }

  private static func png(_ file: ByteReader) -> ByteReader? {
    var file = file
    file.isLittleEndian = false
    var place = 8
    while let length = file.integer(UInt32.self, at: place) {
      if file.starts(with: "eXIf", at: place + 4) { return file.slice(place + 8, count: Int(length)) }
      place += 12 + Int(length)
    }
    return nil
  }
}

extension ImageOrientation {
  /// Turns `source` upright, as Pillow's `exif_transpose`.
  func turn(_ source: RGBImage, into target: inout RGBImage) {
    let (width, height) = (source.width, source.height)
    let (right, down) = (1, width)
    // Where the first pixel of the target lies in the source, and the steps from there to its right and down.
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
