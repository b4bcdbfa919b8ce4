import AssayCore
import Datasets
import Foundation

/// A folder that is gone when the test ends.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "assay-datasets-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Makes empty files, and the folders above them.
  func touch(_ names: String...) throws {
    for name in names {
      let file = URL(filePath: path).appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: file)
    }
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
  }

  /// `label name` of every image that a data set lists, through the file that a worker gets.
  func labels(_ source: DatasetSource, _ sampling: Sampling? = nil) throws -> [String] {
    _ = try Dataset(source).writeManifest(to: manifest, sampling: sampling)
    var reader = try ImageManifestReader(opening: manifest)
    var lines: [String] = []
    while let image = try reader.next() {
      lines.append("\(image.label) \(image.path.dropFirst(source.folder.count + 1))")
    }
    return lines
  }

  func summary(_ source: DatasetSource, _ sampling: Sampling? = nil) throws -> DatasetSummary {
    try Dataset(source).writeManifest(to: manifest, sampling: sampling)
  }

  private var manifest: String { "\(path)/.manifest" }
}
