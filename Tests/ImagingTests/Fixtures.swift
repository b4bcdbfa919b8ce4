import AssayCore
import Foundation
import Imaging
import Testing

/// The images in Tests/Fixtures/Images, written by make_images.py.
enum Fixtures {
  static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let images = packageRoot.appending(path: "Tests/Fixtures/Images")

  /// The sorted names in a folder of fixtures that have one of these extensions.
  static func names(in folder: String, suffixes: Set<String>) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: images.appending(path: folder).path)
    return (names ?? []).filter { suffixes.contains(URL(filePath: $0).pathExtension) }.sorted()
  }

  static func path(_ name: String) -> String { images.appending(path: name).path }

  static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: images.appending(path: name)))
  }
}

/// A folder that is removed when the test ends.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "assay-imaging-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and returns its path.
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return url.appending(path: name).path
  }
}

/// The error of decoding a file; the test fails if there is none.
func decodingError(_ path: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> AssayError {
  try #require(throws: AssayError.self, sourceLocation: sourceLocation) {
    var (decoder, image) = (ImageDecoder(), RGBImage())
    try decoder.decode(path, into: &image)
  }
}

/// An image prepared by `ImagePreparer`, as uint8 RGB, row by row.
func preparedPixels(_ path: String, _ choice: PreprocessingChoice, width: Int, height: Int) throws -> [UInt8] {
  let input = TensorSpec(name: "image", type: .uint8, shape: [1, height, width, 3])
  var preparer = ImagePreparer(try Preprocessing(choice, input: input))
  var pixels = [UInt8](repeating: 0, count: input.byteCount)
  try pixels.withUnsafeMutableBytes { try preparer.prepare(path, into: $0) }
  return pixels
}

extension PreprocessingChoice {
  /// The default choice, changed by `change`.
  init(_ change: (inout PreprocessingChoice) -> Void) {
    self.init()
    change(&self)
  }

  init(_ preset: Preset) { self.init { $0.preset = preset } }
}
