import AssayCore
import Foundation

/// Labelled images in a folder of class folders.
public struct ImageSet: Sendable {
  public let folder: String

  public init(folder: String) { self.folder = folder }
}

/// The list of images that a worker reads, one a line: `label TAB path`.
struct ImageManifest {
  let workload: ImageWorkload

  init(_ images: ImageSet) throws(AssayError) {
    workload = ImageWorkload(manifestPath: "", count: 0)
  }

  func remove() { try? FileManager.default.removeItem(atPath: workload.manifestPath) }
}
