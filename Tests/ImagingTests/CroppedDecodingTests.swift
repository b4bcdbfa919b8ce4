import AssayCore
import Foundation
import Testing

@testable import Imaging

@Suite("A JPEG that is decoded for a crop has the pixels of the whole image")
struct CroppedDecodingTests {
  /// A fixture whose units of blocks lie in one row: its colours are in disorder, but it is wide enough to leave out columns.
  struct WideImage: CustomTestStringConvertible, Sendable {
    let file: String
    let width: Int
    let height: Int
    /// Horizontal and vertical sampling factors of the first component, and of the others.
    var sampling: (first: UInt8, others: UInt8)?
    var testDescription: String { "\(file) of \(width) × \(height)\(sampling.map { ", sampling \($0)" } ?? "")" }

    func bytes() throws -> [UInt8] {
      var bytes = try Fixtures.bytes("decoded/\(file)")
      let frame = try #require(
        bytes.indices.dropLast().first { bytes[$0] == 0xFF && [0xC0, 0xC2].contains(bytes[$0 + 1]) })
      bytes.replaceSubrange(
        (frame + 5)..<(frame + 9), with: [height, width].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
      if let sampling {
        for component in 0..<3 { bytes[frame + 11 + 3 * component] = component == 0 ? sampling.first : sampling.others }
      }
      return bytes
    }
  }

  /// All are odd in size.
  static let croppable = [
    WideImage(file: "yuv420.jpg", width: 139, height: 13), WideImage(file: "restarts.jpg", width: 139, height: 13),
    WideImage(file: "yuv422.jpg", width: 235, height: 7), WideImage(file: "yuv444.jpg", width: 235, height: 7),
    WideImage(file: "rgb.jpg", width: 235, height: 7),
    // As many blocks in a unit as with 4:2:0, or 4:2:2.
    WideImage(file: "yuv420.jpg", width: 283, height: 7, sampling: (0x41, 0x11)),
    WideImage(file: "yuv420.jpg", width: 67, height: 31, sampling: (0x14, 0x11)),
    WideImage(file: "yuv422.jpg", width: 117, height: 15, sampling: (0x12, 0x11)),
  ]
  static let others = [
    WideImage(file: "grey.jpg", width: 235, height: 7), WideImage(file: "cmyk.jpg", width: 235, height: 7),
    WideImage(file: "ycck.jpg", width: 235, height: 7), WideImage(file: "progressive-wide.jpg", width: 139, height: 13),
  ]

  private static func decoded(_ bytes: [UInt8], _ columns: Range<Int>? = nil) throws -> RGBImage {
    var image = RGBImage()
    try ImageDecoder.decode(
      bytes, named: "image", keeping: columns.map { columns in { _, _, _ in columns } }, into: &image)
    return image
  }

  @Test("Any columns have the same pixels, and columns beside them are left out", arguments: croppable)
  func columns(of wide: WideImage) throws {
    let bytes = try wide.bytes()
    let whole = try Self.decoded(bytes)
    #expect(whole.columns == 0..<wide.width)
    var fewest = wide.width
    for first in 0..<wide.width {
      for count in [1, 2, 9, wide.width / 3] where first + count <= wide.width {
        let columns = first..<(first + count)
        let part = try Self.decoded(bytes, columns)
        let isSame = part.hasPixels(of: whole, in: columns)
        #expect(isSame, "\(columns) of \(part.columns)")
        fewest = min(fewest, part.columns.count)
      }
    }
    #expect(fewest < wide.width)
  }

  @Test("Grey, CMYK and progressive images are decoded whole", arguments: others)
  func whole(_ wide: WideImage) throws {
    let bytes = try wide.bytes()
    #expect(try Self.decoded(bytes, wide.width / 2..<wide.width / 2 + 1).columns == 0..<wide.width)
  }

  @Test("PNG images are decoded whole")
  func png() throws {
    let bytes = try Fixtures.bytes("resized/4000x1.png")
    #expect(try Self.decoded(bytes, 2000..<2001).columns == 0..<4000)
  }

  @Test(
    "A prepared image is that of the whole image, for every preset and filter", arguments: croppable + others,
    PreprocessingChoice.Preset.allCases)
  func prepared(_ wide: WideImage, preset: PreprocessingChoice.Preset) throws {
    for filter in PreprocessingChoice.Filter.allCases {
      let choice = PreprocessingChoice {
        $0.preset = preset
        $0.filter = filter
      }
      #expect(try Self.isPreparedAsWhole(wide.bytes(), choice), "\(filter)")
    }
  }

