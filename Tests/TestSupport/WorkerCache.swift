import Foundation

/// What workers behind a prefix keep in a cache folder.
public struct WorkerCache {
  /// `$XDG_CACHE_HOME/assay` of the worker.
  private let folder: String

  public init(_ folder: String) { self.folder = folder }

  /// The files that were sent, each with the number of its inode, which a file that is sent again does not keep.
  public var files: [String: UInt64] {
    var files: [String: UInt64] = [:]
    for name in names("content") {
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/content/\(name)")
      files[name] = (attributes?[.systemFileNumber] as? NSNumber)?.uint64Value
    }
    return files
  }

  /// The private folders of workers that have not ended.
  public var runs: [String] { names("runs") }

  private func names(_ subfolder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(subfolder)")) ?? []
  }
}
