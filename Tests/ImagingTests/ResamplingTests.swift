import AssayCore
import Foundation
import Testing

@testable import Imaging

@Suite("Resizing gives Pillow's pixels")
struct ResamplingTests {
  /// The size at which make_images.py prepared the fixtures.
  static let size = 32
  static let files = Fixtures.names(in: "resized", suffixes: ["png"])

  @Test("The fixtures cover every awkward size")
  func fixturesAreThere() {
    #expect(Self.files.count == 9)
  }

  @Test(
    "Images of every awkward size are resized and cropped to Pillow's pixels", arguments: files,
    PreprocessingChoice.Preset.allCases)
  func awkwardSizes(file: String, preset: PreprocessingChoice.Preset) throws {
    let pixels = try preparedPixels(
      Fixtures.path("resized/\(file)"), PreprocessingChoice(preset), width: Self.size, height: Self.size)
    let expected = try Fixtures.bytes("resized/\(file.dropLast(4)).\(preset.rawValue).rgb")
    #expect(pixels == expected)
  }

  @Test(
    "Every filter gives Pillow's pixels, even for an oblong input", arguments: files,
    PreprocessingChoice.Filter.allCases)
  func filters(file: String, filter: PreprocessingChoice.Filter) throws {
    for preset in [PreprocessingChoice.Preset.imagenetCenter, .squash] {
      let choice = PreprocessingChoice {
        $0.preset = preset
        $0.filter = filter
      }
      let pixels = try preparedPixels(Fixtures.path("resized/\(file)"), choice, width: 24, height: 16)
      let name = "resized/\(file.dropLast(4)).\(preset.rawValue).\(filter.rawValue).rgb"
      let expected = try Fixtures.bytes(name)
      #expect(pixels == expected, "\(preset)")
    }
  }

  @Test("A crop has the same pixels as the whole resized image", arguments: [(90, 50), (41, 150)])
  func crop(width: Int, height: Int) throws {
    var (decoder, source, whole, part) = (ImageDecoder(), RGBImage(), RGBImage(), RGBImage())
    try decoder.decode(Fixtures.path("resized/\(width)x\(height).png"), into: &source)
    var resampler = Resampler()
    let (x, y) = (7..<21, 11..<19)
    resampler.resample(source, width: 30, height: 25, keeping: .init(x: 0..<30, y: 0..<25), into: &whole)
    resampler.resample(source, width: 30, height: 25, keeping: .init(x: x, y: y), into: &part)
    let cut = y.flatMap { row in whole.pixels[(row * 30 + x.lowerBound) * 3..<(row * 30 + x.upperBound) * 3] }
    #expect(part.pixels == cut)
  }

  @Test("Resizing to the same size changes nothing")
  func identity() throws {
    var (decoder, source, target, resampler) = (ImageDecoder(), RGBImage(), RGBImage(), Resampler())
    try decoder.decode(Fixtures.path("resized/37x37.png"), into: &source)
    resampler.resample(source, width: 37, height: 37, keeping: .init(x: 0..<37, y: 0..<37), into: &target)
    #expect(target == source)
  }

  @Test(
    "Margins round halves to even, as in Python, and lengths round down",
    arguments: [
      // 224 / 0.875 = 256; the margin of 85.5 becomes 86, and 42.5 would become 42.
      ([500, 375, 224], [341, 256], 58..<282, 16..<240),
      ([375, 500, 224], [256, 341], 16..<240, 58..<282),
      ([309, 256, 224], [309, 256], 42..<266, 16..<240),
      // 4 / 0.875 = 4.571…
      ([10, 10, 4], [5, 5], 0..<4, 0..<4),
    ])
  func rounding(sizes: [Int], resized: [Int], x: Range<Int>, y: Range<Int>) throws {
    let geometry = try ResizeAndCrop(PreprocessingChoice(), width: sizes[2], height: sizes[2]).geometry(
      imageWidth: sizes[0], imageHeight: sizes[1])
    #expect([geometry.width, geometry.height] == resized)
    #expect(geometry.region == .init(x: x, y: y))
  }
}

@Suite("Preprocessing agrees with Pillow on real images")
struct PillowParityTests {
  private static let images = Fixtures.packageRoot.appending(path: "../shared/data/images")
  private static let python = ProcessInfo.processInfo.environment["ASSAY_TEST_PYTHON"]

  @Test(
    "Every 25th image has Pillow's pixels; Scripts/check-pixels compares them all",
    .enabled(if: FileManager.default.fileExists(atPath: images.path), "../shared/data/images is not there"),
    .enabled(if: python != nil, "ASSAY_TEST_PYTHON names no Python with Pillow"),
    arguments: PreprocessingChoice.Preset.allCases)
  func realImages(preset: PreprocessingChoice.Preset) throws {
    let size = 224
    let folder = try TemporaryFolder()
    let paths = try Self.paths().enumerated().filter { $0.offset % 25 == 0 }.map(\.element)
    try #require(!paths.isEmpty)
    let output = folder.url.appending(path: "pixels")
    try Self.runPillow(on: paths, preset: preset, size: size, output: output)
    let expected = try [UInt8](Data(contentsOf: output, options: .alwaysMapped))
    let count = size * size * 3
    try #require(expected.count == paths.count * count)
    for (index, path) in paths.enumerated() {
      let same = try preparedPixels(path, PreprocessingChoice(preset), width: size, height: size).elementsEqual(
        expected[(index * count)..<((index + 1) * count)])
      #expect(same, "\(path) differs from Pillow")
    }
  }

  private static func paths() throws -> [String] {
    let classes = try FileManager.default.contentsOfDirectory(at: images, includingPropertiesForKeys: nil)
    return try classes.flatMap {
      try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil).map(\.path)
    }.sorted()
  }

  private static func runPillow(on paths: [String], preset: PreprocessingChoice.Preset, size: Int, output: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: try #require(python))
    process.arguments = [Fixtures.path("pillow_reference.py"), preset.rawValue, String(size), output.path]
    let input = Pipe()
    process.standardInput = input
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(paths.map { $0 + "\n" }.joined().utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "Pillow's script failed")
  }
}
