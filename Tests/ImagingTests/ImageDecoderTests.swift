import AssayCore
import Foundation
import Imaging
import Testing

@Suite("Decoding gives the pixels of Pillow's convert(\"RGB\")")
struct ImageDecoderTests {
  static let files = Fixtures.names(in: "decoded", suffixes: ["jpg", "png"])

  @Test("The fixtures cover every kind of JPEG and PNG")
  func fixturesAreThere() {
    #expect(Self.files.filter { $0.hasSuffix(".jpg") }.count == 12)
    #expect(Self.files.filter { $0.hasSuffix(".png") }.count == 33)
  }

  @Test("Every kind of file decodes to Pillow's pixels", arguments: files)
  func pixels(file: String) throws {
    var (decoder, image) = (ImageDecoder(), RGBImage())
    try decoder.decode(Fixtures.path("decoded/\(file)"), into: &image)
    let expected = try Fixtures.bytes("decoded/\(file).rgb")
    #expect(image.pixels == expected)
    #expect(image.width * image.height * 3 == expected.count)
  }

  @Test("A decoder can be reused for larger and smaller images")
  func reuse() throws {
    var (decoder, image) = (ImageDecoder(), RGBImage())
    for file in ["yuv420.jpg", "one-pixel.jpg", "rgb-8.png", "progressive.jpg"] {
      try decoder.decode(Fixtures.path("decoded/\(file)"), into: &image)
      #expect(try image.pixels == Fixtures.bytes("decoded/\(file).rgb"))
    }
  }

  @Test("A PNG file named .jpg is read by its content")
  func misnamed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("misnamed.jpg", Fixtures.bytes("decoded/rgb-8.png"))
    var (decoder, image) = (ImageDecoder(), RGBImage())
    try decoder.decode(path, into: &image)
    #expect(try image.pixels == Fixtures.bytes("decoded/rgb-8.png.rgb"))
  }
}