  @Test("A prepared image is that of the whole image also where it is turned", arguments: ImageOrientation.allCases)
  func turned(_ orientation: ImageOrientation) throws {
    let bytes = try Self.croppable[3].bytes()
    let exif: [UInt8] =
      [0xFF, 0xE1, 0, 34] + Array("Exif\0\0MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0]
      + [UInt8(orientation.rawValue), 0, 0, 0, 0, 0, 0]
    let turned = Array(bytes.prefix(2) + exif + bytes.dropFirst(2))
    #expect(ImageOrientation(ofFile: turned) == orientation)
    for applies in [false, true] {
      #expect(try Self.isPreparedAsWhole(turned, PreprocessingChoice { $0.appliesOrientation = applies }))
    }
  }

  @Test("A file truncated anywhere is unreadable, also where the end is beside the crop")
  func truncated() throws {
    let bytes = try Self.croppable[3].bytes()
    for count in 9..<(bytes.count - 2) {
      #expect(throws: AssayError.self, "\(count) of \(bytes.count) bytes") {
        try Self.decoded(Array(bytes.prefix(count)), 40..<41)
      }
    }
  }

  private static let images = Fixtures.packageRoot.appending(path: "../shared/data/images")

  @Test(
    "Real images have the same pixels in the columns of a crop",
    .enabled(if: FileManager.default.fileExists(atPath: images.path), "../shared/data/images is not there"))
  func realImages() throws {
    let input = TensorSpec(name: "image", type: .uint8, shape: [1, 128, 128, 3])
    let preprocessing = try Preprocessing(PreprocessingChoice(), input: input)
    var (decoder, whole, part) = (ImageDecoder(), RGBImage(), RGBImage())
    var cropped = 0
    for case let path as String in try #require(FileManager.default.enumerator(atPath: Self.images.path)) {
      guard path.hasSuffix(".JPEG") || path.hasSuffix(".jpg") else { continue }
      let file = Self.images.appending(path: path).path
      try decoder.decode(file, into: &whole)
      try decoder.decode(file, keeping: preprocessing.columns, into: &part)
      let columns = preprocessing.columns(ofWidth: whole.width, height: whole.height, .upright)
      let isSame = part.hasPixels(of: whole, in: columns)
      #expect(isSame, "\(columns) of \(part.columns) in \(path)")
      if part.columns.count < whole.width { cropped += 1 }
    }
    #expect(cropped > 0)
  }

  /// Whether preparing the bytes gives what the whole image gives.
  private static func isPreparedAsWhole(_ bytes: [UInt8], _ choice: PreprocessingChoice) throws -> Bool {
    let input = TensorSpec(name: "image", type: .uint8, shape: [1, 6, 5, 3])
    let preprocessing = try Preprocessing(choice, input: input)
    var (whole, turned, expected, resampler) = (RGBImage(), RGBImage(), RGBImage(), Resampler())
    let orientation = try ImageDecoder.decode(bytes, named: "image", into: &whole)
    if choice.appliesOrientation {
      orientation.turn(whole, into: &turned)
      swap(&whole, &turned)
    }
    let geometry = preprocessing.resizeAndCrop.geometry(imageWidth: whole.width, imageHeight: whole.height)
    resampler.resample(
      whole, part: geometry.source, filter: preprocessing.filter, width: geometry.width, height: geometry.height,
      keeping: geometry.region, into: &expected)
    var preparer = ImagePreparer(preprocessing)
    var pixels = [UInt8](repeating: 0, count: input.byteCount)
    try pixels.withUnsafeMutableBytes { try preparer.prepare(bytes, named: "image", into: $0) }
    return pixels == expected.pixels
  }
}

extension RGBImage {
  /// Whether an image, or a part of it, has some columns and in them the pixels of the whole image.
  fileprivate func hasPixels(of whole: RGBImage, in wanted: Range<Int>) -> Bool {
    guard (width, height) == (whole.width, whole.height), columns.contains(wanted) else { return false }
    let count = wanted.count * Self.channels
    return pixels.withUnsafeBytes { part in
      whole.pixels.withUnsafeBytes { whole in
        guard let part = part.baseAddress, let whole = whole.baseAddress else { return false }
        return (0..<height).allSatisfy { y in
          let first = (y * columns.count + wanted.lowerBound - columns.lowerBound) * Self.channels
          let place = (y * width + wanted.lowerBound) * Self.channels
          return memcmp(part + first, whole + place, count) == 0
        }
      }
    }
  }
}
