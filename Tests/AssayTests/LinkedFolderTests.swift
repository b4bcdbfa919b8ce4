import AssayCore
import Conversion
import Foundation
import Testing

@testable import Assay

@Suite("A link to a folder is what the folder is")
struct LinkedFolderTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "assay-linked-\(UUID().uuidString)").path

  /// A folder with files, and a link to it, while a body runs.
  private func withLink(to names: [String], _ body: (String) throws -> Void) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: "\(folder)/real", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "real")
    for name in names { try Data(name.utf8).write(to: URL(filePath: "\(folder)/real/\(name)")) }
    try body("\(folder)/link")
  }

  @Test("Its images calibrate")
  func calibration() throws {
    try withLink(to: (10..<22).map { "\($0).png" }) { link in
      let data = try CalibrationData.reading(link, preprocessing: nil)
      #expect(data.samples == 12)
    }
  }

  @Test("Its code tells a PyTorch module from another")
  func code() throws {
    try withLink(to: ["net.py"]) { link in
      let context = RunContext(try .local())
      let options = TorchOptions(pythonPath: link, shapes: [[1]])
      let first = try ConversionSource("torch:net:make", options, in: context)
      try Data("other".utf8).write(to: URL(filePath: "\(link)/net.py"))
      let second = try ConversionSource("torch:net:make", options, in: context)
      #expect(first.reference.sha256 != second.reference.sha256)
    }
  }
}
