import AssayCore
import Imaging
import Testing

@Suite("An EXIF orientation is applied on request")
struct ImageOrientationTests {
  static let files = Fixtures.names(in: "oriented", suffixes: ["jpg", "png"])

  @Test("The fixtures cover every orientation, one out of range, and a PNG")
  func fixturesAreThere() {
    #expect(Self.files == ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "6.jpg", "7.jpg", "8.jpg", "8.png"])
  }

  @Test("Every orientation is turned upright as by Pillow's exif_transpose", arguments: files)
  func turned(file: String) throws {
    let isTurned = ["5", "6", "7", "8"].contains(file.prefix(1))
    let choice = PreprocessingChoice {
      $0.preset = .squash
      $0.appliesOrientation = true
    }
    let pixels = try preparedPixels(
      Fixtures.path("oriented/\(file)"), choice, width: isTurned ? 6 : 11, height: isTurned ? 11 : 6)
    #expect(try pixels == Fixtures.bytes("oriented/\(file).rgb"))
  }

  @Test("By default, the orientation is ignored")
  func ignored() throws {
    let choice = PreprocessingChoice(.squash)
    let upright = try preparedPixels(Fixtures.path("oriented/1.jpg"), choice, width: 11, height: 6)
    #expect(try preparedPixels(Fixtures.path("oriented/6.jpg"), choice, width: 11, height: 6) == upright)
  }

  @Test("A truncated file never crashes the reader, even inside its EXIF", arguments: ["6.jpg", "8.png"])
  func truncated(file: String) throws {
    let bytes = try Fixtures.bytes("oriented/\(file)")
    #expect(ImageOrientation(ofFile: bytes).rawValue == Int(file.prefix(1)))
    for count in 0..<bytes.count {
      let orientation = ImageOrientation(ofFile: Array(bytes.prefix(count)))
      #expect(orientation == .upright || orientation.rawValue == Int(file.prefix(1)))
    }
  }
}