@Suite("Decoding anything but an intact image throws an error that names the file")
struct BadImageTests {
  @Test(
    "A file truncated anywhere before its last pixel is unreadable",
    arguments: ["yuv420.jpg", "progressive.jpg", "rgb-8.png"])
  func truncated(file: String) throws {
    let bytes = try Fixtures.bytes("decoded/\(file)")
    // The last 12 bytes of a PNG file, and the last 2 of a JPEG file, only say that it ends.
    for count in 9..<(bytes.count - 12) {
      let error = try #require(throws: AssayError.self, "\(count) of \(bytes.count) bytes") {
        var image = RGBImage()
        try ImageDecoder.decode(Array(bytes.prefix(count)), named: "cut", into: &image)
      }
      #expect(error.code == .badData)
      #expect(error.message.hasPrefix("cut is a damaged "))
    }
  }

  @Test("A JPEG whose data ends early is unreadable, though the library would only warn")
  func corruptScan() throws {
    var bytes = try Fixtures.bytes("decoded/yuv444.jpg")
    let middle = bytes.count / 2 + 200
    bytes.replaceSubrange(middle..<bytes.count, with: [0xFF, 0xD9])
    let folder = try TemporaryFolder()
    let path = try folder.write("corrupt.jpg", bytes)
    let reason = "Corrupt JPEG data: premature end of data segment"
    #expect(try decodingError(path) == AssayError(.badData, "\(path) is a damaged JPEG file: \(reason)"))
  }

  @Test("An image with a colour outside its palette is unreadable")
  func paletteOverrun() throws {
    var image = RGBImage()
    var bytes = try Fixtures.bytes("decoded/palette-8.png")
    // Cut the palette from 256 colours to 1. Its chunk follows 8 bytes of signature and 25 of header: length, type, data, CRC.
    bytes.replaceSubrange(
      33..<(33 + 12 + 768), with: [0, 0, 0, 3] + Array("PLTE".utf8) + [0, 0, 0, 0xA7, 0x7A, 0x3D, 0xDA])
    let error = #expect(throws: AssayError.self) { try ImageDecoder.decode(bytes, named: "palette", into: &image) }
    #expect(error?.message == "palette is a damaged PNG file: a pixel has a colour that is not in the palette")
  }

  @Test("The error for an empty file says that it is empty")
  func empty() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("empty.jpg", [])
    #expect(try decodingError(path) == AssayError(.badData, "\(path) is empty."))
  }

  @Test("The error for a text file says that it is not an image")
  func text() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("notes.png", Array("not an image".utf8))
    #expect(try decodingError(path) == AssayError(.badData, "\(path) is neither a JPEG nor a PNG file."))
  }

  @Test("The error for a folder named like an image says that it is a folder")
  func folder() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "x.jpg").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(try decodingError(path) == AssayError(.badData, "\(path) is a folder, not an image file."))
  }

  @Test("The error for a missing file says that it is missing")
  func missing() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "none.jpg").path
    #expect(try decodingError(path) == AssayError(.badData, "\(path) cannot be read: No such file or directory."))
  }

  @Test("A pipe is refused at once")
  func pipe() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "pipe.jpg").path
    try #require(mkfifo(path, 0o600) == 0)
    #expect(try decodingError(path) == AssayError(.badData, "\(path) is not a regular file."))
  }

  @Test("The error for a file without read permission says so", .enabled(if: getuid() != 0, "root reads every file"))
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("secret.jpg", [1])
    try #require(chmod(path, 0) == 0)
    #expect(try decodingError(path) == AssayError(.badData, "\(path) cannot be read: Permission denied."))
  }

  @Test("A tiny progressive JPEG that needs half a GiB to decode is refused before anything is allocated")
  func progressiveBomb() throws {
    var bytes = try Fixtures.bytes("decoded/progressive.jpg")
    let frame = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC2 })
    bytes.replaceSubrange((frame + 5)..<(frame + 9), with: [0x2F, 0xFF, 0x2F, 0xFF])
    var image = RGBImage()
    let error = #expect(throws: AssayError.self) { try ImageDecoder.decode(bytes, named: "bomb", into: &image) }
    #expect(
      error?.message
        == "bomb has 12287 × 12287 pixels in several scans, which take 432 MiB to decode; the limit is 256 MiB.")
    #expect(image == RGBImage())
  }

  @Test("A PNG with a row that is too long for the resampler is refused")
  func longRow() throws {
    var bytes = try Fixtures.bytes("decoded/rgb-8.png")
    bytes.replaceSubrange(16..<24, with: [0, 0x0F, 0x42, 0x41, 0, 0, 0, 1])
    bytes.replaceSubrange(29..<33, with: [0xF2, 0x7D, 0x6B, 0x21])
    var image = RGBImage()
    let error = #expect(throws: AssayError.self) { try ImageDecoder.decode(bytes, named: "row", into: &image) }
    #expect(error?.message == "row has 1000001 × 1 pixels; the limit is 178956970, and 1000000 in a row or column.")
  }

  @Test("The error for a loop of symbolic links says so")
  func linkLoop() throws {
    let folder = try TemporaryFolder()
    let path = folder.url.appending(path: "loop.jpg").path
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    #expect(
      try decodingError(path) == AssayError(.badData, "\(path) cannot be read: Too many levels of symbolic links."))
  }

  @Test(
    "A header of 30000 × 30000 pixels is refused before anything is decoded", arguments: ["yuv420.jpg", "rgb-8.png"])
  func bomb(file: String) throws {
    var bytes = try Fixtures.bytes("decoded/\(file)")
    if file.hasSuffix(".png") {
      // Width, height, and the CRC of a header with these.
      bytes.replaceSubrange(16..<24, with: [0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30])
      bytes.replaceSubrange(29..<33, with: [0xE9, 0x45, 0x6F, 0xED])
    } else {
      let frame = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
      bytes.replaceSubrange((frame + 5)..<(frame + 9), with: [0x75, 0x30, 0x75, 0x30])
    }
    var image = RGBImage()
    let error = #expect(throws: AssayError.self) { try ImageDecoder.decode(bytes, named: "bomb", into: &image) }
    #expect(error?.message == "bomb has 30000 × 30000 pixels; the limit is 178956970, and 1000000 in a row or column.")
    #expect(image == RGBImage())
  }
}
